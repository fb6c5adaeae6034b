// Counters that tests and reports read: memory, order changes, live graph nodes. Cheap enough to be always on.
#pragma once
#include <atomic>
#include <cstddef>

namespace skew {

struct Stats {
  std::atomic<ptrdiff_t> live_bytes = 0;       // held by tensors now
  std::atomic<ptrdiff_t> peak_bytes = 0;       // largest live_bytes since reset_peak()
  std::atomic<ptrdiff_t> cached_bytes = 0;     // freed by tensors, kept by the allocator
  std::atomic<ptrdiff_t> reorders = 0;         // activations copied only to change their order in memory
  std::atomic<ptrdiff_t> weight_reorders = 0;  // the same for weights: once per weight, not per step, is the aim
  std::atomic<ptrdiff_t> live_nodes = 0;       // vertices of the autograd graph

  void reset_peak() { peak_bytes = live_bytes.load(); }
};

// Never destroyed: tensors with static lifetime count to the end.
inline Stats& stats() {
  static Stats* counters = new Stats;
  return *counters;
}

}  // namespace skew
