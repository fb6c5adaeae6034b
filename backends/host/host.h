// Filling slots for the two devices in host memory. Some ops are bound by memory or too small to matter: one loop, for
// float and double, serves `reference` and `cpu` alike and lives in this folder. Where the cpu has a kernel of its own
// (backends/cpu), the naive loop in backends/reference stays the truth beside it.
#pragma once
#include "core/dtype.h"
#include "core/error.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

template <class Slot, class F>
bool on_host(Slot& slot, F kernel) {
  return slot.set(Device::reference, kernel) && slot.set(Device::cpu, kernel);
}

// Without oneDNN the reference loops are the cpu's kernels too, so that everything still runs.
template <class Slot, class F>
bool on_reference(Slot& slot, F kernel) {
#ifndef SKEW_ONEDNN
  slot.set(Device::cpu, kernel);
#endif
  return slot.set(Device::reference, kernel);
}

// Calls f with a value of the tensor's floating type: visit_floating(x, "relu", [&](auto zero) { using T = decltype(zero); … }).
template <class F>
auto visit_floating(const Tensor& x, std::string_view op, F&& f) {
  if (x.dtype() == DType::float32) return f(float(0));
  if (x.dtype() == DType::float64) return f(double(0));
  throw DtypeError(text(op, ": expected float32 or float64, got ", x.dtype()));
}

// The same for every number type: for kernels that only move elements.
template <class F>
auto visit_elements(const Tensor& x, F&& f) {
  switch (x.dtype()) {
    case DType::float32: return f(float(0));
    case DType::float64: return f(double(0));
    case DType::int64: return f(int64_t(0));
    case DType::uint8: return f(uint8_t(0));
  }
  throw DtypeError("tensor: unknown number type");
}

}  // namespace skew
