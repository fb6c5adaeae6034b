// Gradients checked rather than believed: each element of each leaf by the central difference of the recorded program,
// each element of a learner's rule by that of its op.
#pragma once
#include "apps/explorer/recording.h"

namespace skew::explorer {

struct CheckLimits {
  int64_t elements = 4096;  // of a leaf; of larger ones as many, evenly spread
  int64_t work = 200000;    // ops computed again, for all checks together
};

// A slope is f(x ± h) and f(x ± 2h) in double, h = difference_step·max(1, |x|), error ∝ h⁴.
constexpr double difference_step = 1e-4;
// Both agree when |gradient − difference| ≤ tolerance·(|difference| + the largest of its leaf's), on float 1e-3.
constexpr double check_tolerance = 1e-6, float_tolerance = 2e-3;

// Fills recording.check: one entry a leaf and backward call, those of the last `calls` calls.
void check_leaves(Recording& recording, const CheckLimits& limits = {}, size_t calls = 3);
// Fills recording.rules for the ops named: all nodes of them, until an element is wrong.
void check_rules(Recording& recording, const std::vector<std::string>& ops, const CheckLimits& limits = {});

// Where a leaf disagrees: of all ops of the program, those whose way back is wrong, appended to recording.rules.
void name_culprits(Recording& recording);

// Whether everything agrees.
bool all_ok(const Recording& recording);

}  // namespace skew::explorer
