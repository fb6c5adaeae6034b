// Choosing ticks and extents.
#include "apps/report/scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/report/number_text.h"

namespace skew::report {

std::vector<double> round_ticks(double low, double high, int wanted, bool whole_numbers) {
  const double span = high - low;
  if (!(span > 0) || !std::isfinite(span) || wanted < 1) return {};
  const double rough = span / wanted, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough) step = factor * power;
  }
  if (whole_numbers) step = std::max(1.0, std::round(step));
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * span && ticks.size() < 100; ++k) {
    ticks.push_back(k * step + 0.0);  // + 0.0: no "-0"
  }
  return ticks;
}

std::vector<std::string> tick_labels(std::span<const double> ticks) {
  std::vector<std::string> labels;
  double largest = 0;
  for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
  const double step = ticks.size() < 2 ? largest : ticks[1] - ticks[0];
  const bool plain = step > 0 && step >= 1e-5 && largest < 1e7;
  const int digits = plain ? std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))) : 0;
  for (const double tick : ticks) {
    if (!plain) {
      labels.push_back(significant(tick, 3));
    } else {
      labels.push_back(digits == 0 ? grouped(std::llround(tick)) : fixed(tick, digits));
    }
  }
  return labels;
}

Extent padded_extent(std::span<const std::vector<double>> series) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::vector<double>& values : series) {
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (!(low <= high)) return {0, 1};
  // Beyond this the difference of two values may overflow or vanish: no picture can show it.
  low = std::clamp(low, -1e300, 1e300);
  high = std::clamp(high, -1e300, 1e300);
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const double half = high == 0 ? 0.5 : std::abs(high) / 2;
    return {low - half, high + half};
  }
  const double pad = (high - low) / 20;
  return {low - pad, high + pad};
}

}  // namespace skew::report
