// Cross-entropy with its gradient in one pass over the logits: for each position the maximum, the sum of exponentials,
// then value and gradient. With a_c = (1−s)·w_t·[c = t] + s/C·w_c (probabilities: w_c·((1−s)t_c + s/C)) both are
//   ℓ = Σ_c a_c·(lse − x_c),   ∂ℓ/∂x_c = p_c·Σ_k a_k − a_c.
#include "losses/cross_entropy.h"

#include <cmath>
#include <limits>

#include "backends/host/host.h"
#include "core/math.h"
#include "core/parallel.h"

namespace skew {
namespace {

template <class T>
struct Rows {
  const CrossEntropyJob& job;
  const T *x, *probabilities, *class_weights, *mask;
  const int64_t* index;
  T *value, *gradient;
  ptrdiff_t batch, classes, inner;  // x is (batch, classes, inner)
  T smoothing;

  explicit Rows(const CrossEntropyJob& job) : job(job) {
    auto data = [](const Tensor& t) { return t.defined() ? t.data<T>() : nullptr; };
    const Shape& shape = job.x.shape();
    batch = shape[0], classes = shape[1], inner = shape.count(2, shape.rank());
    x = data(job.x), class_weights = data(job.class_weights), mask = data(job.mask);
    const bool indices = job.target.dtype() == DType::int64;
    index = indices ? job.target.data<int64_t>() : nullptr, probabilities = indices ? nullptr : data(job.target);
    Tensor v = job.value, g = job.gradient;
    value = v.defined() ? v.fill<T>() : nullptr, gradient = g.defined() ? g.fill<T>() : nullptr;
    smoothing = T(job.loss.label_smoothing);
  }

  bool kept(ptrdiff_t row) const {
    return (!mask || mask[row] != 0) && !(index && job.loss.ignore_index && index[row] == *job.loss.ignore_index);
  }
  T weight(ptrdiff_t c) const { return class_weights ? class_weights[c] : T(1); }

  // What `mean` divides by, and the first index or probability that is none.
  double divisor(BadElements& bad) const {
    double sum = 0;
    for (ptrdiff_t row = 0; row < batch * inner; ++row) {
      if (!kept(row)) continue;
      if (index && (index[row] < 0 || index[row] >= classes)) bad.target = bad.target < 0 ? row : bad.target;
      else sum += index ? double(weight(index[row])) : 1;
    }
    for (ptrdiff_t i = 0; probabilities && i < job.x.count() && bad.target < 0; ++i)
      if (kept(i / (classes * inner) * inner + i % inner) && !(probabilities[i] >= 0 && probabilities[i] <= 1))
        bad.target = i;
    return sum;
  }

  // One position; returns its loss and writes value and gradient (times scale).
  double run(ptrdiff_t row, T scale, bool& nan) const {
    const ptrdiff_t first = row / inner * classes * inner + row % inner;
    const T* xs = x + first;
    T most = -std::numeric_limits<T>::infinity(), sum = 0;
    for (ptrdiff_t c = 0; c < classes; ++c) {
      nan |= xs[c * inner] != xs[c * inner];
      most = maximum(xs[c * inner], most);
    }
    if (value) value[row] = 0;
    if (!kept(row)) {
      for (ptrdiff_t c = 0; gradient && c < classes; ++c) gradient[first + c * inner] = 0;
      return 0;
    }
    for (ptrdiff_t c = 0; c < classes; ++c) {
      const T e = exp(xs[c * inner] - most);
      if (gradient) gradient[first + c * inner] = e;
      sum += e;
    }
    const T log_sum = log(sum), even = smoothing / T(classes);
    T loss = 0, a_sum = 0;
    auto a = [&](ptrdiff_t c) {
      if (probabilities) return weight(c) * ((1 - smoothing) * probabilities[first + c * inner] + even);
      return even * weight(c) + (c == index[row] ? (1 - smoothing) * weight(c) : T(0));
    };
    for (ptrdiff_t c = 0; c < classes; ++c) {
      const T a_c = a(c);
      a_sum += a_c;
      if (a_c != 0) loss += a_c * (log_sum - (xs[c * inner] - most));
    }
    if (value) value[row] = loss;
    for (ptrdiff_t c = 0; gradient && c < classes; ++c) {
      T& g = gradient[first + c * inner];
      g = (g / sum * a_sum - a(c)) * scale;
    }
    return double(loss);
  }
};

CrossEntropyResult kernel(const CrossEntropyJob& job) {
  return visit_floating(job.x, "cross_entropy", [&](auto zero) {
    using T = decltype(zero);
    const Rows<T> rows(job);
    CrossEntropyResult result{0, {}};
    const double divisor = rows.divisor(result.bad);
    if (result.bad.target >= 0) return result;
    const double scale = job.reduction == Reduction::mean ? (divisor > 0 ? 1 / divisor : 0)
                                                          : reduction_scale(job.reduction, rows.batch, 0);
    const ptrdiff_t count = rows.batch * rows.inner, grain = 64, chunks = (count + grain - 1) / grain;
    std::vector<double> sums(size_t(chunks), 0.0);
    std::vector<char> nan(size_t(chunks), 0);
    const ptrdiff_t chunks_a_task = std::max<ptrdiff_t>(1, 16384 / (grain * std::max<ptrdiff_t>(1, rows.classes)));
    parallel_for(chunks, chunks_a_task, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t chunk = begin; chunk < end; ++chunk)
        for (ptrdiff_t row = chunk * grain; row < std::min(count, (chunk + 1) * grain); ++row) {
          bool found = false;
          sums[size_t(chunk)] += rows.run(row, T(scale), found);
          nan[size_t(chunk)] |= found;
        }
    });
    for (double s : sums) result.value += s * scale;
    for (ptrdiff_t chunk = 0; chunk < chunks; ++chunk)
      if (nan[size_t(chunk)]) {
        for (ptrdiff_t i = 0; i < job.x.count() && result.bad.logit < 0; ++i)
          if (rows.x[i] != rows.x[i]) result.bad.logit = i;
        break;
      }
    return result;
  });
}

// g · dy for a scalar dy, an equal shape, or a dy without g's axis 1.
Tensor scaled(const Tensor& g, const Tensor& dy) {
  if (dy.count() == 1 && dy.shape().rank() == 0 && dy.item() == 1) return g;
  return visit_floating(g, "loss", [&](auto zero) {
    using T = decltype(zero);
    Tensor out = Tensor::empty_like(g);
    const Tensor plain = dy.to(Layout{});
    const T *from = g.data<T>(), *factors = plain.data<T>();
    T* to = out.fill<T>();
    const Shape& shape = g.shape();
    const bool scalar = dy.shape().rank() == 0, without_axis = !scalar && dy.shape().rank() < shape.rank();
    const ptrdiff_t classes = without_axis ? shape[1] : 1, inner = without_axis ? shape.count(2, shape.rank()) : 1;
    parallel_for(g.count(), 1 << 16, [&](ptrdiff_t begin, ptrdiff_t end) {
      if (scalar)
        for (ptrdiff_t i = begin; i < end; ++i) to[i] = from[i] * factors[0];
      else
        for (ptrdiff_t i = begin; i < end; ++i) to[i] = from[i] * factors[i / (classes * inner) * inner + i % inner];
    });
    return out;
  });
}

const bool filled = on_host(cross_entropy_kernel, kernel) && on_host(scale_saved_gradient, scaled);

}  // namespace
}  // namespace skew
