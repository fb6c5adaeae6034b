// What happened in a program, as data: every value, what was kept of it for the way back, and every gradient in the
// order in which it arrived. Tables, JSON, pictures, explanations and checks are views of this one structure; nothing
// in it is computed twice. Made by recorder.h.
#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/explorer/place.h"
#include "apps/explorer/statistics.h"
#include "core/node.h"
#include "core/tensor.h"

namespace skew::explorer {

// Where a node's input came from: another node, or a number written into the expression (node −1).
struct RecordedInput {
  std::string name;  // as the op calls it: x, w
  int node = -1;
  Tensor number{};  // of node −1; undefined where the op was given nothing (a convolution without bias)
};

inline constexpr const char* intermediate_result = "intermediate result";

struct SavedTensor {
  std::string name;  // an input's, y, or, made of them, intermediate_result
  Shape shape;
  size_t bytes = 0;
  int storage = -1;  // equal numbers: the same memory; −1: unknown
};

// How a node passes its gradient g to one input.
struct LocalRule {
  size_t input = 0;
  std::string rule;  // "b·g", from the op's row
};

// A gradient on its way: what a node sent to one of its inputs.
struct Contribution {
  int from = -1;  // −1: the seed of a backward call
  size_t input = 0;
  int call = 0;          // which backward call
  int arrival = 0;       // place in the order of all gradients that arrived
  bool cleared = false;  // a zero_grad came after it
  Tensor value{};
  std::string numbers{};  // the rule with numbers in place of letters, where all are scalars: "−2·(−6) = 12"
};

struct Seconds {
  double forward = 0, backward = 0;
};

struct RecordedNode {
  enum class Kind {
    leaf,      // a name whose gradient is wanted
    constant,  // a tensor without history
    op,
  };
  int id = 0;
  Kind kind = Kind::op;
  std::string name{};       // "" where the program gave it none
  int version = 1;          // which value of that name: c = …; c += … makes c₂
  std::string op{};         // "leaf", "const", or the op
  std::string arguments{};  // "padding=1 groups=2"
  std::string scope{};      // "block1.conv"
  std::vector<RecordedInput> inputs{};
  Tensor value{};  // as it was when the node was made; undefined where nobody listened then (record)
  Shape shape{};
  std::string layout{};              // its order in memory
  std::string kernels{};             // slots of the device that the op may call: "conv2d_forward conv2d_backward_data"
  std::string source{};              // where the op's row stands, beside its way back: "ops/conv2d.cpp:114"
  std::optional<Seconds> seconds{};  // where Limits::clock asked for them
  std::optional<Statistics> statistics{}, grad_statistics{};  // in place of values (Limits::statistics)
  bool wants_grad = false;
  std::vector<SavedTensor> saved{};
  size_t bytes = 0;  // of what is saved
  std::vector<LocalRule> rules{};
  Tensor grad{};  // undefined: not yet
  std::vector<Contribution> contributions{};
  Place place{};
  std::string iteration{};        // "i=3" inside loops, else empty
  bool latest = true;             // not in an iteration of a loop before its last
  std::shared_ptr<Node> graph{};  // of an op whose gradient is wanted: to go through it again

  // What pictures and tables call it: c, c₂, or #7.
  std::string label() const;
};

struct BackwardCall {
  int node = 0;  // from which
  Tensor seed;
  Place place{};
};

// A statement with effect, in order: forward computation stands in the nodes.
struct Event {
  enum class Kind { backward, zero_grad, step, print };
  Kind kind;
  int node = -1;      // of backward, zero_grad, step (the leaf's new value)
  int nodes = 0;      // how many nodes there were
  std::string words;  // of print
  Place place{};
};

// The central difference beside the gradient, of one leaf and one backward call.
struct LeafCheck {
  int node = 0, call = 0;
  int64_t checked = 0, elements = 0;  // fewer are checked than there are when a program is large
  double worst = 0;                   // largest |gradient − difference| / (|difference| + scale), see check.h
  int64_t at = 0;                     // its element
  double gradient = 0, difference = 0;
  bool ok = true;
  bool kink = false;  // slopes from left and right differ, and the gradient lies between them

  // Of the element that it tells of; else nothing is compared, and ok is false.
  bool finite() const { return std::isfinite(gradient) && std::isfinite(difference); }
};

// A learner's own way back, compared element by element: of the first node where it is wrong, or of the last one.
struct RuleCheck {
  std::string op, input;
  int node = 0;
  int64_t checked = 0, at = -1;  // −1: all right
  double rule = 0, difference = 0;
  std::string words{};  // why it could not be compared
};

struct Problem {
  std::string message;  // the whole of it, with caret
  Place place{};
  std::string op;             // where a call failed: the op, and what it was given
  std::vector<int> inputs{};  // nodes
  int not_finite = -1;        // the node where NaN or an infinity begins
};

struct Recording {
  std::vector<RecordedNode> nodes{};
  std::vector<std::pair<std::string, int>> names{};  // as they were assigned; b = a gives a node a second one
  std::vector<BackwardCall> calls{};
  std::vector<Event> events{};
  std::vector<LeafCheck> check{};
  std::vector<RuleCheck> rules{};
  std::vector<std::string> own_rules{};         // ops whose way back the program says itself
  std::string device = "reference", library{};  // library: what computes there (kernel_library), where it was asked
  std::string title{};                          // of a traced step: "step 1 of resnet18 …"
  bool failed = false;
  Problem problem{};
  int first_not_finite = -1;

  // The node that a person means by "c", "c₂", "#7" or "7": of several values the last. Throws ValueError with a
  // suggestion.
  int find(const std::string& words) const;
  // The last backward call's node, else the last node.
  int result() const;
};

// A number as a person reads it beside a formula: 6, −0.4779, 1.2e−08.
std::string pretty(double value, int digits = 7);
// A number that is written already, with the sign that pretty() writes.
std::string with_minus(std::string_view number);
// "shape 2×3", or "scalar": brackets are kept for lists of values.
std::string shape_text(const Shape& shape);
// "3", "[0, 0, 6]", "[[1, 2], [3, 4]]": every element.
std::string nested_text(const Tensor& value, int digits = 7);
// The same of up to four elements; of more "shape 2×3: −1.2 … 3.4".
std::string summary(const Tensor& value, int digits = 7);

}  // namespace skew::explorer
