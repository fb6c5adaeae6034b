// What one element of a result was made of, and what one element of an input reaches: rows and columns of Jacobians, by
// the engine's own way back of a gradient that is 1 at one element and 0 elsewhere. Each op is run again on its
// recorded values, in double on the reference, so that constants have coefficients too, and values that a step changed
// since do not matter. A learner's own rule has a say in made_by_rule alone, to be compared.
#pragma once
#include <map>
#include <span>
#include <vector>

#include "apps/explorer/recording.h"
#include "core/op.h"

namespace skew::explorer {

class Recorder;

// One op's way back, as often as wanted.
class WayBack {
 public:
  // Throws ValueError where the node is no op of the graph (a leaf, a comparison, an op of constants alone).
  WayBack(const Recording& recording, const RecordedNode& node);
  // The gradients of the inputs, given that of the result: undefined for one that has none (labels, indices).
  Tensors operator()(const Tensor& dy) const;
  // The same of a gradient that is 1 at one element: a row of each input's Jacobian. Throws ValueError for an element
  // that the result has not.
  Tensors row(int64_t element) const;

 private:
  const RecordedNode& node_;
  Needs needs_;
  Saved saved_;
};

bool has_way_back(const RecordedNode& node);

// Of each node that the element of `node` was made from, by the chain rule through the graph: ∂element/∂value,
// undefined for all others. Throws ValueError like WayBack.
std::vector<Tensor> made_from(const Recording& recording, int node, int64_t element);

// The same of one op's inputs by the program's own rule for that op: what it sends them for a gradient that is 1 at
// `element`. Undefined for all where it has none. `recorder` made the recording. Throws ValueError like WayBack and
// what the rule throws.
std::vector<Tensor> made_by_rule(const Recording& recording, int node, int64_t element, Recorder& recorder);

// One coefficient of an op: ∂(its result's element `to`)/∂(its input's element `from`).
struct Coefficient {
  int64_t to = 0, from = 0;
  double value = 0;
};

// The Jacobians of ops as lists of what is not 0, each made when it is first asked for. Throws ValueError where there
// are more than most_jacobian_work elements to be looked at.
constexpr int64_t most_jacobian_work = int64_t(1) << 24;
class Jacobians {
 public:
  explicit Jacobians(const Recording& recording) : recording_(recording) {}
  const std::vector<std::vector<Coefficient>>& of(int node);  // input by input
  // Of every node that depends on `from`: its derivative along `direction` there, forward through the graph; undefined
  // for all others.
  std::vector<Tensor> reached_from(int from, const Tensor& direction);

 private:
  const Recording& recording_;
  std::map<int, std::vector<std::vector<Coefficient>>> known_;
  int64_t work_ = 0;
};

// All zeros but for a 1. Throws ValueError for an element outside.
Tensor one_hot(const Shape& shape, int64_t element);

}  // namespace skew::explorer
