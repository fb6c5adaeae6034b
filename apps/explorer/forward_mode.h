// Forward mode beside reverse mode, for the program at hand: how many passes each takes, how many ops are walked, how
// many products of slopes are taken, and that both give the same numbers. Forward goes with dual numbers through one op
// at a time: a value and its tangent, which the op's Jacobian carries on.
#pragma once
#include "apps/explorer/jacobian.h"

namespace skew::explorer {

struct PassCost {
  int64_t passes = 0, ops = 0, products = 0;  // over all passes
};

struct TwoModes {
  int result = -1;                  // of the last backward call, else of the program
  int64_t inputs = 0, outputs = 0;  // elements of leaves and of the result
  PassCost forward{}, reverse{};    // for all derivatives of all elements of the result
  int64_t compared = 0;             // tangents at the result beside gradients, as many as are cheap
  double worst = 0;                 // largest |tangent − gradient| / (|gradient| + 1e-3)
};

// Throws ValueError for a program too large for Jacobians, or without an op that wants a gradient.
TwoModes two_modes(const Recording& recording, Jacobians& jacobians);

// Every node's tangent along one element of a leaf, and Σ seed·tangent at the result beside what backward sent there.
struct Tangents {
  std::vector<Tensor> of{};  // undefined: does not depend on it
  int result = -1;
  double at_result = 0, gradient = 0;
  bool has_gradient = false;  // backward went there
};
Tangents tangents(const Recording& recording, Jacobians& jacobians, int leaf, int64_t element);

}  // namespace skew::explorer
