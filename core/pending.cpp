// The cells of a device that are in use, and what each would say.
#include "core/pending.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/memory.h"

namespace skew {
namespace {

struct Pending {
  std::mutex mutex;
  std::vector<std::unique_ptr<Storage>> blocks;  // of cells_a_block cells each
  std::vector<std::function<void(int64_t)>> refusals;
};

Pending& pending_of(Device device) {
  static Pending* const all = new Pending[all_devices.size()];  // never destroyed, as the memory cache
  return all[size_t(device)];
}

int64_t* cells_of(const Storage& block) { return static_cast<int64_t*>(block.address()); }

// A block's cells are made empty when it is made, and again only after one was marked: no upload a call.
void clear(Device device, const Storage& block) {
  std::array<int64_t, cells_a_block> cells;
  cells.fill(no_element);
  upload(device, block.address(), cells.data(), sizeof cells);
}

}  // namespace

int64_t* pending_cell(Device device, std::function<void(int64_t)> refuse) {
  Pending& pending = pending_of(device);
  const std::lock_guard lock(pending.mutex);
  const size_t k = pending.refusals.size();
  if (k == pending.blocks.size() * size_t(cells_a_block)) {
    auto block = std::make_unique<Storage>(cells_a_block * sizeof(int64_t), device);
    clear(device, *block);
    pending.blocks.push_back(std::move(block));
  }
  pending.refusals.push_back(std::move(refuse));
  return cells_of(*pending.blocks[k / cells_a_block]) + k % cells_a_block;
}

AskedCells asked_cells(Device device) {
  Pending& pending = pending_of(device);
  const std::lock_guard lock(pending.mutex);
  AskedCells asked;
  asked.count = std::ssize(pending.refusals);
  for (ptrdiff_t first = 0; first < asked.count; first += cells_a_block)
    asked.blocks.push_back(cells_of(*pending.blocks[size_t(first / cells_a_block)]));
  return asked;
}

bool forget_pending(Device device, int64_t count) {
  Pending& pending = pending_of(device);
  const std::lock_guard lock(pending.mutex);
  if (std::ssize(pending.refusals) != count) return false;
  pending.refusals.clear();
  return true;
}

void throw_pending(Device device) {
  Pending& pending = pending_of(device);
  std::function<void(int64_t)> refuse;
  int64_t element = no_element;
  {
    const std::lock_guard lock(pending.mutex);
    const std::vector<std::function<void(int64_t)>> asked = std::exchange(pending.refusals, {});
    auto blocks = std::exchange(pending.blocks, {});  // given up where the device fails: nobody knows what they hold
    for (size_t first = 0; first < asked.size(); first += cells_a_block) {
      const Storage& block = *blocks[first / cells_a_block];
      std::array<int64_t, cells_a_block> cells;
      download(device, cells.data(), block.address(), sizeof cells);
      const auto found = std::find_if(cells.begin(), cells.end(), [](int64_t cell) { return cell != no_element; });
      if (found == cells.end()) continue;
      if (!refuse) {
        refuse = asked[first + size_t(found - cells.begin())];
        element = *found;
      }
      clear(device, block);
    }
    pending.blocks = std::move(blocks);
  }
  if (refuse) refuse(element);  // unlocked: it may read tensors, which asks for what is pending again
}

}  // namespace skew
