// Seesaw's counts: this batch's enter before its loss, and all of them are its state.
#include "losses/seesaw.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew {

void Seesaw::class_numbers(std::span<double> counts) const {
  if (cum_samples.values.size() > std::max<size_t>(1, counts.size()))
    throw ShapeError(text(name, ": cum_samples holds ", cum_samples.values.size(), " numbers for logits of ",
                          counts.size(), " classes; expected at most one per class, in the order of the classes"));
  for (size_t c = 0; c < counts.size(); ++c) {
    const double before = c < cum_samples.values.size() ? cum_samples.values[c] : 0;
    counts[c] = std::log(std::max(1.0, before + counts[c]));
  }
}

std::vector<double> Seesaw::counted(const std::vector<int64_t>& labels) const {
  std::vector<double> counts = cum_samples.values;
  for (const int64_t c : labels) {
    if (c < 0) continue;
    if (size_t(c) >= counts.size()) counts.resize(size_t(c) + 1);
    ++counts[size_t(c)];
  }
  return counts;
}

}  // namespace skew
