// Orders of memory as oneDNN describes them, copies between them, and running a primitive.
#include "backends/cpu/onednn.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>

#include "core/error.h"

namespace skew::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine* engine = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *engine;
}

namespace {

dnnl::stream& stream() {
  thread_local dnnl::stream stream(engine());
  return stream;
}

// What the two major versions tell about a memory descriptor.
struct Order {
  Dims dims, padded, strides, blocks, block_axes;
};
#if DNNL_VERSION_MAJOR >= 3
Order order_of(const Md& md) {
  return {md.get_dims(), md.get_padded_dims(), md.get_strides(), md.get_inner_blks(), md.get_inner_idxs()};
}
Type data_type(const Md& md) { return md.get_data_type(); }
#else
Order order_of(const Md& md) {
  const dnnl_memory_desc_t& d = md.data;
  const auto& b = d.format_desc.blocking;
  auto list = [](const dnnl_dim_t* first, int n) { return Dims(first, first + n); };
  return {list(d.dims, d.ndims), list(d.padded_dims, d.ndims), list(b.strides, d.ndims),
          list(b.inner_blks, b.inner_nblks), list(b.inner_idxs, b.inner_nblks)};
}
Type data_type(const Md& md) { return md.data_type(); }
#endif

}  // namespace

// ---- orders ------------------------------------------------------------------------------------------------------

Type type_of(DType type) {
  if (type != DType::float32)
    throw DtypeError(text("the cpu computes in float32, got ", type, "; convert it with .to()"));
  return Type::f32;
}

Type type_of(const Md& md) { return data_type(md); }
Dims dims_of(const Shape& shape) { return Dims(shape.begin(), shape.end()); }
Dims dims_of(const Md& md) { return order_of(md).dims; }

Dims row_major_strides(const Dims& dims) {
  Dims strides(dims.size());
  dnnl::memory::dim step = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    strides[i] = step;
    step *= std::max<dnnl::memory::dim>(dims[i], 1);
  }
  return strides;
}

Md plain(const Dims& dims, Type type) { return Md(dims, type, row_major_strides(dims)); }

Md any(const Dims& dims, Type type) { return Md(dims, type, Tag::any); }

Md md_of(const Tensor& t, const Dims& dims) {
  switch (t.layout().kind()) {
    case Layout::Kind::row_major: return plain(dims, type_of(t.dtype()));
    case Layout::Kind::channels_last: return Md(dims, type_of(t.dtype()), Tag::nhwc);
    case Layout::Kind::opaque: break;
  }
  return static_cast<const BlockedLayout*>(t.layout().order())->md;
}

bool padded(const Md& md) {
  const Order o = order_of(md);
  return o.dims != o.padded;
}

bool same_order(const Md& a, const Md& b) {
  if (a == b) return true;
  const Order p = order_of(a), q = order_of(b);
  if (p.dims != q.dims || p.padded != q.padded || p.blocks != q.blocks || p.block_axes != q.block_axes) return false;
  for (size_t i = 0; i < p.dims.size(); ++i) {
    dnnl::memory::dim steps = p.padded[i];  // how many strides this axis really makes
    for (size_t k = 0; k < p.blocks.size(); ++k)
      if (p.block_axes[k] == dnnl::memory::dim(i)) steps /= p.blocks[k];
    if (steps > 1 && p.strides[i] != q.strides[i]) return false;
  }
  return true;
}

Layout layout_of(const Md& md, const Shape& shape) {
  const Dims dims = dims_of(md);
  if (same_order(md, plain(dims, Type::f32))) return {};  // only orders are compared
  if (shape.rank() == 4 && dims.size() == 4 && same_order(md, Md(dims, Type::f32, Tag::nhwc)))
    return Layout::channels_last();
  return Layout::opaque(std::make_shared<BlockedLayout>(md));
}

Md same_order_as(const Tensor& t, const Dims& dims) {
  const Md has = md_of(t);
  const Type type = type_of(t.dtype());
  for (const Tag tag : {Tag::nhwc, Tag::nChw16c, Tag::nChw8c, Tag::nChw4c})
    if (same_order(has, Md(dims_of(t.shape()), type, tag))) {
      const Md md(dims, type, tag);
      if (!padded(md)) return md;
    }
  return plain(dims, type);
}

std::optional<Md> for_batch(const Md& md, ptrdiff_t images) {
  const Order has = order_of(md);
  if (padded(md)) return std::nullopt;
  // Of two names for one order (one channel) the one that md has: by it oneDNN knows whether a kernel is for it.
  for (const bool by_name : {true, false})
    for (const Tag tag : {Tag::nchw, Tag::nhwc, Tag::nChw16c, Tag::nChw8c, Tag::nChw4c}) {
      const Md named(has.dims, type_of(md), tag);
      const Order o = order_of(named);
      const bool same_name = o.strides == has.strides && o.blocks == has.blocks && o.block_axes == has.block_axes;
      if (!(by_name ? same_name : same_order(md, named))) continue;
      Dims dims = has.dims;
      dims[0] = images;
      return Md(dims, type_of(md), tag);
    }
  return std::nullopt;
}

