// Weights in the order a convolution likes best: taken over for good, or remembered until they are written.
#include "backends/cpu/packed_weights.h"

#include <algorithm>
#include <unordered_map>

namespace skew::onednn {
namespace {

struct Packed {
  std::weak_ptr<Storage> source;
  uint64_t version;
  Md md;
  std::shared_ptr<Storage> copy;
};

// One packing a weight and thread: forward in evaluation, or backward data in training. Dead weights are swept when it
// doubles.
std::unordered_map<const Storage*, Packed>& packings() {
  thread_local std::unordered_map<const Storage*, Packed> map;
  return map;
}

void sweep() {
  thread_local size_t limit = 256;
  if (packings().size() < limit) return;
  std::erase_if(packings(), [](const auto& entry) { return entry.second.source.expired(); });
  limit = std::max<size_t>(256, 2 * packings().size());
}

}  // namespace

void adopt_order(const Tensor& w, const Dims& dims, const Md& md) {
  // a leaf outside recording (evaluation) keeps its order: batches of another size may prefer another one
  if (!grad_enabled() || !w.requires_grad() || w.node() || !w.layout().is_row_major()) return;
  if (padded(md) || same_order(md, md_of(w, dims))) return;
  if (w.storage().use_count() > 1) return;  // a detached handle or a view would stay behind
  Tensor moved = Tensor::empty(w.shape(), w.dtype(), Device::cpu, Layout::opaque(std::make_shared<BlockedLayout>(md)));
  reorder_into(memory_of(w, md_of(w, dims)), memory_of(moved, md));
  ++stats().weight_reorders;
  Tensor handle = w;
  handle.adopt(moved);
}

dnnl::memory packed_weights(const Tensor& w, const Dims& dims, const Md& md, std::shared_ptr<Storage>& keep) {
  const Md has = md_of(w, dims);
  if (same_order(has, md)) return memory_of(w, md);
  const Storage* source = w.storage().get();
  const auto at = packings().find(source);
  if (at != packings().end() && !at->second.source.expired() && at->second.version == source->version() &&
      same_order(at->second.md, md)) {
    keep = at->second.copy;
    return memory_of(*keep, md);
  }
  keep = std::make_shared<Storage>(md.get_size(), Device::cpu);
  const dnnl::memory copy = memory_of(*keep, md);
  reorder_into(memory_of(w, has), copy);
  ++stats().weight_reorders;
  // training rewrites weights every step: remembering the copy would only hold its memory
  if (!grad_enabled() && !w.requires_grad()) return copy;
  sweep();
  packings()[source] = {w.storage(), source->version(), md, keep};
  return copy;
}

}  // namespace skew::onednn
