// The numbers that sections compute with, and how far two lists of them are apart.
#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/selftest/section.h"
#include "core/random.h"

namespace skew::selftest {

std::vector<float> whole_numbers(size_t count, int most, uint64_t seed) {
  Generator random(seed, 3);
  std::vector<float> numbers(count);
  for (float& v : numbers) v = float(random.below(2 * most + 1) - most);
  return numbers;
}

std::vector<float> normal_numbers(size_t count, uint64_t seed) {
  Generator random(seed, 4);
  std::vector<float> numbers(count);
  for (float& v : numbers) v = float(random.normal());
  return numbers;
}

std::vector<float> with_a_large_one(size_t count, uint64_t seed) {
  std::vector<float> numbers = normal_numbers(count, seed);
  if (count > 0) numbers[0] = 1e5f;
  return numbers;
}
bool all_finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
}

double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size() || a.empty()) return std::numeric_limits<double>::infinity();
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::isnan(sum) ? std::numeric_limits<double>::infinity() : std::sqrt(sum / double(a.size()));
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr double far = std::numeric_limits<double>::infinity();
  if (a.size() != b.size()) return far;
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double d = std::abs(a[i] - b[i]);
    if (std::isnan(d) && std::isnan(a[i]) != std::isnan(b[i])) return far;
    if (!std::isnan(d)) worst = std::max(worst, d);
  }
  return worst;
}

}  // namespace skew::selftest
