// Columns of a strip, a vector's width at a time, for the instruction set named by SKEW_ISA.
#include "backends/cpu/vector/batch_norm.h"

#include "backends/cpu/vector/lanes.h"

namespace skew::SKEW_ISA {
namespace {

// A column as vectors, and the rest of the lanes as floats: f.template operator()<V>(first lane).
template <class F> void each_column(ptrdiff_t count, F f) {
  ptrdiff_t l = 0;
  for (; l + width <= count; l += width) f.template operator()<Floats>(l);
  for (; l < count; ++l) f.template operator()<float>(l);
}

template <class V> V at(const float* v) {
  V f;
  __builtin_memcpy(&f, v, sizeof f);
  return f;
}
template <class V> void put(float* to, V v) { __builtin_memcpy(to, &v, sizeof v); }

// Calls f(index of column l's element, k) for every row of every image; k = 0 … 3 in turn, for four running sums.
template <class F> void over_rows(const Strip& s, ptrdiff_t l, F f) {
  for (ptrdiff_t image = 0; image < s.images; ++image) {
    ptrdiff_t i = image * s.stride + l, r = 0;
    for (; r + 4 <= s.rows; r += 4, i += 4 * s.lanes)
      for (int k = 0; k < 4; ++k) f(i + k * s.lanes, k);
    for (; r < s.rows; ++r, i += s.lanes) f(i, 0);
  }
}
template <class V> V joined(const V (&sum)[4]) { return (sum[0] + sum[1]) + (sum[2] + sum[3]); }

void moments(const Strip& s, const float* x, float* mean, float* squares) {
  each_column(s.lanes, [&]<class V>(ptrdiff_t l) {
    V sum[4] = {}, square[4] = {};
    over_rows(s, l, [&](ptrdiff_t i, int k) { sum[k] += at<V>(x + i); });
    const V m = joined(sum) / float(s.values());
    over_rows(s, l, [&](ptrdiff_t i, int k) {
      const V d = at<V>(x + i) - m;
      square[k] += d * d;
    });
    put(mean + l, m);
    put(squares + l, joined(square));
  });
}

template <bool relu>
void apply_rows(const Strip& s, const float* x, float* y, const float* mean, const float* scale, const float* shift) {
  each_column(s.lanes, [&]<class V>(ptrdiff_t l) {
    const V m = at<V>(mean + l), a = at<V>(scale + l), b = at<V>(shift + l);
    over_rows(s, l, [&](ptrdiff_t i, int) {
      V value = (at<V>(x + i) - m) * a + b;
      if constexpr (relu) value = value <= 0 ? V{} : value;  // a NaN stays one
      put(y + i, value);
    });
  });
}
void apply(const Strip& s, const float* x, float* y, const float* mean, const float* scale, const float* shift,
           bool relu) {
  (relu ? apply_rows<true> : apply_rows<false>)(s, x, y, mean, scale, shift);
}

template <class V, bool relu> V passed(const float* dy, const float* y, ptrdiff_t i) {
  const V g = at<V>(dy + i);
  if constexpr (relu) return at<V>(y + i) <= 0 ? V{} : g;
  return g;
}

template <bool relu>
void sum_rows(const Strip& s, const float* dy, const float* y, const float* x, const float* mean, float* sum,
              float* dot) {
  each_column(s.lanes, [&]<class V>(ptrdiff_t l) {
    const V m = at<V>(mean + l);
    V sums[4] = {}, dots[4] = {};
    over_rows(s, l, [&](ptrdiff_t i, int k) {
      const V g = passed<V, relu>(dy, y, i);
      sums[k] += g;
      dots[k] += g * (at<V>(x + i) - m);
    });
    put(sum + l, joined(sums));
    put(dot + l, joined(dots));
  });
}
void sums(const Strip& s, const float* dy, const float* y, const float* x, const float* mean, float* sum, float* dot) {
  (y ? sum_rows<true> : sum_rows<false>)(s, dy, y, x, mean, sum, dot);
}

template <bool relu>
void differentiate_rows(const Strip& s, const float* dy, const float* y, const float* x, float* dx, const float* mean,
                        const float* a, const float* b, const float* c) {
  each_column(s.lanes, [&]<class V>(ptrdiff_t l) {
    const V m = at<V>(mean + l), of_g = at<V>(a + l), of_x = at<V>(b + l), constant = at<V>(c + l);
    over_rows(s, l, [&](ptrdiff_t i, int) {
      V d = of_g * passed<V, relu>(dy, y, i);
      if (x) d += of_x * (at<V>(x + i) - m) + constant;
      put(dx + i, d);
    });
  });
}
void differentiate(const Strip& s, const float* dy, const float* y, const float* x, float* dx, const float* mean,
                   const float* a, const float* b, const float* c) {
  (y ? differentiate_rows<true> : differentiate_rows<false>)(s, dy, y, x, dx, mean, a, b, c);
}

}  // namespace

BatchNormLoops batch_norm_loops() { return {moments, apply, sums, differentiate}; }

}  // namespace skew::SKEW_ISA
