// Sums and their kin over the middle of outer × n × inner, accumulated in double. Long lines are cut into strips of a
// fixed length whose sums are added in order, so the result does not depend on the number of threads.
#include "ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "backends/host/host.h"
#include "backends/host/lines.h"

namespace skew {
namespace {

constexpr ptrdiff_t strip = 1 << 15;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Σ f(x) along a line, in eight interleaved sums that the compiler keeps in vector registers.
template <class T, class F> double strip_sum(const T* x, ptrdiff_t n, ptrdiff_t stride, F f) {
  double sums[8] = {};
  ptrdiff_t j = 0;
  for (; j + 8 <= n; j += 8)
    for (ptrdiff_t k = 0; k < 8; ++k) sums[k] += f(double(x[(j + k) * stride]));
  for (; j < n; ++j) sums[0] += f(double(x[j * stride]));
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

template <class T, class F> double line_sum(const T* x, ptrdiff_t n, ptrdiff_t stride, F f) {
  if (n <= strip) return strip_sum(x, n, stride, f);
  std::vector<double> sums(size_t((n + strip - 1) / strip));
  parallel_for(n, strip, [&](ptrdiff_t begin, ptrdiff_t end) {
    sums[size_t(begin / strip)] = strip_sum(x + begin * stride, end - begin, stride, f);
  });
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

double identity(double x) { return x; }

template <class T> double log_sum_exp(const T* x, ptrdiff_t n, ptrdiff_t stride) {
  double most = -infinity;
  for (ptrdiff_t j = 0; j < n; ++j) {
    if (std::isnan(x[j * stride])) return double(x[j * stride]);
    most = std::max(most, double(x[j * stride]));
  }
  if (std::isinf(most)) return most;  // all −∞, or one +∞
  return most + std::log(line_sum(x, n, stride, [=](double v) { return std::exp(v - most); }));
}

template <class T>
double statistic_of(Statistic statistic, const T* x, ptrdiff_t n, ptrdiff_t stride, ptrdiff_t correction) {
  switch (statistic) {
    case Statistic::sum: return line_sum(x, n, stride, identity);
    case Statistic::mean: return line_sum(x, n, stride, identity) / double(n);
    case Statistic::var: {
      const double mean = line_sum(x, n, stride, identity) / double(n);
      const double squares = line_sum(x, n, stride, [=](double v) { return (v - mean) * (v - mean); });
      return n > correction ? squares / double(n - correction) : std::numeric_limits<double>::quiet_NaN();
    }
    case Statistic::norm: return std::sqrt(line_sum(x, n, stride, [](double v) { return v * v; }));
    case Statistic::logsumexp: return log_sum_exp(x, n, stride);
  }
  return 0;
}

// Sums of `width` neighbouring columns, row by row: each row is read once, in the order of memory.
template <class T> void column_sums(const T* x, const Extents& e, ptrdiff_t width, double divisor, T* y) {
  constexpr ptrdiff_t most = 256;
  double sums[most] = {};
  for (ptrdiff_t j = 0; j < e.n; ++j)
    for (ptrdiff_t i = 0; i < width; ++i) sums[i] += double(x[j * e.inner + i]);
  for (ptrdiff_t i = 0; i < width; ++i) y[i] = T(sums[i] / divisor);
}

template <class T> void sum_columns(const T* x, const Extents& e, double divisor, T* y) {
  constexpr ptrdiff_t width = 256;
  const ptrdiff_t blocks = (e.inner + width - 1) / width;
  parallel_for(e.outer * blocks, strip / (e.n * std::min(width, e.inner) + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t k = begin; k < end; ++k) {
      const ptrdiff_t o = k / blocks, i = k % blocks * width;
      column_sums(x + o * e.n * e.inner + i, e, std::min(width, e.inner - i), divisor, y + o * e.inner + i);
    }
  });
}

Tensor forward(const Tensor& x, Statistic statistic, const Extents& e, const Shape& shape, ptrdiff_t correction) {
  return visit_floating(x, "reduce", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty(shape, x.dtype(), x.device());
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    const bool mean = statistic == Statistic::mean;
    if (e.inner > 1 && (mean || statistic == Statistic::sum)) {
      sum_columns(xs, e, mean ? double(e.n) : 1., ys);
      return y;
    }
    each_line(e, strip, [&](ptrdiff_t k, ptrdiff_t first) {
      ys[k] = T(statistic_of(statistic, xs + first, e.n, e.inner, correction));
    });
    return y;
  });
}

// dx(o, j, i) = slope(x, y(o, i)) · dy(o, i) for every row j of every o.
template <class T, class F> void spread(const Extents& e, const T* dy, const T* x, const T* y, T* dx, F slope) {
  parallel_for(e.outer * e.n, strip / (e.inner + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t r = begin, o = begin / e.n, j = begin % e.n; r < end; ++r) {
      for (ptrdiff_t i = 0; i < e.inner; ++i) {
        const ptrdiff_t from = o * e.inner + i, into = r * e.inner + i;
        dx[into] = slope(x ? x[into] : T(0), y ? y[from] : T(0)) * dy[from];
      }
      if (++j == e.n) j = 0, ++o;
    }
  });
}

Tensor backward(const Tensor& dy, const Tensor& x, const Tensor& y, Statistic statistic, const Extents& e,
                const Shape& shape, ptrdiff_t correction) {
  return visit_floating(dy, "reduce", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::empty(shape, dy.dtype(), dy.device());
    const T *xs = data_if<T>(x), *ys = data_if<T>(y);
    auto with = [&](auto slope) { spread(e, dy.data<T>(), xs, ys, dx.fill<T>(), slope); };
    const T share = T(1 / double(e.n)), twice = T(2 / double(e.n - correction));
    switch (statistic) {
      case Statistic::sum: with([](T, T) { return T(1); }); break;
      case Statistic::mean: with([=](T, T) { return share; }); break;
      case Statistic::var: with([=](T v, T mean) { return twice * (v - mean); }); break;
      case Statistic::norm: with([](T v, T length) { return length == 0 ? T(0) : v / length; }); break;
      case Statistic::logsumexp:
        with([](T v, T log_sum) { return std::isinf(log_sum) && log_sum < 0 ? T(0) : std::exp(v - log_sum); });
    }
    return dx;
  });
}

const bool filled = on_host(reduce_forward, forward) && on_host(reduce_backward, backward);

}  // namespace
}  // namespace skew
