// Loops over a list of tensors in one parallel region: each tensor is cut into pieces of at most 32,768 elements.
// Pieces do not depend on the number of threads, so neither do sums over them; small ones share a thread's turn, so
// that a network of many small tensors costs one region, not one each.
#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace skew {

inline constexpr ptrdiff_t longest_piece = 1 << 15;

// A tensor's part in such a loop: run(begin, end) is called for each of its pieces, from any thread.
struct PieceLoop {
  ptrdiff_t count;  // elements
  std::function<void(ptrdiff_t begin, ptrdiff_t end)> run;
};
void run_pieces(const std::vector<PieceLoop>& loops);

}  // namespace skew
