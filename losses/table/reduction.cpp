// The words of reductions, their factors, and what some losses refuse to be told.
#include "losses/table/reduction.h"

#include "core/field.h"

namespace skew {

const char* name_of(Reduction reduction) { return words_of(reduction)[size_t(reduction)]; }

Reduction parse_reduction(std::string_view word, std::string_view op) {
  Reduction reduction{};
  set_field({op, "reduction"}, reduction, std::string(word), {});
  return reduction;
}

double reduction_scale(Reduction reduction, ptrdiff_t batch, ptrdiff_t counted) {
  if (reduction == Reduction::mean) return counted > 0 ? 1 / double(counted) : 0;
  if (reduction == Reduction::batch_mean) return batch > 0 ? 1 / double(batch) : 0;
  return 1;
}

void refuse_weights(std::string_view loss, const LossArgs& args) {
  if (args.weights.defined()) throw ValueError(text(loss, ": takes class_weights and a mask, not weights of elements"));
}

void refuse_ignore_index(std::string_view loss, const LossArgs& args) {
  if (args.ignore_index) throw ValueError(text(loss, ": has no ignore_index; mask the labels that shall not count"));
}

}  // namespace skew
