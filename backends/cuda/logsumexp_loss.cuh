// A log-sum-exp loss on the device: the exponents of all elements, a team of threads for each line's two sums, and the
// slopes of all elements. Twin: backends/reference/logsumexp_loss.h.
#pragma once
#include "backends/cuda/each.cuh"
#include "backends/cuda/loss.cuh"
#include "backends/cuda/rows.cuh"
#include "losses/kinds/logsumexp/op.h"

namespace skew::gpu {

// Lines over [N, C]: the images (rows), or the classes (columns).
struct Lines {
  ptrdiff_t count, length, step, stride;  // line k: elements k·step + j·stride
};

// A line's sums with its loss and slopes, which its elements need again.
struct LineResult {
  float lse_pos, lse_neg;
  LineLoss<float> line;
};

struct LineTotal {
  double losses, counted;
};
__device__ inline LineTotal merged(LineTotal a, LineTotal b) { return {a.losses + b.losses, a.counted + b.counted}; }

// ln Σ e^exponent(j), −∞ for nothing.
template <class F> __device__ float log_sum_exp(const Team& team, ptrdiff_t n, const F& exponent) {
  constexpr float none = -std::numeric_limits<float>::infinity();
  const float most = team.reduce(n, Largest{none, -1}, [&](ptrdiff_t j) { return Largest{exponent(j), j}; }).value;
  if (most == none) return most;
  return most + log(float(team.reduce(n, 0.0, [&](ptrdiff_t j) { return double(exp(exponent(j) - most)); })));
}

// Fills `results` and `total`: Σ of the lines' losses, how many count.
template <LogSumExpLoss L>
void add_up_lines(const L& loss, const LineScales<float>& scales, const Lines& lines, const float* pos,
                  const float* neg, LineResult* results, float* values, LineTotal* total) {
  rows(L::name, lines.count, lines.length, [=] __device__(const Team& team, ptrdiff_t k) {
    const auto at = [&](ptrdiff_t j) { return k * lines.step + j * lines.stride; };
    const float lse_pos = log_sum_exp(team, lines.length, [&](ptrdiff_t j) { return pos[at(j)]; });
    const float lse_neg = log_sum_exp(team, lines.length, [&](ptrdiff_t j) { return neg[at(j)]; });
    if (team.rank() > 0) return;
    results[k] = {lse_pos, lse_neg, line_loss<L>(loss, scales, lse_pos, lse_neg)};
    if (values) values[k] = results[k].line.value;
  });
  reduce(
      L::name, 1, lines.count, Neighbours::terms, LineTotal{0, 0},
      [=] __device__(ptrdiff_t, ptrdiff_t k) {
        return LineTotal{double(results[k].line.value), results[k].line.counts ? 1.0 : 0.0};
      },
      [=] __device__(ptrdiff_t, LineTotal sum) { *total = sum; });
}

// How a reduction weighs the lines of one direction.
struct LineScale {
  bool mean;
  double number;  // otherwise
  const LineTotal* total;
  __device__ double get() const {
    if (!mean) return number;
    return total->counted > 0 ? 1 / total->counted : 0;
  }
};

__device__ inline float slope_of(const LineResult& r, float pos, float neg, float scale) {
  constexpr float none = -std::numeric_limits<float>::infinity();
  float slope = 0;
  if (neg != none) slope += scale * r.line.slope_neg * exp(neg - r.lse_neg);
  if (pos != none) slope -= scale * r.line.slope_pos * exp(pos - r.lse_pos);
  return slope;
}

template <LogSumExpLoss L> void run_logsumexp_loss(const L& loss, const LogSumExpJob& job) {
  const ptrdiff_t images = job.x.shape()[0], classes = job.x.shape()[1], count = images * classes;
  const bool none = job.reduction == Reduction::none, both = L::hooks.along_classes;
  const LineScales<float> scales = line_scales<float>(loss);
  const BadCells bad = bad_cells([x = job.x, y = job.y](const BadElements& b) { throw_if_bad(L::name, b, x, y); });
  const Scratch<float> exponents(2 * count);
  const Scratch<LineResult> results(images + classes);
  const Scratch<LineTotal> totals(2);
  const float *const x = read(job.x), *const y = read(job.y), *const mask = read(job.mask);
  const float *const class_weights = read(job.class_weights), *const weights = read(job.weights);
  float *const pos = exponents.get(), *const neg = pos + count;
  each(L::name, count, [=] __device__(ptrdiff_t i) {
    const bool known = !mask || mask[i] != 0;
    const float label = known ? y[i] : 0;  // an unknown label may be anything, −1 or NaN
    if (x[i] != x[i]) note(bad.logit, i);
    if (!(label >= 0 && label <= 1)) note(bad.target, i);
    float w = known ? 1 : 0;
    if (class_weights) w *= class_weights[i % classes];
    if (weights) w *= weights[i];
    const LineExponents<float> e = line_exponents(x[i], label * w, (1 - label) * w, scales);
    pos[i] = e.pos;
    neg[i] = e.neg;
  });
  LineResult *const of_image = results.get(), *const of_class = of_image + images;
  LineTotal* const total = totals.get();
  add_up_lines<L>(loss, scales, {images, classes, classes, 1}, pos, neg, of_image, none ? fill(job.value) : nullptr,
                  total);
  if (both) add_up_lines<L>(loss, scales, {classes, images, 1, classes}, pos, neg, of_class, nullptr, total + 1);
  const bool mean = job.reduction == Reduction::mean;
  const double number = mean ? 0 : reduction_scale(job.reduction, images, 0);
  const LineScale image_scale{mean, number, total}, class_scale{mean, number, total + 1};
  float *const value = none ? nullptr : fill(job.value), *const gradient = fill(job.gradient);
  if (gradient)
    each(L::name, count, [=] __device__(ptrdiff_t i) {
      float slope = slope_of(of_image[i / classes], pos[i], neg[i], float(image_scale.get()));
      if (both) slope += slope_of(of_class[i % classes], pos[i], neg[i], float(class_scale.get()));
      gradient[i] = slope;
    });
  if (value)
    each(L::name, 1, [=] __device__(ptrdiff_t) {
      const double of_images = total[0].losses * image_scale.get();
      *value = float(both ? of_images + total[1].losses * class_scale.get() : of_images);
    });
}

template <LogSumExpLoss L> bool fill_cuda_logsumexp_loss() {
  return on_cuda(
      logsumexp_loss_kernel<L>, +[](const L& loss, const LogSumExpJob& job) {
        run_logsumexp_loss<L>(loss, job);
        return BadElements{};  // found later: refusals.h
      });
}

}  // namespace skew::gpu
