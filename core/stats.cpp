// The counters themselves. Never destroyed: tensors with static lifetime count to the end.
#include "core/stats.h"

namespace skew {

Stats& stats() {
  static Stats* counters = new Stats;
  return *counters;
}

}  // namespace skew
