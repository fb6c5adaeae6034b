// What the kernels of all losses share: noting bad elements, and the factor of the reduction, which the device works
// out where a mask or weights are counted.
#pragma once
#include "backends/cuda/reduce.cuh"
#include "backends/cuda/refusals.h"
#include "losses/kinds/loss_op.h"

namespace skew::gpu {

// Keeps the smallest element that was noted in a cell.
__device__ inline void note(int64_t* cell, ptrdiff_t element) {
  atomicMin(reinterpret_cast<long long*>(cell), static_cast<long long>(element));
}

// What a sum of losses is multiplied with: a number, or one that the device has counted before.
struct Scale {
  double number = 1;
  const double* counted = nullptr;
  __device__ double get() const { return counted ? *counted : number; }
};

// 1 / Σ term(j) into `cell`; 0 for a sum of 0.
template <class Term> void inverse_of_sum(std::string_view op, ptrdiff_t terms, const Term& term, double* cell) {
  reduce(
      op, 1, terms, Neighbours::terms, 0.0, [=] __device__(ptrdiff_t, ptrdiff_t j) { return term(j); },
      [=] __device__(ptrdiff_t, double sum) { *cell = sum > 0 ? 1 / sum : 0; });
}

// The same number for every element, for a loss that is no mean; else a scale that awaits its count.
inline Scale scale_of(Reduction reduction, ptrdiff_t batch, const double* counted) {
  if (reduction == Reduction::mean) return {.counted = counted};
  return {.number = reduction_scale(reduction, batch, 0)};
}

}  // namespace skew::gpu
