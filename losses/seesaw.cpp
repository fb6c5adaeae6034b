// Seesaw's counts: this batch's enter before its loss, and all of them are its state.
#include "losses/seesaw.h"

#include <cmath>

#include "core/error.h"

namespace skew {

std::vector<double> Seesaw::class_numbers(const std::vector<double>& batch) const {
  if (cum_samples.values.size() > std::max<size_t>(1, batch.size()))
    throw ShapeError(text(name, ": cum_samples holds ", cum_samples.values.size(), " numbers for logits of ",
                          batch.size(), " classes; expected at most one per class, in the order of the classes"));
  std::vector<double> logs;
  for (size_t c = 0; c < batch.size(); ++c) {
    const double before = c < cum_samples.values.size() ? cum_samples.values[c] : 0;
    logs.push_back(std::log(std::max(1.0, before + batch[c])));
  }
  return logs;
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
