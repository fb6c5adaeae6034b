// What the kernels of losses and of indices leave for later: the first bad element, in a cell that the next readback
// looks at (core/pending.h). The sentences are those of the other devices, said by the same functions.
#pragma once
#include "backends/cuda/elements.h"
#include "core/op.h"
#include "core/pending.h"

namespace skew::gpu {

// A cell whose refusal speaks in the scope of this call.
template <class F> int64_t* refusal_cell(const F& refuse) {
  return pending_cell(Device::cuda, [refuse, scope = Scope::path()](int64_t element) {
    const Scope there(scope);
    refuse(ptrdiff_t(element));
  });
}

// Where a loss's kernel notes NaN logits and bad targets.
struct BadCells {
  int64_t *logit, *target;
};
// throw_for(bad) throws for the one element that `bad` names.
template <class F> BadCells bad_cells(const F& throw_for) {
  return {refusal_cell([=](ptrdiff_t element) { throw_for({.logit = element, .target = -1}); }),
          refusal_cell([=](ptrdiff_t element) { throw_for({.logit = -1, .target = element}); })};
}

}  // namespace skew::gpu