bool BlockedLayout::equals(const OpaqueLayout& other) const {
  const auto* blocked = dynamic_cast<const BlockedLayout*>(&other);
  return blocked && same_order(md, blocked->md);
}

std::string BlockedLayout::name() const {
  const Order o = order_of(md);
  std::string out = "blocked";
  for (size_t k = 0; k < o.blocks.size(); ++k) out += text(k ? "" : " ", o.blocks[k], char('a' + o.block_axes[k]));
  return out;
}

// ---- memory ------------------------------------------------------------------------------------------------------

dnnl::memory memory_of(const Storage& block, const Md& md) { return dnnl::memory(md, engine(), block.address()); }

Tensor empty_as(const Md& md, const Shape& shape, DType type) {
  return Tensor::empty(shape, type, Device::cpu, layout_of(md, shape));
}

void reorder_into(const dnnl::memory& from, const dnnl::memory& into) {
  const Dims dims = dims_of(from.get_desc()), split = dims_of(into.get_desc());
  if (dims != split) {  // weights whose order was chosen for another number of groups: row-major, both are the same
    const Md one = plain(dims, type_of(from.get_desc())), other = plain(split, type_of(into.get_desc()));
    const Storage middle(one.get_size(), Device::cpu);
    reorder_into(from, memory_of(middle, one));
    return reorder_into(memory_of(middle, other), into);
  }
  const SerialScope alone(too_short_for_two(into.get_desc().get_size()));
  using Description = dnnl::reorder::primitive_desc;
  const auto& reorder = held<Description>(Key("reorder", from.get_desc(), into.get_desc()), [&] {
    return naming("reorder",
                  [&] { return Description(engine(), from.get_desc(), engine(), into.get_desc(), user_scratchpad()); });
  });
  run("reorder", reorder.primitive, reorder.pd.scratchpad_desc(), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, into}});
}

dnnl::memory in_order(const Tensor& x, const Dims& dims, const Md& md, std::atomic<ptrdiff_t>& counter,
                      std::shared_ptr<Storage>& keep) {
  const Md has = md_of(x, dims);
  if (same_order(has, md)) return memory_of(x, md);
  keep = std::make_shared<Storage>(md.get_size(), Device::cpu);
  const dnnl::memory copy = memory_of(*keep, md);
  reorder_into(memory_of(x, has), copy);
  ++counter;
  return copy;
}

ptrdiff_t channels_a_block(const Tensor& x) {
  const Md has = md_of(x);
  for (const auto& [tag, channels] : {std::pair{Tag::nChw16c, 16}, {Tag::nChw8c, 8}, {Tag::nChw4c, 4}})
    if (x.shape().rank() == 4 && same_order(has, Md(dims_of(x.shape()), type_of(x.dtype()), tag))) return channels;
  return 0;
}

// ---- running -----------------------------------------------------------------------------------------------------

void Key::add(const Md& md) {
  const Order o = order_of(md);
  for (const Dims* part : {&o.dims, &o.padded, &o.strides, &o.blocks, &o.block_axes}) add(*part);
  add(ptrdiff_t(type_of(md)));
}

const dnnl::primitive_attr& user_scratchpad() {
  static const dnnl::primitive_attr* attributes = [] {
    auto* a = new dnnl::primitive_attr;
    a->set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return a;
  }();
  return *attributes;
}

void run(const char* op, const dnnl::primitive& primitive, const Md& scratchpad, Arguments arguments) {
  std::shared_ptr<Storage> scratch;
  if (scratchpad.get_size() > 0) {
    scratch = std::make_shared<Storage>(scratchpad.get_size(), Device::cpu);
    arguments.emplace(DNNL_ARG_SCRATCHPAD, memory_of(*scratch, scratchpad));
  }
  use_threads();
  naming(op, [&] {
    primitive.execute(stream(), arguments);
    stream().wait();
  });
}

void note_slow(const char* op, const char* implementation, const Dims& src, const Dims& weights) {
  if (std::strncmp(implementation, "ref", 3) != 0) return;
  static std::set<std::string> said;
  static std::mutex mutex;
  std::string what = op;
  for (const Dims* dims : {&src, &weights}) {
    what += ' ';
    for (const auto d : *dims) what += text(d, ',');
    what.pop_back();
  }
  const std::lock_guard lock(mutex);
  if (said.insert(what).second)
    std::fprintf(stderr, "note: %s: oneDNN has only a slow implementation (%s)\n", what.c_str(), implementation);
}

}  // namespace skew::onednn
