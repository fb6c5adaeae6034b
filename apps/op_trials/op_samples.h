// What every op is tried with: inputs and arguments that must work, and some that must be refused. One file an op in
// samples/; tests/every_op_test.cpp fails for an op without any.
#pragma once
#include <string>
#include <vector>

#include "core/registry.h"

namespace skew {

struct OpSamples {
  std::vector<Sample> samples;  // must work; ≥ 12, sizes 0 and 1 and broadcasting where they exist
  std::vector<Sample> refused;  // must throw a skew::Error that begins with the op's name
};

// Throws ValueError on a second set for that op. Returns true so that a static initialiser can call it.
bool register_samples(const std::string& op, std::vector<Sample> samples, std::vector<Sample> refused);
const OpSamples& samples_of(const OpRow& row);  // none: an empty one

}  // namespace skew
