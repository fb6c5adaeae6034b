// A call of an op by name, as the registry knows it: which tensors it takes, which arguments, under which other names
// PyTorch's users write them. No op is named here; those that the registry gains can be called.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "apps/explorer/recorder.h"
#include "apps/explorer/value.h"
#include "core/registry.h"

namespace skew::explorer {

// The row of a name, or of another name for it (cat: concat); null: there is none.
const OpRow* row_called(const std::string& name);
// All names that row_called knows.
const std::vector<std::string>& row_names();

struct WrittenArgument {
  std::string name;  // empty: by place
  Value value;
};

// A call's words sorted into what the row takes.
struct BoundCall {
  NamedTensors inputs;
  Args args;
  CallSite site;
};

// Numbers and lists where a tensor belongs become constants of `type` on `device`. Throws ValueError naming the op for
// too many arguments, an argument given twice, and a value of the wrong kind; the op itself throws for the rest.
BoundCall bind(const OpRow& row, const std::vector<WrittenArgument>& written, DType type, Device device);

// A list of numbers, or of such lists, or a number, as a tensor. Throws ValueError for rows of different lengths.
Tensor tensor_of(const Value& value, DType type, Device device);

}  // namespace skew::explorer
