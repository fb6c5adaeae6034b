// Class counts checked against the number of classes, and the weights made of them.
#include "losses/class_freq.h"

#include <cmath>

#include "core/error.h"

namespace skew {

std::vector<double> counts_of(ParameterName what, const PerClass& counts, ptrdiff_t classes) {
  if (counts.values.size() != 1 && ptrdiff_t(counts.values.size()) != classes)
    throw ShapeError(text(what, " holds ", counts.values.size(), " numbers for logits of ", classes,
                          " classes; expected one per class, in the order of the classes"));
  std::vector<double> list;
  for (ptrdiff_t c = 0; c < classes; ++c) list.push_back(counts.at(c));
  return list;
}

std::vector<double> effective_number_weights(const std::vector<double>& counts, double beta) {
  std::vector<double> weights;
  double sum = 0;
  for (const double n : counts) {
    weights.push_back((1 - beta) / -std::expm1(n * std::log(beta)));
    sum += weights.back();
  }
  for (double& w : weights) w *= double(weights.size()) / sum;
  return weights;
}

}  // namespace skew
