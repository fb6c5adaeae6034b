// Dealing pieces to threads in turns of about 32,768 elements.
#include "backends/host/pieces.h"

#include <algorithm>

#include "core/parallel.h"

namespace skew {

void run_pieces(const std::vector<PieceLoop>& loops) {
  struct Piece {
    const PieceLoop* loop;
    ptrdiff_t begin, end;
  };
  std::vector<Piece> pieces;
  std::vector<size_t> turns = {0};  // the first piece of each
  ptrdiff_t elements = 0;           // in the last turn
  for (const PieceLoop& loop : loops)
    for (ptrdiff_t begin = 0; begin < loop.count; begin += longest_piece) {
      const ptrdiff_t end = std::min(loop.count, begin + longest_piece);
      if (elements >= longest_piece) {
        turns.push_back(pieces.size());
        elements = 0;
      }
      pieces.push_back({&loop, begin, end});
      elements += end - begin;
    }
  turns.push_back(pieces.size());
  parallel_for(ptrdiff_t(turns.size()) - 1, 1, [&](ptrdiff_t turn, ptrdiff_t) {
    for (size_t k = turns[size_t(turn)]; k < turns[size_t(turn) + 1]; ++k)
      pieces[k].loop->run(pieces[k].begin, pieces[k].end);
  });
}

}  // namespace skew
