// A tensor: a shared handle to elements in memory, with a shape, a number type, a device and a layout, and, when it
// was computed from something that requires a gradient, the graph vertex that made it. Copying a Tensor copies the
// handle. Nothing here computes: operations live in ops/, the graph in core/node.h, the way back in core/backward.h.
#pragma once
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/device.h"
#include "core/dtype.h"
#include "core/layout.h"
#include "core/shape.h"
#include "core/storage.h"

namespace skew {

struct Node;

class Tensor {
 public:
  Tensor() = default;  // undefined: stands for "absent" (a convolution without bias)

  // ---- making one
  static Tensor empty(Shape shape, DType type = DType::float32, Device device = Device::cpu, Layout layout = {});
  static Tensor full(Shape shape, double value, DType type = DType::float32, Device device = Device::cpu);
  static Tensor zeros(Shape shape, DType type = DType::float32, Device device = Device::cpu) {
    return full(shape, 0, type, device);
  }
  // Row-major values; throws ShapeError unless values.size() == shape.count().
  template <class T> static Tensor from(std::span<const T> values, Shape shape, Device device = Device::cpu);
  template <class T> static Tensor from(const std::vector<T>& values, Shape shape, Device device = Device::cpu) {
    return from(std::span<const T>(values), shape, device);
  }
  // Same shape, type, device and layout as `like`; contents undefined.
  static Tensor empty_like(const Tensor& like);

  // ---- looking at it (all but defined() need a defined tensor)
  bool defined() const { return impl_ != nullptr; }
  const Shape& shape() const;
  ptrdiff_t count() const { return shape().count(); }
  DType dtype() const;
  Device device() const;
  const Layout& layout() const;

  // Elements in the order of layout(). Throws DtypeError unless T is the tensor's type, DeviceError where the device
  // has memory of its own: what runs there uses its kernels, everybody else a host() copy.
  template <class T> const T* data() const;
  // The same for writing into a tensor that others may hold: counts as a write, so that a backward that saved it
  // refuses to run. `writer` is a literal, named in that error.
  template <class T> T* write(std::string_view writer);
  // For the kernel that makes the tensor: no write is counted.
  template <class T> T* fill();

  // Copies in host memory, row-major whatever the layout, from every device. T is the tensor's type; doubles()
  // converts.
  template <class T> std::vector<T> values() const;
  std::vector<double> doubles() const;
  double item() const;  // the only element; throws ShapeError unless count() == 1

  // ---- the same elements elsewhere (a copy unless nothing changes; not recorded in the graph)
  Tensor to(Device device) const;
  Tensor to(DType type) const;
  Tensor to(const Layout& layout) const;
  Tensor host() const;             // row-major on the reference, for reading: shares the memory where that already fits
  Tensor view(Shape shape) const;  // row-major elements under another shape, sharing memory that is row-major
  Tensor copy() const;

  // ---- its name, for whoever draws or prints a graph: of this handle and all its copies, not of what is made of it
  Tensor& named(std::string_view name);
  const std::string& name() const;  // empty: none was given

  // ---- gradients
  bool requires_grad() const;                 // a leaf that asks for one, or computed from such
  Tensor& set_requires_grad(bool on = true);  // leaves only; floating types only
  const Tensor& grad() const;                 // undefined before backward; its memory is its own
  // An undefined tensor: forget it. Throws ShapeError, DtypeError, DeviceError unless it is like this tensor.
  void set_grad(Tensor grad);
  Tensor detach() const;                      // same memory, no history
  const std::shared_ptr<Node>& node() const;  // null for leaves

  // ---- for files
  std::span<const uint8_t> bytes() const;  // of a row-major tensor in host memory; DeviceError, ValueError otherwise
  static Tensor from_bytes(std::span<const uint8_t> bytes, Shape shape, DType type, Device device = Device::reference);

  // ---- for core and backends
  const std::shared_ptr<Storage>& storage() const;
  bool unique() const;  // no other handle, nobody else holds the memory: it may be written in place
  bool same_as(const Tensor& other) const { return impl_ == other.impl_; }
  const void* identity() const { return impl_.get(); }  // equal for this handle and its copies while one of them lives
  void attach(std::shared_ptr<Node> node);
  void adopt(const Tensor& reordered);  // this handle and all its copies take over the same elements in another order
  // This handle and all its copies hold the elements of `other`, which is like it, from now on: its memory where nobody
  // else looks at theirs, else theirs is written, so that views and detach()ed handles see it. `writer`: see write().
  void assign(const Tensor& other, std::string_view writer);
  static Tensor wrap(std::shared_ptr<Storage> storage, Shape shape, DType type, Device device, Layout layout);

 private:
  friend std::vector<Tensor> distinct(const std::vector<Tensor>& list);
  struct Impl;
  std::shared_ptr<Impl> impl_;
  Impl& impl() const;
  void* elements(DType type) const;  // their address, checked
};

// Throws ShapeError, DtypeError or DeviceError unless t is such a tensor: "set_grad: expected a gradient of shape …".
void check_like(std::string_view who, std::string_view what, const Tensor& t, const Shape& shape, DType type,
                Device device);

// Shape, number type and name, then the elements as nested rows; of more than a thousand the first and the last of each
// axis. `std::cout << t`.
std::ostream& operator<<(std::ostream& out, const Tensor& t);

using Tensors = std::vector<Tensor>;
Tensors distinct(const Tensors& list);  // each tensor once, where it first stands (two modules may share a weight)
using Inputs = std::span<const Tensor>;

// While one lives in this thread, nothing is recorded in the graph (evaluation, optimiser steps).
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};
bool grad_enabled();

// ---- templates
template <class T> const T* Tensor::data() const { return static_cast<const T*>(elements(dtype_of<T>)); }
template <class T> T* Tensor::fill() { return static_cast<T*>(elements(dtype_of<T>)); }
template <class T> T* Tensor::write(std::string_view writer) {
  T* first = static_cast<T*>(elements(dtype_of<T>));
  storage()->written_by(writer);
  return first;
}

}  // namespace skew
