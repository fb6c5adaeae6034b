// The table of samples, filled before main.
#include "tests/op_samples.h"

#include "core/error.h"

namespace skew {
namespace {

std::map<std::string, OpSamples>& table() {
  static std::map<std::string, OpSamples> all;
  return all;
}

}  // namespace

bool register_samples(const std::string& op, std::vector<Sample> samples, std::vector<Sample> refused) {
  if (!table().emplace(op, OpSamples{std::move(samples), std::move(refused)}).second)
    throw ValueError(text("samples: two sets for '", op, "'"));
  return true;
}

const OpSamples& samples_of(const OpRow& row) {
  if (!row.samples.empty()) table()[row.name] = {row.samples, row.refused};  // a loss derives its own
  return table()[row.name];
}

}  // namespace skew
