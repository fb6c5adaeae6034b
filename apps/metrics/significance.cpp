// Student's t by finite sums, its quantile by bisection; intervals, paired tests and Holm's correction on top.
#include "apps/metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "apps/metrics/class_means.h"
#include "core/error.h"

namespace skew::metrics {

double student_t_two_sided(double t, int64_t df) {
  if (df < 1) throw ValueError(text("Student's t: expected 1 or more degrees of freedom, got ", df));
  const double angle = std::atan(std::abs(t) / std::sqrt(double(df))), c = std::cos(angle), s = std::sin(angle);
  const bool odd = df % 2 == 1;
  double term = odd ? c : 1, sum = df > 1 ? term : 0;  // the k-th term: the former times (k-1)/k cos²
  for (int64_t k = odd ? 3 : 2; k <= df - 2; k += 2) sum += term *= double(k - 1) / double(k) * c * c;
  const double inside = odd ? 2 / std::numbers::pi * (angle + s * sum) : s * sum;
  return std::clamp(1 - inside, 0.0, 1.0);
}

double student_t_quantile(double coverage, int64_t df) {
  if (!(coverage > 0 && coverage < 1)) throw ValueError(text("Student's t: coverage in (0, 1), got ", coverage));
  double low = 0, high = 1;
  while (student_t_two_sided(high, df) > 1 - coverage) high *= 2;
  for (double middle = high / 2; middle > low && middle < high; middle = low + (high - low) / 2)
    (student_t_two_sided(middle, df) > 1 - coverage ? low : high) = middle;
  return high;
}

MeanInterval mean_interval(std::span<const double> values) {
  const MacroMean mean = macro_mean(values);
  MeanInterval out{mean.value, NAN, NAN, mean.defined};
  if (out.n < 2) return out;
  double squares = 0;
  for (const double v : values)
    if (!std::isnan(v)) squares += (v - out.mean) * (v - out.mean);
  out.deviation = std::sqrt(squares / double(out.n - 1));
  out.half_width = student_t_quantile(.95, out.n - 1) * out.deviation / std::sqrt(double(out.n));
  return out;
}

PairedTest paired_test(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) throw ValueError(text("paired test: ", a.size(), " values beside ", b.size()));
  std::vector<double> differences;
  for (size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  PairedTest out{mean_interval(differences), NAN};
  const MeanInterval& d = out.difference;
  if (d.n < 2 || (d.mean != 0 && d.deviation <= 1e-12 * std::abs(d.mean))) return out;  // no spread: no test
  const double error = d.deviation / std::sqrt(double(d.n));
  out.p = d.mean == 0 ? 1 : student_t_two_sided(d.mean / error, d.n - 1);
  return out;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<size_t> order;
  for (size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size(), NAN);
  double largest = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, std::min(1.0, double(order.size() - k) * p[order[k]]));
    out[order[k]] = largest;
  }
  return out;
}

}  // namespace skew::metrics
