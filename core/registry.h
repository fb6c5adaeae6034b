// The list of all ops: one row each, written beside the op. From a row come the gradient check, the comparison of
// every device with the reference, the golden files' runner and the op × device table of `skew info`.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/args.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

using NamedTensors = std::map<std::string, Tensor>;

// How a sample input is filled, so that finite differences make sense at it.
enum class Fill {
  normal,    // standard normal
  apart,     // a shuffled grid: no two values closer than .1, none closer than .05 to a whole or half number (kinks)
  positive,  // in [.5, 2]
  unit,      // in [.05, .95]
  index,     // whole numbers in [0, SampleInput::below), int64
  binary,    // 0 or 1, no gradient
};

struct SampleInput {
  std::string name;
  Shape shape;
  Fill fill = Fill::normal;
  ptrdiff_t below = 1;
};

struct Sample {
  std::vector<SampleInput> inputs;
  Args args;
  Sample with(SampleInput more) const;
};

struct OpRow {
  std::string name{};                      // as in the golden files' ops.json
  std::string doc{}, formula{}, source{};  // one line each: `skew info NAME`
  // The way back: for each input that has a gradient, what joins it when g is the gradient of y. {"a", "b·g"}: a +=
  // b·g. Letters are the inputs, y and the arguments; sums over what was stretched are understood.
  std::vector<std::pair<std::string, std::string>> back{};
  std::vector<std::string> inputs{};                // in the order of a call; {}: those of `differentiable`
  std::vector<FieldInfo> arguments{};               // beside the tensors, likewise
  std::vector<const Slot*> slots{};                 // what a device must fill to have this op: all that it may call
  std::vector<std::string> differentiable = {"x"};  // inputs that have a gradient: {} for none
  // Runs the op; the result's main output is "y". In-place updates (running statistics) go to the given tensors.
  std::function<NamedTensors(const NamedTensors&, const Args&)> run{};
  std::vector<Sample> samples{};  // of a loss, for `skew loss check`; other ops': apps/op_trials/samples/
  std::string place{};            // where the row stands, beside the op: "ops/conv2d.cpp:114"
};

// The table grows while the library is loaded and is constant afterwards. Throws ValueError on a second row of that
// name. A row without a place is where the call is.
bool register_op(OpRow row, const char* file = __builtin_FILE(), int line = __builtin_LINE());
const std::map<std::string, OpRow>& registered_ops();
const std::vector<std::string>& inputs_of(const OpRow& row);      // also where the row leaves them to `differentiable`
std::string back_of(const OpRow& row, const std::string& input);  // x3 of a list is x0's; empty: it has no gradient
bool has_op(const OpRow& row, Device device);                     // every slot of the row is filled for that device

// Tensors for a sample: float64 on the reference, or float32 elsewhere with the same (rounded) values.
NamedTensors make_inputs(const Sample& sample, Device device, uint64_t seed);
// Throws ValueError naming the op unless `inputs` has this name.
const Tensor& input(const NamedTensors& inputs, const std::string& name, const std::string& op);
// Undefined when there is none, or when it is not wanted (a weight without `affine`).
Tensor optional_input(const NamedTensors& inputs, const std::string& name, bool wanted = true);

}  // namespace skew
