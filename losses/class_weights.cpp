// The formulas of the header over counts of classes, and the checks of what they are given.
#include "losses/class_weights.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew {

void check_counts(FieldName what, const PerClass& class_freq, ptrdiff_t classes) {
  const size_t counts = class_freq.values.size();
  if (counts != 1 && ptrdiff_t(counts) != classes)
    throw ShapeError(text(what, " holds ", counts, " numbers for logits of ", classes,
                          " classes; expected one per class, in the order of the classes"));
}

void effective_number_weights(double beta, const PerClass& class_freq, std::span<double> to) {
  const double log_beta = std::log(beta);
  double sum = 0;
  for (size_t c = 0; c < to.size(); ++c) {
    to[c] = (1 - beta) / -std::expm1(class_freq.at(int64_t(c)) * log_beta);
    sum += to[c];
  }
  for (double& w : to) w *= double(to.size()) / sum;
}
PerClass effective_number_weights(double beta, const PerClass& class_freq) {
  std::vector<double> weights(class_freq.values.size());
  effective_number_weights(beta, class_freq, weights);
  return weights;
}

void ldam_margins(double max_m, const PerClass& class_freq, std::span<double> to) {
  const double rarest = *std::min_element(class_freq.values.begin(), class_freq.values.end());
  for (size_t c = 0; c < to.size(); ++c) to[c] = max_m * std::pow(rarest / class_freq.at(int64_t(c)), 0.25);
}
PerClass ldam_margins(double max_m, const PerClass& class_freq) {
  std::vector<double> margins(class_freq.values.size());
  ldam_margins(max_m, class_freq, margins);
  return margins;
}

PerClass inverse(const PerClass& class_freq) {
  std::vector<double> out;
  for (double n : class_freq.values) out.push_back(1 / n);
  return out;
}

PerClass log_odds_bias(double kappa, const PerClass& class_freq, double train_num) {
  std::vector<double> out;
  for (double n : class_freq.values) out.push_back(-kappa * std::log(train_num / n - 1));
  return out;
}

void check_odds(FieldName what, const PerClass& class_freq, double train_num) {
  for (size_t c = 0; c < class_freq.values.size(); ++c)
    if (!(class_freq.values[c] < train_num))
      throw ValueError(text(what, ": class ", c, " has ", class_freq.values[c], " of train_num = ", train_num,
                            " images; a class that is in every image has no odds: leave it out, or correct train_num"));
}

}  // namespace skew
