// Loops over the lines of outer × n × inner: what the kernels along one axis share.
#pragma once
#include "core/parallel.h"
#include "ops/extents.h"

namespace skew {

// Calls f(k, first) for line k of outer × inner, whose element j lies at first + j·inner. `chunk`: elements worth a
// thread.
template <class F> void each_line(const Extents& e, ptrdiff_t chunk, F f) {
  parallel_for(e.lines(), chunk / (e.n + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t k = begin; k < end; ++k) f(k, k / e.inner * e.n * e.inner + k % e.inner);
  });
}

}  // namespace skew
