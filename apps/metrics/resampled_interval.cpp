// Variances here are sums over classes until the end, where they become those of the mean.
#include "apps/metrics/resampled_interval.h"

#include <algorithm>
#include <cmath>

#include "apps/metrics/significance.h"

namespace skew::metrics {
namespace {

double logit(double p) { return std::log(p / (1 - p)); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

double student_t(double coverage, const Precision& p) {
  return p.units < 2 ? NAN : student_t_quantile(coverage, p.units - 1);
}

struct Spread {
  double mean, deviation;
};
Spread spread_of(std::span<const double> values) {
  double mean = 0, squares = 0;
  int64_t n = 0;
  for (const double v : values)
    if (!std::isnan(v)) mean += (v - mean) / double(++n);
  for (const double v : values)
    if (!std::isnan(v)) squares += (v - mean) * (v - mean);
  return {mean, n < 2 ? NAN : std::sqrt(squares / double(n - 1))};
}
double variance_of(std::span<const double> values) {
  const double deviation = spread_of(values).deviation;
  return std::isnan(deviation) ? 0 : deviation * deviation;
}

// A sum of variances, and Satterthwaite's sum of their squares over their degrees of freedom.
struct Total {
  double variance = 0, parts = 0;
  void add(double v, double freedom) {
    variance += v;
    parts += v * v / freedom;
  }
};

// Of one unit; each class tells as much as any other. alone: the values of classes of one unit; others: the variances
// of a unit in the other classes.
Total variance_of_one_unit(std::span<const double> alone, std::span<const double> others) {
  double squares = variance_of(alone) * double(alone.size() - 1);
  for (const double variance : others) squares += variance;
  const double freedom = double(alone.size() - 1 + others.size()), variance = squares / freedom;
  Total one;
  one.add(variance > 0 ? variance : NAN, freedom);  // without a spread nothing is known
  return one;
}

}  // namespace

Precision precision_of(int64_t units) { return {units, units < 2 ? NAN : double(units) / double(units - 1)}; }

// A value is kept off both ends by half a step. What the resamples lie above the value, it is thought to lie above the
// truth. A faultless set resamples without a fault: there the bound is the value under which all units would be right
// with half of 1 − coverage.
Interval logit_interval(double value, std::span<const double> resampled, double steps, const Precision& precision,
                        double coverage) {
  if (std::isnan(value) || precision.units < 2) return {NAN, NAN};
  const auto inside = [&](double p) { return (p * steps + .5) / (steps + 1); };
  std::vector<double> logits;
  for (const double p : resampled) logits.push_back(std::isnan(p) ? NAN : logit(inside(p)));
  const Spread spread = spread_of(logits);
  const double faultless = std::pow((1 - coverage) / 2, 1 / double(precision.units));
  const bool constant = !(spread.deviation > 0);
  if (value == 1 && constant) return {faultless, 1};
  if (value == 0 && constant) return {0, 1 - faultless};
  const double slope = 1 / (inside(value) * (1 - inside(value)));  // of the logit
  const double deviation =
      std::hypot(std::sqrt(precision.inflation) * spread.deviation, slope * std::sqrt(precision.hidden_variance));
  const double middle = 2 * logit(inside(value)) - spread.mean, half = student_t(coverage, precision) * deviation;
  return {std::min(value, logistic(middle - half)), std::max(value, logistic(middle + half))};
}

Difference difference_of(double value, std::span<const double> resampled, const Precision& precision, double coverage) {
  const double deviation =
      std::hypot(std::sqrt(precision.inflation) * spread_of(resampled).deviation, std::sqrt(precision.hidden_variance));
  const double half = student_t(coverage, precision) * deviation;
  if (std::isnan(value) || std::isnan(half)) return {value, {NAN, NAN}};
  return {value, {std::max(-1.0, value - half), std::min(1.0, value + half)}};
}

MeanOverClasses mean_over_classes(const ClassValues& of, int64_t groups) {
  MeanOverClasses m;
  const size_t resamples = of.resampled.size() / of.value.size();
  m.resampled.assign(resamples, 0);
  std::vector<double> alone, of_one_unit;
  Total total;
  double shown = 0, unbiased = 0, hidden = 0;
  int64_t defined = 0, units = 1;
  for (size_t c = 0; c < of.value.size(); ++c) {
    const double value = of.value[c], n = double(of.units[c]);
    if (std::isnan(value)) continue;
    ++defined;
    m.value += value;
    m.steps += of.steps[c];
    units += of.units[c];
    const auto drawn = of.resampled.subspan(c * resamples, resamples);
    std::vector<double> filled(resamples, value);
    for (size_t b = 0; b < resamples; ++b) {
      if (n > 1 && !std::isnan(drawn[b])) filled[b] = drawn[b];
      m.resampled[b] += filled[b];
    }
    if (n < 2) {
      alone.push_back(value);
      continue;
    }
    double variance = variance_of(drawn) * n / (n - 1);
    if (variance > 0) {
      unbiased += variance;
      shown += variance_of(filled);
    } else if (of.faultless) {
      const double p = (value * n + .5) / (n + 1);
      variance = p * (1 - p) / n;
      hidden += variance;
    }
    total.add(variance, n - 1);
    of_one_unit.push_back(variance * n);
  }
  for (double& v : m.resampled) v /= double(defined);
  m.value /= double(defined);  // NaN of none
  if (!alone.empty()) {
    const Total one = variance_of_one_unit(alone, of_one_unit);
    const double count = double(alone.size());
    hidden += count * one.variance;
    total.variance += count * one.variance;
    total.parts += count * count * one.parts;
  }
  if (std::isnan(total.variance) || defined == 0) return m;
  m.precision.hidden_variance = hidden / double(defined * defined);
  if (shown > 0) m.precision.inflation = unbiased / shown;
  const double most = double(std::min(units, groups));
  m.precision.units =
      int64_t(total.parts > 0 ? std::min(most, total.variance * total.variance / total.parts + 1) : most);
  return m;
}

}  // namespace skew::metrics
