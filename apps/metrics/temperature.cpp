// Temperature scaling: the log loss is convex in β, so bisection of its slope finds the least.
#include "apps/metrics/temperature.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "apps/metrics/probability_error.h"

namespace skew::metrics {
namespace {

// ln p, where 0 is no longer than the smallest number away.
double log_of(double p) { return std::log(std::max(p, 1e-300)); }

}  // namespace

void apply_temperature(std::span<double> probabilities, int64_t classes, double inverse_temperature) {
  const auto width = size_t(classes);
  for (size_t row = 0; row < probabilities.size(); row += width) {
    const std::span<double> p = probabilities.subspan(row, width);
    const double largest = log_of(*std::max_element(p.begin(), p.end()));
    double sum = 0;
    for (double& v : p) sum += v = std::exp(inverse_temperature * (log_of(v) - largest));
    for (double& v : p) v /= sum;
  }
}

double fit_inverse_temperature(std::span<const double> probabilities, std::span<const int64_t> targets,
                               int64_t classes) {
  if (targets.empty()) return 1;
  const auto width = size_t(classes);
  const double spread = 1 / (double(targets.size()) + 2);
  double wanted = 0;  // Σ ln p under the targets
  for (size_t i = 0; i < targets.size(); ++i) {
    const std::span<const double> p = probabilities.subspan(i * width, width);
    wanted += (1 - spread) * log_of(p[size_t(targets[i])]);
    for (const double v : p) wanted += spread / double(classes) * log_of(v);
  }
  // Σ ln p under the model at β, which rises with β, less what is wanted: the slope of the log loss.
  auto slope = [&](double beta) {
    std::vector<double> scaled(probabilities.begin(), probabilities.end());
    apply_temperature(scaled, classes, beta);
    double expected = 0;
    for (size_t k = 0; k < scaled.size(); ++k) expected += scaled[k] * log_of(probabilities[k]);
    return expected - wanted;
  };
  double low = -4, high = 4;  // ln β
  for (int k = 0; k < 40; ++k) {
    const double middle = (low + high) / 2;
    (slope(std::exp(middle)) < 0 ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

}  // namespace skew::metrics
