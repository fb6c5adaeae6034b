// What a network consists of, layer by layer: sizes, parameters, multiply-adds. Found by sending one image of zeros
// through it and reading the graph that this leaves, so any module can be asked. Not a profile: nothing is timed.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "models/modules/module.h"

namespace skew {

// One application of an op that has parameters or changes a shape.
struct LayerSummary {
  std::string name;  // module path, may be empty
  std::string op;
  Shape output;             // for a batch of one
  ptrdiff_t parameters;     // trained elements
  ptrdiff_t multiply_adds;  // of convolutions and linear layers, per image, biases not counted; 0 for other ops
};

struct NetworkSummary {
  std::vector<LayerSummary> layers;  // in the order they run
  ptrdiff_t parameters = 0;          // of the module, whether the image passes them or not
  ptrdiff_t multiply_adds = 0;
};

// `input` is (N, C, H, W) or whatever the module takes; N is replaced by 1. The module's state, memory orders and mode
// are as before. Throws ShapeError when the input is a scalar, and what the module throws.
NetworkSummary summary(Module& m, const Shape& input);

// One line a layer and one for the sum.
std::ostream& operator<<(std::ostream& out, const NetworkSummary& s);

// 13.2 k, 1.81 G: three digits and a unit, for counts.
std::string with_unit(ptrdiff_t count);

}  // namespace skew
