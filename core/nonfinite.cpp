// Finding NaN and infinity with sums that vectorise.
#include "core/nonfinite.h"

#include <cmath>

#include "core/op.h"

namespace skew {
namespace {

// x·0 is 0 for finite x and NaN otherwise; sums of it vectorise, a branch per element does not.
template <class T>
bool finite(const T* x, ptrdiff_t n) {
  T sum[16] = {};
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 16; ++k) sum[k] += x[i + k] * T(0);
  T all = 0;
  for (; i < n; ++i) all += x[i] * T(0);
  for (const T s : sum) all += s;
  return all == T(0);
}

template <class T>
ptrdiff_t first_bad(const Tensor& t) {
  const std::vector<T> values = t.values<T>();
  for (size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return ptrdiff_t(i);
  return -1;
}

}  // namespace

bool all_finite(const Tensor& t) {
  if (!t.defined() || !is_floating(t.dtype())) return true;
  return t.dtype() == DType::float32 ? finite(t.data<float>(), t.count()) : finite(t.data<double>(), t.count());
}

ptrdiff_t largest_sample(const Tensor& t) {
  const std::vector<double> v = t.to(Device::reference).to(DType::float64).values<double>();
  size_t best = 0;
  for (size_t i = 1; i < v.size(); ++i)
    if (std::abs(v[i]) > std::abs(v[best])) best = i;
  return v.empty() ? -1 : ptrdiff_t(best) / (t.count() / t.shape()[0]);
}

void throw_if_not_finite(const Tensor& t, std::string_view op) {
  if (all_finite(t)) return;
  const ptrdiff_t i = t.dtype() == DType::float32 ? first_bad<float>(t) : first_bad<double>(t);
  const ptrdiff_t sample = t.shape().rank() == 0 ? -1 : i / (t.count() / t.shape()[0]);
  const std::string scope = Scope::path();
  const std::string whose = text(op, scope.empty() ? "" : " in '" + scope + "'", ": the result ");
  throw NonFiniteError(
      sample < 0 ? whose + "is not finite" : text(whose, t.shape(), " is not finite, first in sample ", sample),
      std::string(op), scope, sample);
}

}  // namespace skew
