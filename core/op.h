// An op: one kind of computation with its attributes, its shape rule, its way forward and its way back. Ops live in
// ops/ and losses/; core only calls them. `apply` at the bottom runs one and records it.
// Read next: core/node.h (one application of an op), core/backward.h.
#pragma once
#include <any>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "core/tensor.h"

namespace skew {

// What forward keeps for backward. Tensors are kept detached, with the version of their memory: reading one that was
// written since throws GraphError naming the op and the writer.
class Saved {
 public:
  explicit Saved(bool recording) : recording_(recording) {}

  bool recording() const { return recording_; }  // false: nobody will go back, keep() does nothing
  void keep(const Tensor& t);
  const Tensor& operator[](size_t i) const;
  size_t size() const { return tensors_.size(); }
  size_t bytes() const;

  std::vector<Shape> shapes;  // of the inputs, filled by apply
  std::any extra;             // a kernel's own workspace
  std::string_view op;        // for the error message, filled by apply

 private:
  bool recording_;
  Tensors tensors_;
  std::vector<uint64_t> versions_;
};

// Which inputs want a gradient; backward may return undefined tensors for the others.
using Needs = std::vector<bool>;

// Which memory orders an op's kernels accept. apply() reorders the inputs, and backward() the upstream gradient; on a
// device that knows row-major alone (core/memory.h) both do so whatever an op says.
enum class Reads {
  row_major,  // everything row-major
  same,       // inputs of the output's shape share the first such input's order, the others are row-major
  any,        // the kernel looks at the layout itself
};

struct Op {
  virtual ~Op() = default;
  virtual std::string_view name() const = 0;
  // The result's shape. Checks everything a caller can get wrong; throws ShapeError or ValueError naming the op.
  virtual Shape shape(Inputs in) const = 0;
  virtual Tensor forward(Inputs in, Saved& saved) const = 0;
  // Gradients of the inputs, in their order, given the gradient dy of the result.
  virtual Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const = 0;
  virtual Reads reads() const { return Reads::row_major; }
  // Whether an input is a statistic or parameter that stays float32 beside activations of a shorter floating type
  // (batch normalisation's). All other floating inputs have one type.
  virtual bool statistic(size_t /*input*/) const { return false; }
};

// Checks devices and shapes, brings the inputs into an order the op reads, runs forward, and, if an input requires a
// gradient and recording is on, hangs a Node on the result.
Tensor apply(std::unique_ptr<const Op> op, Inputs in);

template <class O> Tensor apply(O op, std::initializer_list<Tensor> in) {
  // qualified: a unique_ptr would also find std::apply
  return skew::apply(std::make_unique<const O>(std::move(op)), Inputs(in.begin(), in.size()));
}

// While one lives in this thread, every op's result is searched for NaN and Inf, and the first hit throws
// NonFiniteError. Slow: for the step that is run again after a loss was not finite.
class FiniteCheck {
 public:
  FiniteCheck();
  ~FiniteCheck();
  FiniteCheck(const FiniteCheck&) = delete;
  FiniteCheck& operator=(const FiniteCheck&) = delete;
  static bool on();  // for ops that have more to look at than their result

 private:
  bool before_;
};

// Names the place in a network that ops applied while it lives belong to ("layer1.0.conv1"); nodes and errors show it.
class Scope {
 public:
  explicit Scope(std::string_view name);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  static std::string path();  // the names of all living scopes of this thread, joined with '.'

 private:
  size_t before_;
};

}  // namespace skew
