// Set losses, for float and double alike: the log-sum-exps of each line in two sweeps (largest, sum), the formula with
// dual numbers, then the gradient. Lines are the rows of [N, C], and for some losses its columns too. Work goes in
// strips of 16 elements side by side: 16 columns at once, or 16 places of a row whose sums are joined at its end.
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "backends/host/host.h"
#include "core/parallel.h"
#include "losses/set_op.h"
#include "losses/two_way.h"
#include "losses/zlpr.h"

namespace skew {
namespace {

constexpr ptrdiff_t strip = 16;

// 16 elements of a row as the sums see them: x, and what it counts as a positive and as a negative.
template <class T>
struct Strip {
  alignas(64) T x[strip], pos[strip], neg[strip];
};

template <class T>
struct Elements {
  const T *x, *y, *class_weights, *mask, *weights;
  ptrdiff_t rows, classes;

  explicit Elements(const SetJob& job) : rows(job.x.shape()[0]), classes(job.x.shape()[1]) {
    auto data = [](const Tensor& t) { return t.defined() ? t.data<T>() : nullptr; };
    x = data(job.x), y = data(job.y), class_weights = data(job.class_weights), mask = data(job.mask);
    weights = data(job.weights);
  }
  bool known(ptrdiff_t i) const { return !mask || mask[i] != 0; }
  ptrdiff_t width(ptrdiff_t column) const { return std::min(strip, classes - column); }

  void load(ptrdiff_t row, ptrdiff_t column, Strip<T>& s) const {
    const ptrdiff_t first = row * classes + column, n = width(column);
    for (ptrdiff_t k = n; k < strip; ++k) s.x[k] = 0, s.pos[k] = 0, s.neg[k] = 0;
    auto copy = [&](ptrdiff_t length) {
      for (ptrdiff_t k = 0; k < length; ++k)
        s.x[k] = x[first + k], s.pos[k] = y[first + k], s.neg[k] = 1 - y[first + k];
    };
    n == strip ? copy(strip) : copy(n);  // a constant length nearly always
    auto multiply = [&](const T* w) {
      for (ptrdiff_t k = 0; k < n; ++k) s.pos[k] *= w[k], s.neg[k] *= w[k];
    };
    if (class_weights) multiply(class_weights + column);
    if (weights) multiply(weights + first);
    for (ptrdiff_t k = 0; mask && k < n; ++k)
      if (mask[first + k] == 0) s.pos[k] = 0, s.neg[k] = 0;  // an unknown label may be anything, −1 or NaN
  }
  BadElements bad() const {
    BadElements found;
    for (ptrdiff_t i = 0; i < rows * classes && found.logit < 0; ++i) {
      if (x[i] != x[i]) found.logit = i;
      if (found.target < 0 && known(i) && !(y[i] >= 0 && y[i] <= 1)) found.target = i;
    }
    return found;
  }
};

// Running log-sum-exps of 16 lines.
template <class T>
struct Sums {
  alignas(64) T most_pos[strip], most_neg[strip], pos[strip], neg[strip];
  T per_pos, per_neg;  // 1/T_p, 1/T_n

