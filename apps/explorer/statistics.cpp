// Sums and a histogram.
#include "apps/explorer/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/explorer/recording.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

template <class T> Statistics measure(const T* v, int64_t count) {
  Statistics s{.count = count};
  double sum = 0, squares = 0;
  s.least = std::numeric_limits<double>::infinity();
  s.most = -s.least;
  for (int64_t i = 0; i < count; ++i) {
    const double x = double(v[i]);
    if (!std::isfinite(x)) {
      ++s.not_finite;
      continue;
    }
    s.zeros += x == 0;
    s.least = std::min(s.least, x);
    s.most = std::max(s.most, x);
    sum += x;
    squares += x * x;
  }
  const double finite = double(count - s.not_finite);
  if (finite == 0) {
    s.least = s.most = 0;
    return s;
  }
  s.mean = sum / finite;
  s.rms = std::sqrt(squares / finite);
  s.deviation = std::sqrt(std::max(0.0, squares / finite - s.mean * s.mean));
  const double steps = double(s.bins.size()), width = (s.most - s.least) / steps;
  for (int64_t i = 0; i < count; ++i) {
    const double x = double(v[i]);
    if (!std::isfinite(x)) continue;
    const double bin = width > 0 ? (x - s.least) / width : 0;
    ++s.bins[size_t(std::clamp(bin, 0.0, steps - 1))];
  }
  return s;
}

}  // namespace

Statistics statistics_of(const Tensor& t) {
  if (!t.defined() || t.count() == 0) return {};
  const Tensor plain = t.detach().host();
  switch (plain.dtype()) {
    case DType::float32: return measure(plain.data<float>(), plain.count());
    case DType::float64: return measure(plain.data<double>(), plain.count());
    default: break;
  }
  const std::vector<double> v = plain.doubles();
  return measure(v.data(), int64_t(v.size()));
}

std::string short_text(const Statistics& s) {
  if (s.not_finite) return text(s.not_finite, " not finite");
  return pretty(s.mean, 3) + " ± " + pretty(s.deviation, 3);
}

}  // namespace skew::explorer
