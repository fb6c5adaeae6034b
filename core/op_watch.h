// Listening to ops while they run. OpWatch: which one, where in the network, forward or backward, how long it took, for
// profiles (`skew bench --per-layer`). GraphWatch: with which tensors, for lessons (apps/explorer). Without a listener
// an op pays a comparison for each. What is measured is one call of the op's kernel, with the copies into the memory
// order it reads, by the device's own clock (seconds_on_device in core/memory.h), which waits until the work is done.
#pragma once
#include <functional>
#include <string_view>

#include "core/error.h"
#include "core/memory.h"
#include "core/tensor.h"

namespace skew {

struct Op;

enum class Pass { forward, backward };

// While one lives in this thread, it is shown every op that `apply` or `backward` has run. The one made last is called.
class OpWatch {
 public:
  // scope: the module path, "layer1.0.conv1", may be empty. What `seen` throws comes out of apply() or backward().
  using Seen = std::function<void(std::string_view scope, std::string_view op, Pass pass, double seconds)>;
  explicit OpWatch(Seen seen);
  ~OpWatch();
  OpWatch(const OpWatch&) = delete;
  OpWatch& operator=(const OpWatch&) = delete;

  static const OpWatch* living();  // null: nobody listens
  const Seen seen;

 private:
  const OpWatch* before_;
};

// While one lives in this thread, it is shown the graph as it grows and as gradients walk back. The one made last is
// called; what it throws comes out of apply() or backward().
class GraphWatch {
 public:
  GraphWatch();
  virtual ~GraphWatch();
  GraphWatch(const GraphWatch&) = delete;
  GraphWatch& operator=(const GraphWatch&) = delete;

  // An op accepted its inputs and is about to make a result of this shape.
  virtual void before(const Op& op, Inputs in, const Shape& result) = 0;
  // What it made, with its node where one was recorded.
  virtual void after(const Op& op, Inputs in, const Tensor& y) = 0;
  // dy, the whole gradient of the node's result, became the gradients dx of its inputs, which are sent on next, one by
  // one in their order; undefined where none is wanted. They may be changed.
  virtual void back(const Node& node, const Tensor& dy, Tensors& dx) = 0;

  static GraphWatch* living();  // null: nobody listens

 private:
  GraphWatch* before_;
};

// For core: returns run(), and tells the living watch of it. scope() is asked for only then. What finds no memory bears
// the op's name.
template <class ScopeName, class Run>
auto watched(Device device, std::string_view op, Pass pass, ScopeName scope, Run run) -> decltype(run()) {
  const OpWatch* watch = OpWatch::living();
  if (!watch) return naming(op, run);
  const double start = seconds_on_device(device);
  auto result = naming(op, run);
  watch->seen(scope(), op, pass, seconds_on_device(device) - start);
  return result;
}

}  // namespace skew
