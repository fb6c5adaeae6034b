// A device with memory of its own, as a graphics card is one, for tests: its memory is an arena that nobody can touch
// but its kernels (PROT_NONE: a read from outside ends the process), and its kernels are the reference's loops between
// unlocking and locking. It stands in the tables where cuda would; nothing outside tests/ knows it.
//   static const bool filled = arena::memory() && arena::kernel<conv2d_forward>() && …;
#pragma once
#include "core/memory.h"
#include "losses/kinds/pointwise/op.h"
#include "ops/batch_norm.h"
#include "ops/conv2d.h"
#include "ops/optimizer_kernels.h"
#include "ops/pool.h"

namespace skew::arena {

inline constexpr Device device = Device::cuda;

bool memory();           // fills the memory slots; once a program
ptrdiff_t open_count();  // how often kernels have unlocked the arena

// While one lives, the arena can be read and written.
class Open {
 public:
  Open();
  ~Open();
};

// ---- arguments as the reference's kernels take them: the same memory under another device's name
inline Tensor here(const Tensor& t) {
  return t.defined() ? Tensor::wrap(t.storage(), t.shape(), t.dtype(), Device::reference, t.layout()) : Tensor();
}
inline SgdItem here(const SgdItem& i) { return {here(i.p), here(i.g), here(i.momentum), i.u}; }
inline AdamItem here(const AdamItem& i) { return {here(i.p), here(i.g), here(i.m), here(i.v), here(i.largest), i.u}; }
inline AverageItem here(const AverageItem& i) { return {here(i.average), here(i.value)}; }
inline PointwiseJob here(const PointwiseJob& job) {
  PointwiseJob j = job;
  for (Tensor* t : {&j.x, &j.y, &j.class_weights, &j.mask, &j.weights, &j.value, &j.gradient}) *t = here(*t);
  return j;
}
inline StatisticsMove here(const StatisticsMove& m) { return {here(m.running), here(m.batch), m.momentum, m.scale}; }
inline BatchNormResult here(const BatchNormResult& r) {
  return {here(r.y), here(r.mean), here(r.variance), r.workspace};
}
template <class T> const T& here(const T& value) {  // sizes, arguments, verdicts: nothing to translate
  return value;
}

// An argument, and what a span of translated items points at.
template <class T> struct Argument {
  decltype(here(std::declval<const T&>())) value;
  explicit Argument(const T& v) : value(here(v)) {}
  decltype(auto) get() { return (value); }
};
template <class T> struct Argument<std::span<T>> {
  std::vector<std::remove_const_t<T>> items;
  explicit Argument(std::span<T> list) {
    for (const T& item : list) items.push_back(here(item));
  }
  std::span<T> get() { return items; }
};

// ---- results, moved into the arena unless they already lie there
inline Tensor there(const Tensor& t) {
  if (!t.defined()) return t;
  if (t.storage()->device() == device) return Tensor::wrap(t.storage(), t.shape(), t.dtype(), device, t.layout());
  return t.to(device);
}
inline BatchNormResult there(const BatchNormResult& r) {
  return {there(r.y), there(r.mean), there(r.variance), r.workspace};
}
inline BatchNormGradients there(const BatchNormGradients& g) { return {there(g.dx), there(g.dweight), there(g.dbias)}; }
inline ConvWeightGradients there(const ConvWeightGradients& g) { return {there(g.dw), there(g.db)}; }
inline MaxPoolResult there(const MaxPoolResult& r) { return {there(r.y), r.workspace}; }
inline double there(double value) { return value; }
inline BadElements there(const BadElements& bad) { return bad; }

// ---- the reference's kernel of a slot, as the arena's
template <auto& slot, class K> struct Lifted;
template <auto& slot, class R, class... A> struct Lifted<slot, Kernel<R(A...)>> {
  static R run(A... arguments) {
    const Open open;
    if constexpr (std::is_void_v<R>) slot(Device::reference, Argument<std::remove_cvref_t<A>>(arguments).get()...);
    else return there(slot(Device::reference, Argument<std::remove_cvref_t<A>>(arguments).get()...));
  }
};
template <auto& slot> bool kernel() { return slot.set(device, Lifted<slot, std::remove_cvref_t<decltype(slot)>>::run); }

}  // namespace skew::arena
