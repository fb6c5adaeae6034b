// One op run once on one device with everything that comes of it, and how two such outcomes differ: what the tests of
// the registry and `skew selftest` compare devices by. Read next: special_values.h.
#pragma once
#include <map>
#include <string>

#include "core/registry.h"

namespace skew {

struct OpOutcome {
  std::string refused;                  // the message, or empty
  std::map<std::string, Tensor> parts;  // results, inputs afterwards (statistics are updated in place), gradients
  double upstream = 0;                  // the largest finite number that came back
};

// Runs the op on copies of the inputs there, forward and, where a gradient is wanted, backward. `upstream`: the
// gradient of y, the same number everywhere; 1 stands for distinct numbers.
OpOutcome op_outcome(const OpRow& row, const Args& args, const NamedTensors& in, float upstream, Device device);

struct OpDifference {
  std::string words;             // empty: there is none
  bool infinity_or_nan = false;  // NaN on one device where the other has an infinity, and nothing else
  bool empty() const { return words.empty(); }
};

// How `there` is not what `truth` is. NaN and infinities must be at the same places. Finite numbers may differ by
// `tolerance` of the largest in sight (gradients by `of_gradients`), which the upstream gradient is, too: a gradient
// may be a difference of such. Below that, by 64 of the smallest normal numbers: the cpu may take denormals for 0.
OpDifference difference(const OpOutcome& there, const OpOutcome& truth, double tolerance = 1e-4,
                        double of_gradients = 1e-4);

bool has_gradient(const OpRow& row, const std::string& input);

}  // namespace skew
