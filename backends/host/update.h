// What the loops of backends/reference/update.cpp, backends/host/update.cpp and backends/cpu/update.cpp share.
#pragma once
#include <functional>
#include <vector>

#include "ops/optimizer_kernels.h"

namespace skew {

// ---- loops over a list of tensors in one parallel region: each tensor is cut into pieces of at most 32,768 elements.
// Pieces do not depend on the number of threads, so neither do sums over them; small ones share a thread's turn, so
// that a network of many small tensors costs one region, not one each.
inline constexpr ptrdiff_t longest_piece = 1 << 15;

// A tensor's part in such a loop: run(begin, end) is called for each of its pieces, from any thread.
struct PieceLoop {
  ptrdiff_t count;  // elements
  std::function<void(ptrdiff_t begin, ptrdiff_t end)> run;
};
void run_pieces(const std::vector<PieceLoop>& loops);

// ---- updates
// The verdict's numbers where the host can read them: reference and cpu.
inline StepNumbers& numbers_of(const Verdict& verdict) { return *verdict.address(); }

// The updates of all items in one region, unless the verdict is bad. prepare(item, clip) makes an item's loop.
template <class Item, class Prepare> void update_list(std::span<Item> items, const Verdict& verdict, Prepare prepare) {
  const StepNumbers& numbers = numbers_of(verdict);
  if (numbers.fault != Fault::none) return;
  std::vector<PieceLoop> loops;
  for (Item& item : items) loops.push_back(prepare(item, numbers.clip));
  run_pieces(loops);
}

// Fills the verdict. square_sum(gradients) is the device's own Σ g².
void judge(const Tensor& loss, std::span<const StatisticsMove> moves, double square_sum, double max_norm,
           StepNumbers& numbers);

// Whether a running statistic would still be finite after the move (backends/host/batch_norm.cpp).
bool stays_finite(const StatisticsMove& move);

// Σ |x|^power, one element after the other; max |x| for power = ∞.
double plain_power_sum(Inputs list, double power);

}  // namespace skew
