// The cells of a device that are in use, and what each would say.
#include "core/pending.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/memory.h"

namespace skew {
namespace {

constexpr size_t cells_a_block = 64;

struct Pending {
  std::mutex mutex;
  std::vector<std::unique_ptr<Storage>> blocks;  // of cells_a_block cells each
  std::vector<std::function<void(int64_t)>> refusals;
};

Pending& pending_of(Device device) {
  static Pending* const all = new Pending[all_devices.size()];  // never destroyed, as the memory cache
  return all[size_t(device)];
}

}  // namespace

int64_t* pending_cell(Device device, std::function<void(int64_t)> refuse) {
  Pending& pending = pending_of(device);
  const std::lock_guard lock(pending.mutex);
  const size_t k = pending.refusals.size();
  if (k == pending.blocks.size() * cells_a_block)
    pending.blocks.push_back(std::make_unique<Storage>(cells_a_block * sizeof(int64_t), device));
  int64_t* cell = static_cast<int64_t*>(pending.blocks[k / cells_a_block]->address()) + k % cells_a_block;
  upload(device, cell, &no_element, sizeof no_element);
  pending.refusals.push_back(std::move(refuse));
  return cell;
}

void throw_pending(Device device) {
  Pending& pending = pending_of(device);
  const std::unique_lock lock(pending.mutex);
  if (pending.refusals.empty()) return;
  const std::vector<std::function<void(int64_t)>> refusals = std::exchange(pending.refusals, {});
  int64_t cells[cells_a_block];
  for (size_t k = 0; k < refusals.size(); ++k) {
    if (k % cells_a_block == 0) download(device, cells, pending.blocks[k / cells_a_block]->address(), sizeof cells);
    if (cells[k % cells_a_block] != no_element) refusals[k](cells[k % cells_a_block]);
  }
}

}  // namespace skew
