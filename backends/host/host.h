// Filling slots for the two devices in host memory. Some ops are bound by memory or too small to matter: one loop, for
// float and double, serves `reference` and `cpu` alike and lives in this folder. Where the cpu has a kernel of its own
// (backends/cpu), the naive loop in backends/reference stays the truth beside it.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"
#include "core/visit.h"

namespace skew {

template <class Slot, class F> bool on_host(Slot& slot, F kernel) {
  return slot.set(Device::reference, kernel) && slot.set(Device::cpu, kernel);
}

// Whether the reference loops are the cpu's kernels too, so that everything still runs without oneDNN: false in
// backends/cpu, true in backends/cpu_by_reference, of which a build holds one.
extern const bool reference_serves_cpu;

template <class Slot, class F> bool on_reference(Slot& slot, F kernel) {
  if (reference_serves_cpu) slot.set(Device::cpu, kernel);
  return slot.set(Device::reference, kernel);
}

// visit_floating(x, "relu", [&](auto zero) { using T = decltype(zero); … }): f for the tensor's floating type.
template <class F> auto visit_floating(const Tensor& x, std::string_view op, F&& f) {
  return visit_floating(x.dtype(), op, f);
}

// The same for every number type: for kernels that only move elements.
template <class F> auto visit_elements(const Tensor& x, F&& f) { return visit(x.dtype(), f); }

// The elements of a tensor that may be undefined: then null. To read, to make it, to write into it.
template <class T> const T* data_if(const Tensor& t) { return t.defined() ? t.data<T>() : nullptr; }
template <class T> T* fill_if(Tensor t) { return t.defined() ? t.fill<T>() : nullptr; }
template <class T> T* write_if(Tensor& t, std::string_view writer) {
  return t.defined() ? t.write<T>(writer) : nullptr;
}

}  // namespace skew
