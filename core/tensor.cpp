// The handle's inside: storage, layout and place in the graph; copies between devices, types and layouts.
#include "core/tensor.h"

#include <unordered_set>

#include "core/device_library.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/node.h"
#include "core/pending.h"

namespace skew {
namespace {

thread_local bool recording = true;

// Whether channels_last and row_major are the same order: one channel, or one pixel.
bool orders_coincide(const Shape& shape, const Layout& a, const Layout& b) {
  const bool plain = a.kind() != Layout::Kind::opaque && b.kind() != Layout::Kind::opaque;
  return plain && shape.rank() == 4 && (shape[1] == 1 || shape[2] * shape[3] == 1);
}

}  // namespace

struct Tensor::Impl {
  std::shared_ptr<Storage> storage;
  Shape shape;
  DType type;
  Device device;
  Layout layout;
  bool requires_grad = false;  // of a leaf
  Tensor grad;                 // of a leaf
  std::shared_ptr<Node> node;  // of a computed tensor
  std::string name{};
};

Tensor::Impl& Tensor::impl() const {
  if (!impl_) throw ValueError("tensor: expected a tensor, got an undefined one");
  return *impl_;
}

// ---- making one --------------------------------------------------------------------------------------------------

Tensor Tensor::wrap(std::shared_ptr<Storage> storage, Shape shape, DType type, Device device, Layout layout) {
  Tensor t;
  t.impl_ =
      std::make_shared<Impl>(Impl{std::move(storage), shape, type, device, std::move(layout), false, {}, nullptr});
  return t;
}

Tensor Tensor::empty(Shape shape, DType type, Device device, Layout layout) {
  if (!allocate_memory.has(device) && !why_unusable(device).empty()) throw DeviceError(why_unusable(device));
  if (!allocate_memory.has(device))
    throw DeviceError(
        text("tensor: no memory on '", device, "' in this build (built for: ", allocate_memory.built_for(), ")"));
  if (type == DType::float64 && !facts_of(device).has_double)
    throw DtypeError(
        text("tensor: float64 does not exist on '", device, "'; use Device::reference for double, or float32"));
  if (layout.kind() == Layout::Kind::channels_last && shape.rank() != 4)
    throw ShapeError(text("tensor: channels_last needs N, C, H, W, got ", shape));
  auto storage = std::make_shared<Storage>(size_t(shape.count()) * size_of(type), device);
  return wrap(std::move(storage), shape, type, device, std::move(layout));
}

Tensor Tensor::empty_like(const Tensor& like) {
  return empty(like.shape(), like.dtype(), like.device(), like.layout());
}

Tensor Tensor::full(Shape shape, double value, DType type, Device device) {
  Tensor t = empty(shape, type, device);
  fill_elements(device, t, value);
  return t;
}

template <class T> Tensor Tensor::from(std::span<const T> values, Shape shape, Device device) {
  if (ptrdiff_t(values.size()) != shape.count())
    throw ShapeError(text("tensor: expected ", shape.count(), " values for ", shape, ", got ", values.size()));
  Tensor t = empty(shape, dtype_of<T>, device);
  upload(device, t.storage()->address(), values.data(), values.size_bytes());
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

Tensor& Tensor::named(std::string_view name) {
  impl().name = name;
  return *this;
}
const std::string& Tensor::name() const { return impl().name; }

void* Tensor::elements(DType type) const {
  const Impl& t = impl();
  if (t.type != type) throw DtypeError(text("tensor: expected ", type, " elements, got ", t.type));
  if (!facts_of(t.device).host_memory)
    throw DeviceError(text("tensor: its elements are in the memory of '", t.device,
                           "', which the program cannot read or write; take .host()"));
  return t.storage->address();
}

template <class T> std::vector<T> Tensor::values() const {
  const Tensor plain = host();
  const T* first = plain.data<T>();
  return std::vector<T>(first, first + plain.count());
}
template std::vector<float> Tensor::values() const;
template std::vector<double> Tensor::values() const;
template std::vector<int64_t> Tensor::values() const;
template std::vector<uint8_t> Tensor::values() const;

std::vector<double> Tensor::doubles() const { return host().to(DType::float64).values<double>(); }

double Tensor::item() const {
  if (count() != 1) throw ShapeError(text("item: expected one element, got ", shape()));
  return *host().to(DType::float64).data<double>();
}

std::span<const uint8_t> Tensor::bytes() const {
  if (!layout().is_row_major() || !facts_of(device()).host_memory)
    throw DeviceError(text("tensor: expected row-major elements in host memory, got ", layout().name(), " on '",
                           device(), "'; take .host()"));
  return {static_cast<const uint8_t*>(storage()->address()), storage()->bytes()};
}

Tensor Tensor::from_bytes(std::span<const uint8_t> bytes, Shape shape, DType type, Device device) {
  Tensor t = empty(shape, type, device);
  if (bytes.size() != t.storage()->bytes())
    throw ShapeError(
        text("tensor: expected ", t.storage()->bytes(), " bytes for ", type, ' ', shape, ", got ", bytes.size()));
  upload(device, t.storage()->address(), bytes.data(), bytes.size());
  return t;
}

// ---- the same elements elsewhere ---------------------------------------------------------------------------------

Tensor Tensor::to(Device device) const {
  if (device == this->device()) return *this;
  const Tensor plain = to(Layout{});
  Tensor t = empty(shape(), dtype(), device);
  void* into = t.storage()->address();
  const void* from = plain.storage()->address();
  if (facts_of(this->device()).host_memory) {
    upload(device, into, from, t.storage()->bytes());
  } else if (facts_of(device).host_memory) {
    throw_pending(this->device());
    download(this->device(), into, from, t.storage()->bytes());
  } else {
    t = host().to(device);
  }
  t.impl_->requires_grad = impl().requires_grad;
  return t;
}

Tensor Tensor::host() const {
  const Tensor plain = to(Layout{});
  if (!facts_of(device()).host_memory) return plain.to(Device::reference).detach();
  return wrap(plain.storage(), shape(), dtype(), Device::reference, {});
}

Tensor Tensor::to(DType type) const {
  if (type == dtype()) return *this;
  Tensor t = convert_elements(device(), *this, type);
  t.impl_->requires_grad = impl().requires_grad && is_floating(type);
  return t;
}

Tensor Tensor::to(const Layout& layout) const {
  if (layout == this->layout()) return *this;
  Tensor t = orders_coincide(shape(), layout, this->layout()) ? wrap(storage(), shape(), dtype(), device(), layout)
                                                              : reorder(device(), *this, layout);
  t.impl_->requires_grad = impl().requires_grad;
  return t;
}

Tensor Tensor::view(Shape shape) const {
  if (shape.count() != count()) throw ShapeError(text("view: expected ", count(), " elements, got ", shape));
  return wrap(to(Layout{}).storage(), shape, dtype(), device(), {});
}

Tensor Tensor::copy() const {
  Tensor t = empty_like(*this);
  copy_memory(device(), t.storage()->address(), storage()->address(), storage()->bytes());
  return t;
}

// ---- gradients ---------------------------------------------------------------------------------------------------

void check_like(std::string_view who, std::string_view what, const Tensor& t, const Shape& shape, DType type,
                Device device) {
  if (!(t.shape() == shape)) throw ShapeError(text(who, ": expected ", what, " of shape ", shape, ", got ", t.shape()));
  if (t.dtype() != type) throw DtypeError(text(who, ": expected ", what, " of ", type, ", got ", t.dtype()));
  if (t.device() != device)
    throw DeviceError(text(who, ": expected ", what, " on '", device, "', got one on '", t.device(), "'"));
}

bool Tensor::requires_grad() const { return impl_ && (impl_->node || impl_->requires_grad); }

Tensor& Tensor::set_requires_grad(bool on) {
  if (impl().node) throw GraphError("set_requires_grad: expected a leaf, got a computed tensor; use detach() first");
  if (on && !is_floating(dtype())) throw DtypeError(text("set_requires_grad: ", dtype(), " has no gradient"));
  impl().requires_grad = on;
  return *this;
}

const Tensor& Tensor::grad() const { return impl().grad; }
void Tensor::set_grad(Tensor grad) {
  if (grad.defined()) check_like("set_grad", "a gradient", grad, shape(), dtype(), device());
  impl().grad = std::move(grad);
}
Tensor Tensor::detach() const { return wrap(storage(), shape(), dtype(), device(), layout()); }
const std::shared_ptr<Node>& Tensor::node() const { return impl().node; }
void Tensor::attach(std::shared_ptr<Node> node) { impl().node = std::move(node); }
void Tensor::adopt(const Tensor& reordered) {
  impl().storage = reordered.storage();
  impl().layout = reordered.layout();
}

void Tensor::assign(const Tensor& other, std::string_view writer) {
  check_like(writer, "elements", other, shape(), dtype(), device());
  if (storage().use_count() == 1) return adopt(other);
  const Tensor ordered = other.to(layout());
  copy_memory(device(), storage()->address(), ordered.storage()->address(), storage()->bytes());
  storage()->written_by(writer);
}

Tensors distinct(const Tensors& list) {
  Tensors once;
  std::unordered_set<const Tensor::Impl*> seen;
  for (const Tensor& t : list)
    if (seen.insert(t.impl_.get()).second) once.push_back(t);
  return once;
}

NoGrad::NoGrad() : before_(recording) { recording = false; }
NoGrad::~NoGrad() { recording = before_; }
bool grad_enabled() { return recording; }

}  // namespace skew
