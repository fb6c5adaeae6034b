// The handle's inside: storage, layout and place in the graph; copies between devices, types and layouts.
#include "core/tensor.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "core/kernel.h"
#include "core/node.h"
#include "core/reorder.h"

namespace skew {

struct Tensor::Impl {
  std::shared_ptr<Storage> storage;
  Shape shape;
  DType type;
  Device device;
  Layout layout;
  bool requires_grad = false;  // of a leaf
  Tensor grad;                 // of a leaf
  std::shared_ptr<Node> node;  // of a computed tensor
};

Tensor::Impl& Tensor::impl() const {
  if (!impl_) throw ValueError("tensor: expected a tensor, got an undefined one");
  return *impl_;
}

// ---- making one --------------------------------------------------------------------------------------------------

Tensor Tensor::wrap(std::shared_ptr<Storage> storage, Shape shape, DType type, Device device, Layout layout) {
  Tensor t;
  t.impl_ = std::make_shared<Impl>(
      Impl{std::move(storage), shape, type, device, std::move(layout), false, {}, nullptr});
  return t;
}

Tensor Tensor::empty(Shape shape, DType type, Device device, Layout layout) {
  if (device == Device::cuda) throw DeviceError("tensor: no memory on 'cuda' in this build (built for: reference, cpu)");
  if (device == Device::cpu && type == DType::float64)
    throw DtypeError("tensor: float64 does not exist on 'cpu'; use Device::reference for double, or float32");
  if (layout.kind() == Layout::Kind::channels_last && shape.rank() != 4)
    throw ShapeError(text("tensor: channels_last needs N, C, H, W, got ", shape));
  return wrap(std::make_shared<Storage>(size_t(shape.count()) * size_of(type)), shape, type, device, std::move(layout));
}

Tensor Tensor::empty_like(const Tensor& like) {
  return empty(like.shape(), like.dtype(), like.device(), like.layout());
}

namespace {
// Calls f with a null pointer of the element type: the one switch over number types in core.
template <class F>
auto visit(DType type, F&& f) {
  switch (type) {
    case DType::float32: return f(static_cast<float*>(nullptr));
    case DType::float64: return f(static_cast<double*>(nullptr));
    case DType::int64: return f(static_cast<int64_t*>(nullptr));
    case DType::uint8: return f(static_cast<uint8_t*>(nullptr));
  }
  throw DtypeError("tensor: unknown number type");
}
}  // namespace

Tensor Tensor::full(Shape shape, double value, DType type, Device device) {
  Tensor t = empty(shape, type, device);
  visit(type, [&](auto* kind) {
    using T = std::remove_pointer_t<decltype(kind)>;
    std::fill_n(t.fill<T>(), shape.count(), T(value));
  });
  return t;
}

template <class T>
Tensor Tensor::from(std::span<const T> values, Shape shape, Device device) {
  if (ptrdiff_t(values.size()) != shape.count())
    throw ShapeError(text("tensor: expected ", shape.count(), " values for ", shape, ", got ", values.size()));
  Tensor t = empty(shape, dtype_of<T>, device);
  std::copy(values.begin(), values.end(), t.fill<T>());
  return t;
}
template Tensor Tensor::from(std::span<const float>, Shape, Device);
template Tensor Tensor::from(std::span<const double>, Shape, Device);
template Tensor Tensor::from(std::span<const int64_t>, Shape, Device);
template Tensor Tensor::from(std::span<const uint8_t>, Shape, Device);

// ---- looking at it -----------------------------------------------------------------------------------------------

const Shape& Tensor::shape() const { return impl().shape; }
DType Tensor::dtype() const { return impl().type; }
Device Tensor::device() const { return impl().device; }
const Layout& Tensor::layout() const { return impl().layout; }
const std::shared_ptr<Storage>& Tensor::storage() const { return impl().storage; }

bool Tensor::unique() const { return impl_.use_count() == 1 && impl().storage.use_count() == 1; }

void Tensor::expect(DType type) const {
  if (impl().type != type) throw DtypeError(text("tensor: expected ", type, " elements, got ", impl().type));
}

template <class T>
std::vector<T> Tensor::values() const {
  const Tensor plain = to(Layout{});
  const T* first = plain.data<T>();
  return std::vector<T>(first, first + plain.count());
}
template std::vector<float> Tensor::values() const;
template std::vector<double> Tensor::values() const;
template std::vector<int64_t> Tensor::values() const;
template std::vector<uint8_t> Tensor::values() const;

double Tensor::item() const {
  if (count() != 1) throw ShapeError(text("item: expected one element, got ", shape()));
  return visit(dtype(), [&](auto* kind) { return double(*data<std::remove_pointer_t<decltype(kind)>>()); });
}

// ---- the same elements elsewhere ---------------------------------------------------------------------------------

Tensor Tensor::to(Device device) const {
  if (device == this->device()) return *this;
  const Tensor plain = to(Layout{});
  Tensor t = empty(shape(), dtype(), device);
  std::memcpy(t.storage()->data(), plain.storage()->data(), plain.storage()->bytes());
  t.impl_->requires_grad = impl().requires_grad;
  return t;
}

Tensor Tensor::to(DType type) const {
  if (type == dtype()) return *this;
  Tensor t = empty(shape(), type, device(), layout());
  visit(dtype(), [&](auto* from) {
    visit(type, [&](auto* into) {
      using A = std::remove_pointer_t<decltype(from)>;
      using B = std::remove_pointer_t<decltype(into)>;
      std::transform(data<A>(), data<A>() + count(), t.fill<B>(), [](A v) { return B(v); });
    });
  });
  t.impl_->requires_grad = impl().requires_grad && is_floating(type);
  return t;
}

Tensor Tensor::to(const Layout& layout) const {
  if (layout == this->layout()) return *this;
  Tensor t = reorder(device(), *this, layout);
  t.impl_->requires_grad = impl().requires_grad;
  return t;
}

Tensor Tensor::view(Shape shape) const {
  if (shape.count() != count()) throw ShapeError(text("view: expected ", count(), " elements, got ", shape));
  return wrap(to(Layout{}).storage(), shape, dtype(), device(), {});
}

Tensor Tensor::copy() const {
  Tensor t = empty_like(*this);
  std::memcpy(t.storage()->data(), storage()->data(), storage()->bytes());
  return t;
}

// ---- gradients ---------------------------------------------------------------------------------------------------

bool Tensor::requires_grad() const { return impl_ && (impl_->node || impl_->requires_grad); }

Tensor& Tensor::set_requires_grad(bool on) {
  if (impl().node) throw GraphError("set_requires_grad: expected a leaf, got a computed tensor; use detach() first");
  if (on && !is_floating(dtype())) throw DtypeError(text("set_requires_grad: ", dtype(), " has no gradient"));
  impl().requires_grad = on;
  return *this;
}

const Tensor& Tensor::grad() const { return impl().grad; }
void Tensor::set_grad(Tensor grad) { impl().grad = std::move(grad); }
Tensor Tensor::detach() const { return wrap(storage(), shape(), dtype(), device(), layout()); }
const std::shared_ptr<Node>& Tensor::node() const { return impl().node; }
void Tensor::attach(std::shared_ptr<Node> node) { impl().node = std::move(node); }
void Tensor::adopt(const Tensor& reordered) {
  impl().storage = reordered.storage();
  impl().layout = reordered.layout();
}

namespace {
thread_local bool recording = true;
}
NoGrad::NoGrad() : before_(recording) { recording = false; }
NoGrad::~NoGrad() { recording = before_; }
bool grad_enabled() { return recording; }

}  // namespace skew
