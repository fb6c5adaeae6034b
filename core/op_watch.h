// Listening to ops while they run: which one, where in the network, forward or backward, how long it took. For profiles
// (`skew bench --per-layer`) and lessons; without a listener an op pays one comparison.
// What is measured is one call of the op's kernel, with the copies into the memory order it reads, by the device's own
// clock (seconds_on_device in core/memory.h), which waits until the work is done.
#pragma once
#include <functional>
#include <string_view>

#include "core/memory.h"

namespace skew {

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

// For core: returns run(), and tells the living watch of it. scope() is asked for only then.
template <class ScopeName, class Run>
auto watched(Device device, std::string_view op, Pass pass, ScopeName scope, Run run) -> decltype(run()) {
  const OpWatch* watch = OpWatch::living();
  if (!watch) return run();
  const double start = seconds_on_device(device);
  auto result = run();
  watch->seen(scope(), op, pass, seconds_on_device(device) - start);
  return result;
}

}  // namespace skew
