// A softmax loss on the device: a team of threads a row, value and gradient from the loss's own header. What the twin
// in backends/reference/softmax_loss.h keeps in vectors is computed again in each loop over the classes.
#pragma once
#include "backends/cuda/loss.cuh"
#include "backends/cuda/rows.cuh"
#include "backends/host/softmax_rows.h"
#include "losses/kinds/softmax/op.h"

namespace skew::gpu {

// The softmax of s·u over a row of logits u(c); a row whose largest logit is infinite in its limit (formula.h).
template <class U> struct RowSoftmax {
  U u;
  float s;
  Largest largest;
  SoftmaxSums<float> sums;

  // A logit; of a row whose largest is infinite 0 or −∞.
  __device__ float settled(float logit) const {
    settle_infinities(largest.value, &logit, 1);
    return logit;
  }
  __device__ float distance(ptrdiff_t c) const {
    return maximum(s * (settled(u(c)) - settled(largest.value)), lowest_log_p<float>);
  }
  __device__ ClassOf<float> operator()(ptrdiff_t c) const {
    const float d = distance(c);
    return class_of(d, exp(d), c == largest.at, sums);
  }
};
template <class U> __device__ RowSoftmax<U> row_softmax(const Team& team, ptrdiff_t classes, float s, const U& u) {
  RowSoftmax<U> row{u, s, {}, {}};
  row.largest = team.reduce(classes, Largest{0, -1}, [&](ptrdiff_t c) { return Largest{u(c), c}; });
  const double rest =
      team.reduce(classes, 0.0, [&](ptrdiff_t c) { return c == row.largest.at ? 0.0 : double(exp(row.distance(c))); });
  row.sums = softmax_sums(float(rest));
  return row;
}

struct RowSums {
  double value, h;  // of the losses, and of ∂f/∂ln p
};
__device__ inline RowSums merged(RowSums a, RowSums b) { return {a.value + b.value, a.h + b.h}; }

template <class P, SoftmaxLoss L> struct SoftmaxRow {
  KernelOf<L> formula;
  SoftmaxRows<float> r;  // but for its scale
  Scale scale;
  BadCells bad;
  float s;
  double* losses;  // of each row, for the total

  __device__ void operator()(const Team& team, ptrdiff_t row) const {
    const ptrdiff_t first = r.first(row);
    const bool kept = r.kept(row);
    team.each(r.classes, [&](ptrdiff_t c) {
      const ptrdiff_t at = first + c * r.inner;
      if (r.x[at] != r.x[at]) note(bad.logit, at);
      if (kept && r.probabilities && !(r.probabilities[at] >= 0 && r.probabilities[at] <= 1)) note(bad.target, at);
      if (!kept && r.gradient) r.gradient[at] = 0;
    });
    ptrdiff_t target = kept && r.index ? ptrdiff_t(r.index[row]) : 0;
    if (target < 0 || target >= r.classes) {
      note(bad.target, row);
      target = 0;
    }
    const float value = kept ? of_row(team, first, target) : 0;
    if (team.rank() > 0) return;
    losses[row] = double(value);
    if (r.value) r.value[row] = value;
  }

 private:
  __device__ float of_row(const Team& team, ptrdiff_t first, ptrdiff_t target) const {
    const auto logit = [&](ptrdiff_t c) { return r.x[first + c * r.inner]; };
    if constexpr (!L::hooks.shift) {
      return of_softmax(team, first, target, row_softmax(team, r.classes, s, logit));
    } else {
      // of the logits u: shifted by what the classes' numbers and ln p of the row before say
      const auto shifted = [&](const auto& u, const auto& log_p) {
        const float target_number = r.class_numbers[target], target_log_p = log_p(target);
        return of_softmax(team, first, target, row_softmax(team, r.classes, s, [&](ptrdiff_t c) {
                            return u(c) + formula.shift(ShiftAt<float>{r.class_numbers[c], target_number, c == target,
                                                                       log_p(c), target_log_p});
                          }));
      };
      if constexpr (L::hooks.sees_softmax) {
        const auto before = row_softmax(team, r.classes, 1.0f, logit);
        return shifted([&](ptrdiff_t c) { return before.settled(logit(c)); },
                       [&](ptrdiff_t c) { return before(c).log_p; });
      } else {
        return shifted(logit, [](ptrdiff_t) { return 0.0f; });
      }
    }
  }

  template <class U>
  __device__ float of_softmax(const Team& team, ptrdiff_t first, ptrdiff_t target, const RowSoftmax<U>& softmax) const {
    const auto loss_of = [&](ptrdiff_t c, const ClassOf<float>& k) {
      const float share = 1 / float(r.classes);
      Dual<float> f{0, 0};
      if (r.probabilities) f = evaluate_class<P, L>(formula, variable(k), r.probabilities[first + c * r.inner], share);
      else if (c == target || L::hooks.every_class) f = evaluate_class<P, L>(formula, variable(k), c == target, share);
      return f * (r.class_weights ? r.class_weights[c] : 1.0f);
    };
    const RowSums sums = team.reduce(r.classes, RowSums{0, 0}, [&](ptrdiff_t c) {
      const Dual<float> f = loss_of(c, softmax(c));
      return RowSums{double(f.v), double(f.d)};
    });
    if (r.gradient)
      team.each(r.classes, [&](ptrdiff_t c) {
        const ClassOf<float> k = softmax(c);
        const float h = loss_of(c, k).d, others = float(sums.h - double(h));
        r.gradient[first + c * r.inner] = s * (h * k.not_p - k.p * others) * float(scale.get());
      });
    return float(sums.value);
  }
};

template <class P, SoftmaxLoss L> void run_softmax_loss(const KernelOf<L>& formula, const SoftmaxJob& job) {
  const Shape& shape = job.x.shape();
  const bool indices = job.target.dtype() == DType::int64, none = job.reduction == Reduction::none;
  const SoftmaxRows<float> r{read(job.x),
                             indices ? nullptr : read(job.target),
                             read(job.class_weights),
                             read(job.class_numbers),
                             read(job.mask),
                             indices ? read<int64_t>(job.target) : nullptr,
                             none ? fill(job.value) : nullptr,
                             fill(job.gradient),
                             shape[0],
                             shape[1],
                             shape.count(2, shape.rank()),
                             job.ignore_index.has_value(),
                             job.ignore_index.value_or(0),
                             1};
  const Scratch<double> counted(1), losses(r.count());
  if (job.reduction == Reduction::mean)  // the weights of the kept targets, or their number
    inverse_of_sum(
        L::name, r.count(),
        [=] __device__(ptrdiff_t row) {
          if (!r.kept(row)) return 0.0;
          const bool weighs = r.index && r.class_weights && r.index[row] >= 0 && r.index[row] < r.classes;
          return weighs ? double(r.class_weights[r.index[row]]) : 1.0;
        },
        counted.get());
  const Scale scale = scale_of(job.reduction, r.batch, counted.get());
  SoftmaxJob asked = job;
  asked.value = asked.gradient = {};
  const BadCells bad = bad_cells([asked](const BadElements& b) { throw_if_bad(L::name, asked, b); });
  double* const row_losses = losses.get();
  rows(L::name, r.count(), r.classes, SoftmaxRow<P, L>{formula, r, scale, bad, float(job.logit_scale), row_losses});
  if (none) return;
  float* const total = fill(job.value);
  reduce(
      L::name, 1, r.count(), Neighbours::terms, 0.0,
      [=] __device__(ptrdiff_t, ptrdiff_t row) { return row_losses[row]; },
      [=] __device__(ptrdiff_t, double sum) { *total = float(sum * scale.get()); });
}

template <SoftmaxLoss L> bool fill_cuda_softmax_loss() {
  return on_cuda(
      softmax_loss_kernel<L>, +[](const KernelOf<L>& formula, const SoftmaxJob& job) {
        const auto run = [&](auto p) { run_softmax_loss<decltype(p), L>(formula, job); };
        if (job.target.dtype() == DType::int64) with_row_exponents<L, true>(job.exponents, run);
        else with_row_exponents<L, false>(job.exponents, run);
        return BadElements{};  // found later: refusals.h
      });
}

}  // namespace skew::gpu
