// Set losses, for float and double alike: the log-sum-exps of each line in two sweeps (largest, sum), the formula with
// dual numbers, then the gradient. Lines are the rows of [N, C], and for some losses its columns too. Work goes in
// strips of 64 elements side by side: 64 columns at once, or 64 places of a row whose sums are joined at its end.
#include <cmath>
#include <vector>

#include "backends/host/host.h"
#include "core/parallel.h"
#include "losses/set_op.h"
#include "losses/two_way.h"
#include "losses/zlpr.h"

namespace skew {
namespace {

constexpr ptrdiff_t strip = 64;

// 64 elements of a row as the sums see them: x, and what it counts as a positive and as a negative.
template <class T>
struct Strip { alignas(64) T x[strip], pos[strip], neg[strip]; };

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
    for (ptrdiff_t k = 0; k < n; ++k) s.x[k] = x[first + k], s.pos[k] = y[first + k], s.neg[k] = 1 - y[first + k];
    for (ptrdiff_t k = n; k < strip; ++k) s.x[k] = 0, s.pos[k] = 0, s.neg[k] = 0;
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

// Running log-sum-exps of 64 lines.
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
// ln Σ of 64 partial sums e^most · sum.
template <class T>
T joined(const T* most, const T* sum) {
  T largest = most[0], total = 0;
  for (ptrdiff_t k = 1; k < strip; ++k) largest = maximum(most[k], largest);
  for (ptrdiff_t k = 0; k < strip; ++k) total += sum[k] * exp(minimum(most[k] - largest, T(0)));
  return largest + log(total);
}

// What the formula makes of a line: its value, and P, N with the slopes that its elements' softmax weights get.
template <class T>
struct Line { T value, lse_pos, lse_neg, slope_pos, slope_neg; bool counts; };

template <class L, class T>
Line<T> line_of(const L& loss, T lse_pos, T lse_neg) {
  const Dual<T> by_pos = loss.value(Dual<T>{lse_pos, 1}, Dual<T>{lse_neg, 0});
  const Dual<T> by_neg = loss.value(Dual<T>{lse_pos, 0}, Dual<T>{lse_neg, 1});
  constexpr T none = -std::numeric_limits<T>::infinity();
  const bool counts = L::along_classes ? lse_pos != none : lse_pos != none || lse_neg != none;
  if (!counts) return {0, lse_pos, lse_neg, 0, 0, false};
  return {by_pos.v, lse_pos, lse_neg, by_pos.d / T(loss.temperature_pos()), by_neg.d / T(loss.temperature_neg()), true};
}

// Sum of the lines' values by the reduction; scales their slopes by its factor.
template <class T>
double reduce(std::vector<Line<T>>& lines, Reduction reduction, ptrdiff_t batch) {
  double sum = 0;
  ptrdiff_t counted = 0;
  for (const Line<T>& line : lines) sum += double(line.value), counted += line.counts;
  const double scale = reduction_scale(reduction, batch, counted);
  for (Line<T>& line : lines) line.slope_pos *= T(scale), line.slope_neg *= T(scale);
  return sum * scale;
}

template <class T, class L>
SetResult run(const L& loss, const SetJob& job) {
  const Elements<T> elements(job);
  SetResult result{0, elements.bad()};
  if (result.bad.logit >= 0 || result.bad.target >= 0) return result;
  const ptrdiff_t n = elements.rows, classes = elements.classes;
  const T per_pos = T(1 / loss.temperature_pos()), per_neg = T(1 / loss.temperature_neg());
  static thread_local std::vector<Line<T>> kept_rows, kept_columns;  // grow once
  std::vector<Line<T>>&row_lines = kept_rows, &column_lines = kept_columns;
  row_lines.resize(size_t(n)), column_lines.resize(size_t(L::along_classes ? classes : 0));
  const ptrdiff_t rows_a_task = std::max<ptrdiff_t>(1, (1 << 14) / std::max<ptrdiff_t>(1, classes));
  parallel_for(n, rows_a_task, [&](ptrdiff_t begin, ptrdiff_t end) {
    Strip<T> s;
    for (ptrdiff_t row = begin; row < end; ++row) {
      Sums<T> sums(per_pos, per_neg);
      for (ptrdiff_t c = 0; c < classes; c += strip) elements.load(row, c, s), sums.look(s);
      for (ptrdiff_t c = 0; c < classes; c += strip) elements.load(row, c, s), sums.add(s);
      row_lines[size_t(row)] = line_of(loss, joined(sums.most_pos, sums.pos), joined(sums.most_neg, sums.neg));
    }
  });
  if (L::along_classes)
    parallel_for(classes, strip, [&](ptrdiff_t column, ptrdiff_t) {
      Strip<T> s;
      Sums<T> sums(per_pos, per_neg);
      for (ptrdiff_t row = 0; row < n; ++row) elements.load(row, column, s), sums.look(s);
      for (ptrdiff_t row = 0; row < n; ++row) elements.load(row, column, s), sums.add(s);
      for (ptrdiff_t k = 0; k < elements.width(column); ++k)
        column_lines[size_t(column + k)] =
            line_of(loss, sums.most_pos[k] + log(sums.pos[k]), sums.most_neg[k] + log(sums.neg[k]));
    });
  if (job.value.defined()) {
    Tensor values = job.value;
    T* to = values.fill<T>();
    for (ptrdiff_t row = 0; row < n; ++row) to[row] = row_lines[size_t(row)].value;
  }
  result.value = reduce(row_lines, job.reduction, n);
  if (L::along_classes) result.value += reduce(column_lines, job.reduction, n);
  if (!job.gradient.defined()) return result;
  Tensor gradient = job.gradient;
  T* g = gradient.fill<T>();
  parallel_for(n, rows_a_task, [&](ptrdiff_t begin, ptrdiff_t end) {
    Strip<T> s;
    alignas(64) T slope[strip];
    for (ptrdiff_t row = begin; row < end; ++row)
      for (ptrdiff_t c = 0; c < classes; c += strip) {
        elements.load(row, c, s);
        auto slope_of = [&](const Line<T>& line, ptrdiff_t k) {  // y·e^(…) ≤ 1; the bound keeps tiny y's e^(…) finite
          const T pos = s.pos[k] * exp(minimum(-s.x[k] * per_pos - line.lse_pos, T(80)));
          const T neg = s.neg[k] * exp(minimum(s.x[k] * per_neg - line.lse_neg, T(80)));
          return neg * line.slope_neg - pos * line.slope_pos;
        };
        const Line<T> line = row_lines[size_t(row)];
        for (ptrdiff_t k = 0; k < strip; ++k) slope[k] = slope_of(line, k);
        for (ptrdiff_t k = 0; L::along_classes && k < elements.width(c); ++k)
          slope[k] += slope_of(column_lines[size_t(c + k)], k);
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
