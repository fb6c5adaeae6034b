// A loss's struct from an op's arguments. Used where rows are made (pointwise_row.h, softmax_row.h, set_row.h); callers
// use loss_table.h.
#pragma once
#include "core/args.h"
#include "losses/loss_table.h"

namespace skew {

template <class L>
L with_parameters(const LossParameters& parameters) {
  return with_fields<L>(L::name, parameters);
}

// `reduction` is the op's own.
template <class L>
L with_arguments(const Args& args) {
  return args.read<L>(L::name, {}, {"reduction"});
}

}  // namespace skew