  Sums(T per_pos, T per_neg) : per_pos(per_pos), per_neg(per_neg) {
    for (ptrdiff_t k = 0; k < strip; ++k)
      most_pos[k] = most_neg[k] = -std::numeric_limits<T>::infinity(), pos[k] = neg[k] = 0;
  }
  void look(const Strip<T>& s) {
    for (ptrdiff_t k = 0; k < strip; ++k) {
      most_pos[k] = maximum(s.pos[k] > 0 ? -s.x[k] * per_pos : most_pos[k], most_pos[k]);
      most_neg[k] = maximum(s.neg[k] > 0 ? s.x[k] * per_neg : most_neg[k], most_neg[k]);
    }
  }
  void add(const Strip<T>& s) {
    for (ptrdiff_t k = 0; k < strip; ++k) {
      pos[k] += s.pos[k] * exp(minimum(-s.x[k] * per_pos - most_pos[k], T(0)));
      neg[k] += s.neg[k] * exp(minimum(s.x[k] * per_neg - most_neg[k], T(0)));
    }
  }
};
// ln Σ of 16 partial sums e^most · sum.
template <class T>
T joined(const T* most, const T* sum) {
  T largest = most[0], total = 0;
  for (ptrdiff_t k = 1; k < strip; ++k) largest = maximum(most[k], largest);
  for (ptrdiff_t k = 0; k < strip; ++k) total += sum[k] * exp(minimum(most[k] - largest, T(0)));
  return largest + log(total);
}

// What the formula makes of lines: values, and P, N with the slopes that the elements' softmax weights get. Grow once.
template <class T>
struct Lines {
  std::vector<T> value, lse_pos, lse_neg, slope_pos, slope_neg;
  std::vector<char> counts;
  void resize(ptrdiff_t lines) {
    const size_t whole = size_t((lines + strip - 1) / strip * strip);
    for (auto* v : {&value, &lse_pos, &lse_neg, &slope_pos, &slope_neg}) v->assign(whole, T(0));
    counts.assign(whole, 0);
  }
  template <class L>
  void set(size_t i, const L& loss, T pos, T neg) {
    constexpr T none = -std::numeric_limits<T>::infinity();
    lse_pos[i] = pos, lse_neg[i] = neg;
    counts[i] = L::along_classes ? pos != none : pos != none || neg != none;
    if (!counts[i]) return;  // value and slopes stay 0
    const Dual<T> by_pos = loss.value(Dual<T>{pos, 1}, Dual<T>{neg, 0}),
                  by_neg = loss.value(Dual<T>{pos, 0}, Dual<T>{neg, 1});
    value[i] = by_pos.v;
    slope_pos[i] = by_pos.d / T(loss.temperature_pos()), slope_neg[i] = by_neg.d / T(loss.temperature_neg());
  }
};

// Sum of the lines' values by the reduction; scales their slopes by its factor.
template <class T>
double reduce(Lines<T>& lines, Reduction reduction, ptrdiff_t batch) {
  double sum = 0;
  ptrdiff_t counted = 0;
  for (size_t i = 0; i < lines.value.size(); ++i) sum += double(lines.value[i]), counted += lines.counts[i];
  const double scale = reduction_scale(reduction, batch, counted);
  for (T& slope : lines.slope_pos) slope *= T(scale);
  for (T& slope : lines.slope_neg) slope *= T(scale);
  return sum * scale;
}

template <class T, class L>
SetResult run(const L& loss, const SetJob& job) {
  const Elements<T> elements(job);
  SetResult result{0, elements.bad()};
  if (result.bad.logit >= 0 || result.bad.target >= 0) return result;
  const ptrdiff_t n = elements.rows, classes = elements.classes;
  const T per_pos = T(1 / loss.temperature_pos()), per_neg = T(1 / loss.temperature_neg());
  static thread_local Lines<T> kept_rows, kept_columns;
  Lines<T>&row_lines = kept_rows, &column_lines = kept_columns;  // this thread's, for all threads below
  row_lines.resize(n), column_lines.resize(L::along_classes ? classes : 0);
  const ptrdiff_t rows_a_task = std::max<ptrdiff_t>(1, (1 << 14) / std::max<ptrdiff_t>(1, classes));
  parallel_for(n, rows_a_task, [&](ptrdiff_t begin, ptrdiff_t end) {
    Strip<T> s;
    for (ptrdiff_t row = begin; row < end; ++row) {
      Sums<T> sums(per_pos, per_neg);
      for (ptrdiff_t c = 0; c < classes; c += strip) elements.load(row, c, s), sums.look(s);
      for (ptrdiff_t c = 0; c < classes; c += strip) elements.load(row, c, s), sums.add(s);
      row_lines.set(size_t(row), loss, joined(sums.most_pos, sums.pos), joined(sums.most_neg, sums.neg));
    }
  });
  if (L::along_classes)
    parallel_for(classes, strip, [&](ptrdiff_t column, ptrdiff_t) {
      Strip<T> s;
      Sums<T> sums(per_pos, per_neg);
      for (ptrdiff_t row = 0; row < n; ++row) elements.load(row, column, s), sums.look(s);
      for (ptrdiff_t row = 0; row < n; ++row) elements.load(row, column, s), sums.add(s);
      for (ptrdiff_t k = 0; k < elements.width(column); ++k)
        column_lines.set(size_t(column + k), loss, sums.most_pos[k] + log(sums.pos[k]),
                         sums.most_neg[k] + log(sums.neg[k]));
    });
  if (job.value.defined()) {
    Tensor values = job.value;
    T* to = values.fill<T>();
    for (ptrdiff_t row = 0; row < n; ++row) to[row] = row_lines.value[size_t(row)];
  }
  result.value = reduce(row_lines, job.reduction, n);
  if (L::along_classes) result.value += reduce(column_lines, job.reduction, n);
  if (!job.gradient.defined()) return result;
  Tensor gradient = job.gradient;
  T* g = gradient.fill<T>();
  const Lines<T>& r = row_lines;
  parallel_for(n, rows_a_task, [&](ptrdiff_t begin, ptrdiff_t end) {
    Strip<T> s;
    alignas(64) T slope[strip];
    for (ptrdiff_t row = begin; row < end; ++row)
      for (ptrdiff_t c = 0; c < classes; c += strip) {
        elements.load(row, c, s);
        // y·e^(…) ≤ 1, so e^(…) is finite where y is no denormal; the bound is for those, and for y = 0
        constexpr T most = std::is_same_v<T, float> ? 88 : 709;
        auto slope_of = [&](ptrdiff_t k, T lse_pos, T lse_neg, T slope_pos, T slope_neg) {
          const T pos = s.pos[k] * exp(minimum(-s.x[k] * per_pos - lse_pos, most));
          const T neg = s.neg[k] * exp(minimum(s.x[k] * per_neg - lse_neg, most));
          return neg * slope_neg - pos * slope_pos;
        };
        const T lse_pos = r.lse_pos[size_t(row)], lse_neg = r.lse_neg[size_t(row)];
        const T slope_pos = r.slope_pos[size_t(row)], slope_neg = r.slope_neg[size_t(row)];
        for (ptrdiff_t k = 0; k < strip; ++k) slope[k] = slope_of(k, lse_pos, lse_neg, slope_pos, slope_neg);
        if (L::along_classes) {
          const T *pos = column_lines.lse_pos.data() + c, *neg = column_lines.lse_neg.data() + c;
          const T *by_pos = column_lines.slope_pos.data() + c, *by_neg = column_lines.slope_neg.data() + c;
          for (ptrdiff_t k = 0; k < strip; ++k) slope[k] += slope_of(k, pos[k], neg[k], by_pos[k], by_neg[k]);
        }
        for (ptrdiff_t k = 0; k < elements.width(c); ++k) g[row * classes + c + k] = slope[k];
      }
  });
  return result;
}

template <class L>
SetResult kernel(const L& loss, const SetJob& job) {
  return visit_floating(job.x, L::name, [&](auto zero) { return run<decltype(zero)>(loss, job); });
}
const bool filled = on_host(set_loss_kernel<Zlpr>, kernel<Zlpr>) && on_host(set_loss_kernel<TwoWay>, kernel<TwoWay>);

}  // namespace
}  // namespace skew
