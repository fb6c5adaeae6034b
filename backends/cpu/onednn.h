// oneDNN behind this backend's words: engine, stream, memory of a tensor, held primitives. What differs between its 2.x
// and 3.x interfaces is hidden here and in onednn.cpp. Nothing outside backends/cpu includes it. Read next: conv2d.cpp.
#pragma once
#include <map>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "core/stats.h"
#include "core/tensor.h"

namespace skew::onednn {

using Md = dnnl::memory::desc;
using Dims = dnnl::memory::dims;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;
using Arguments = std::unordered_map<int, dnnl::memory>;

const dnnl::engine& engine();

// A tensor order that only oneDNN reads. Its dims may split the output channels by groups (5 axes for 4).
struct BlockedLayout : OpaqueLayout {
  explicit BlockedLayout(Md md) : md(std::move(md)) {}
  bool equals(const OpaqueLayout& other) const override;
  std::string name() const override;  // "blocked 16c"
  Md md;
};

Type type_of(DType type);  // throws DtypeError for what oneDNN does not compute in
Type type_of(const Md& md);
Dims dims_of(const Shape& shape);
Dims dims_of(const Md& md);
Dims row_major_strides(const Dims& dims);
Md plain(const Dims& dims, Type type);        // row-major
Md any(const Dims& dims, Type type);          // order to be chosen by oneDNN
Md md_of(const Tensor& t, const Dims& dims);  // the tensor's order; `dims` its shape, possibly with groups split off
inline Md md_of(const Tensor& t) { return md_of(t, dims_of(t.shape())); }
bool padded(const Md& md);                  // holds more elements than the shape: not a Layout
bool same_order(const Md& a, const Md& b);  // the same permutation; strides of axes of length 1 say nothing
Layout layout_of(const Md& md, const Shape& shape);
// t's order for other lengths of N, C, H, W; row-major if it has none there.
Md same_order_as(const Tensor& t, const Dims& dims);

// The same order for another number of images; none where the images do not lie one behind the other.
std::optional<Md> for_batch(const Md& md, ptrdiff_t images);

dnnl::memory memory_of(const Storage& block, const Md& md);
inline dnnl::memory memory_of(const Tensor& t, const Md& md) { return memory_of(*t.storage(), md); }
Tensor empty_as(const Md& md, const Shape& shape, DType type);  // on cpu, in md's order (which must not pad)

// x in md's order: itself if it has it already, else a copy that is counted in `counter`.
dnnl::memory in_order(const Tensor& x, const Dims& dims, const Md& md, std::atomic<ptrdiff_t>& counter,
                      std::shared_ptr<Storage>& keep);
// How many channels lie beside each other in x's blocked order; 0 if it is another.
ptrdiff_t channels_a_block(const Tensor& x);
// As many elements; groups may be split in one only.
void reorder_into(const dnnl::memory& from, const dnnl::memory& into);

// Runs f; what oneDNN throws meanwhile is rethrown naming `op`.
template <class F> auto naming(const char* op, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const dnnl::error& error) {
    throw Error(text(op, ": oneDNN says ", error.message, " (status ", int(error.status), ")"));
  }
}

// Primitives are held: making one costs 177 µs, running a held one 0.14 µs. Key: everything it was made from, and the
// number of threads it was planned for.
class Key {
 public:
  template <class... Parts> explicit Key(const char* kind, const Parts&... parts) : bytes_(kind) {
    add(ptrdiff_t(use_threads()));
    (add(parts), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void add(ptrdiff_t v) { bytes_.append(reinterpret_cast<const char*>(&v), sizeof v); }
  void add(const Dims& dims) {
    for (const auto d : dims) add(ptrdiff_t(d));
    add(ptrdiff_t(-1));
  }
  void add(const Md& md);
  std::string bytes_;
};

template <class Description> struct Held {
  explicit Held(Description pd) : pd(std::move(pd)), primitive(this->pd.get()) {}
  Description pd;
  dnnl::primitive primitive;
};

// The held object for `key`, from the description that `make()` makes at first use. One map per type of description and
// thread: several may compute at a time.
template <class Description, class F> const Held<Description>& held(const Key& key, F make) {
  thread_local std::map<std::string, Held<Description>> all;
  auto at = all.find(key.bytes());
  if (at == all.end()) {
    Description made = make();
    if (all.size() > 4096) all.clear();  // shapes that never come back (a new size every call) must not fill memory
    at = all.emplace(key.bytes(), std::move(made)).first;
  }
  return at->second;
}

// Whether a primitive that touches so much memory is through before a second thread has woken: then it is planned and
// run inside SerialScope. (The threads of OpenMP sleep while ours compute.)
inline bool too_short_for_two(size_t bytes) { return bytes <= size_t(1) << 20; }

// Runs a primitive with scratch memory from the caching allocator. A library error is rethrown naming `op`.
void run(const char* op, const dnnl::primitive& primitive, const Md& scratchpad, Arguments arguments);
// Says once on stderr that oneDNN has only its naive implementation for this case: such a slowness is never silent.
void note_slow(const char* op, const char* implementation, const Dims& src, const Dims& weights);

const dnnl::primitive_attr& user_scratchpad();

// ---- where 2.x and 3.x differ ---------------------------------------------------------------------------------------
// Descriptions are made in two steps in 2.x, in one in 3.x.
#if DNNL_VERSION_MAJOR >= 3
using PoolForward = dnnl::pooling_forward;
using PoolBackward = dnnl::pooling_backward;

template <class Primitive, class... A> typename Primitive::primitive_desc make_pd(const char* op, A&&... args) {
  return naming(
      op, [&] { return typename Primitive::primitive_desc(engine(), std::forward<A>(args)..., user_scratchpad()); });
}
template <class Primitive, class Hint, class... A>
typename Primitive::primitive_desc make_backward_pd(const char* op, const Hint& hint, A&&... args) {
  return naming(op, [&] {
    return typename Primitive::primitive_desc(engine(), std::forward<A>(args)..., hint, user_scratchpad());
  });
}
#else
using PoolForward = dnnl::pooling_v2_forward;  // the one with dilation
using PoolBackward = dnnl::pooling_v2_backward;

template <class Primitive, class... A> typename Primitive::primitive_desc make_pd(const char* op, A&&... args) {
  return naming(op, [&] {
    return typename Primitive::primitive_desc(typename Primitive::desc(std::forward<A>(args)...), user_scratchpad(),
                                              engine());
  });
}
template <class Primitive, class Hint, class... A>
typename Primitive::primitive_desc make_backward_pd(const char* op, const Hint& hint, A&&... args) {
  return naming(op, [&] {
    return typename Primitive::primitive_desc(typename Primitive::desc(std::forward<A>(args)...), user_scratchpad(),
                                              engine(), hint);
  });
}
#endif

}  // namespace skew::onednn
