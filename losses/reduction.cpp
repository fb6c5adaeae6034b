#include "losses/reduction.h"

#include "core/error.h"

namespace skew {

const char* name_of(Reduction reduction) {
  constexpr const char* names[] = {"mean", "sum", "batch_mean", "none"};
  return names[int(reduction)];
}

Reduction parse_reduction(std::string_view word, std::string_view op) {
  for (Reduction r : {Reduction::mean, Reduction::sum, Reduction::batch_mean, Reduction::none})
    if (word == name_of(r)) return r;
  throw ValueError(text(op, ": ", unknown_word("reduction", word, {"mean", "sum", "batch_mean", "none"})));
}

double reduction_scale(Reduction reduction, ptrdiff_t batch, ptrdiff_t counted) {
  if (reduction == Reduction::mean) return counted > 0 ? 1 / double(counted) : 0;
  if (reduction == Reduction::batch_mean) return batch > 0 ? 1 / double(batch) : 0;
  return 1;
}

}  // namespace skew
