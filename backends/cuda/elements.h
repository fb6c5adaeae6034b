// From a tensor on the device to the address that kernels take, and the way a kernel enters its slot.
#pragma once
#include "core/error.h"
#include "core/kernel.h"
#include "core/tensor.h"
#include "core/visit.h"

namespace skew::gpu {

template <class Slot, class F> bool on_cuda(Slot& slot, F kernel) { return slot.set(Device::cuda, kernel); }

// Tensor::data, fill and write refuse memory that the program cannot read; these give its address to kernels. Throw
// DtypeError unless T is the tensor's type. Of an undefined tensor: null.
template <class T = float> T* address_of(const Tensor& t) {
  if (!t.defined()) return nullptr;
  if (t.dtype() != dtype_of<T>) throw DtypeError(text("cuda: expected ", dtype_of<T>, " elements, got ", t.dtype()));
  return static_cast<T*>(t.storage()->address());
}
template <class T = float> const T* read(const Tensor& t) { return address_of<T>(t); }
template <class T = float> T* fill(const Tensor& t) { return address_of<T>(t); }
template <class T = float> T* write(const Tensor& t, std::string_view writer) {  // a literal
  if (t.defined()) t.storage()->written_by(writer);
  return address_of<T>(t);
}

// Scratch memory for n values of a kernel's own type, given back when it leaves scope: the stream keeps the order.
template <class T> class Scratch {
 public:
  explicit Scratch(ptrdiff_t n) : storage_(size_t(n) * sizeof(T), Device::cuda) {}
  T* get() const { return static_cast<T*>(storage_.address()); }

 private:
  Storage storage_;
};

}  // namespace skew::gpu
