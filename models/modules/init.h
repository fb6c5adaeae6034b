// How weights start: the field's formulas, drawn from default_generator(). After seed(s) a network's initial weights
// depend on s and on the order in which its layers are made, never on the number of threads.
// Not here: which layer uses which formula; that is the layer's or the network's choice.
#pragma once
#include "core/tensor.h"

namespace skew {

// A weight is (out, in, …) with any axes of a window behind: ShapeError when its rank is below 2. Its fan_in is the
// product of all lengths but the first, its fan_out the first length · window (groups do not enter).
// Each replaces the values of a floating tensor; whoever holds the handle sees them, in row-major order.
void init_uniform(Tensor t, double bound);     // U(−bound, bound); throws ValueError unless bound ≥ 0
void init_normal(Tensor t, double deviation);  // N(0, deviation²); throws ValueError unless deviation ≥ 0

// U(−b, b) with b = √(6 / ((1 + a²) fan_in)): He et al., arXiv 1502.01852, for a leaky relu of slope a. The default
// a = √5 of convolutions and linear layers gives b = 1/√fan_in.
void kaiming_uniform(Tensor weight, double a = 2.2360679774997896964);
// N(0, 2/fan): the same paper's form for relu, fan_in keeps the variance on the way forward, fan_out on the way back.
enum class Fan { in, out };
void kaiming_normal(Tensor weight, Fan fan);
// U(−b, b) with b = √(6 / (fan_in + fan_out)): Glorot and Bengio, AISTATS 2010.
void xavier_uniform(Tensor weight);
// U(−1/√fan_in, 1/√fan_in) for the bias beside `weight`.
void init_bias(Tensor bias, const Shape& weight);

}  // namespace skew
