#include "losses/class_weights.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew {

PerClass counts_of(ParameterName what, const PerClass& class_freq, ptrdiff_t classes) {
  if (class_freq.values.size() == 1) return std::vector<double>(size_t(classes), class_freq.values[0]);
  if (ptrdiff_t(class_freq.values.size()) != classes)
    throw ShapeError(text(what, " holds ", class_freq.values.size(), " numbers for logits of ", classes,
                          " classes; expected one per class, in the order of the classes"));
  return class_freq;
}

PerClass effective_number_weights(double beta, const PerClass& class_freq) {
  std::vector<double> weights;
  double sum = 0;
  for (double n : class_freq.values) {
    weights.push_back((1 - beta) / -std::expm1(n * std::log(beta)));
    sum += weights.back();
  }
  for (double& w : weights) w *= double(weights.size()) / sum;
  return weights;
}

PerClass ldam_margins(double max_m, const PerClass& class_freq) {
  std::vector<double> margins;
  const double rarest = *std::min_element(class_freq.values.begin(), class_freq.values.end());
  for (double n : class_freq.values) margins.push_back(max_m * std::pow(rarest / n, 0.25));
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

void check_odds(ParameterName what, const PerClass& class_freq, double train_num) {
  for (size_t c = 0; c < class_freq.values.size(); ++c)
    if (!(class_freq.values[c] < train_num))
      throw ValueError(text(what, ": class ", c, " has ", class_freq.values[c], " of train_num = ", train_num,
                            " images; a class that is in every image has no odds: leave it out, or correct train_num"));
}

}  // namespace skew
