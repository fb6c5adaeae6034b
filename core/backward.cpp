// Reverse-mode differentiation in one loop. A heap holds the nodes whose gradient has begun to arrive, youngest first.
// A node is older than all its consumers, so when it comes to the top every consumer has already sent its share:
// its gradient is complete, and the op's backward turns it into gradients of the inputs.
#include "core/backward.h"

#include <queue>
#include <utility>

#include "core/error.h"
#include "core/memory.h"
#include "core/node.h"
#include "core/op_watch.h"

namespace skew {
namespace {

struct Older {
  bool operator()(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) const { return a->born < b->born; }
};
using Heap = std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, Older>;

Tensor seed_of(const Tensor& y, const Tensor& dy) {
  if (dy.defined()) {
    check_like("backward", "a gradient", dy, y.shape(), y.dtype(), y.device());
    return dy;
  }
  if (y.count() != 1)
    throw ShapeError(text("backward: expected a scalar, got ", y.shape(), "; reduce it first, or pass its gradient"));
  return Tensor::full(y.shape(), 1, y.dtype(), y.device());
}

void add_to(Tensor& sum, Tensor term) {
  sum = sum.defined() ? add_gradients(term.device(), std::move(sum), term) : std::move(term);
}

// Gradients of one node's inputs. Row-major ops and devices get a row-major dy.
Tensors gradients(Node& node) {
  Tensor dy = std::exchange(node.grad, {});  // before anything throws: what stays here would join a later call
  if (node.freed)
    throw GraphError(text("backward: the graph of ", node.op->name(),
                          " was already given back by an earlier backward; pass {.retain = true} to the first"));
  Needs needs(node.inputs.size());
  for (size_t i = 0; i < needs.size(); ++i) needs[i] = node.inputs[i].needs_grad();
  const NoGrad off;
  Tensors dx = watched(
      dy.device(), node.op->name(), Pass::backward, [&] { return std::string_view(node.scope); },
      [&] {
        if (node.op->reads() == Reads::row_major || facts_of(dy.device()).row_major_only) dy = dy.to(Layout{});
        return node.op->backward(dy, node.saved, needs);
      });
  if (GraphWatch* watch = GraphWatch::living()) watch->back(node, dy, dx);
  return dx;
}

// Adds a gradient that just came to that of a leaf, in memory that nobody else holds: what the caller, an op or another
// leaf changes in place later is not this leaf's.
void add_to_leaf(Tensor leaf, Tensor term) {
  Tensor sum = leaf.grad();
  leaf.set_grad({});  // so that the sum is held once and may be added to in place
  add_to(sum, std::move(term));
  leaf.set_grad(sum.unique() ? std::move(sum) : sum.copy());
}

// Sends a node's gradient on to its inputs; unless `retain`, gives back what the node had saved.
void step(Node& node, Heap& heap, bool retain) {
  Tensors dx = gradients(node);
  std::vector<Node::Edge> inputs;
  if (retain) {
    inputs = node.inputs;
  } else {
    inputs = std::move(node.inputs);
    node.inputs.clear();
    node.saved = Saved(false);  // memory falls as the loop goes back
    node.freed = true;
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    Node::Edge& edge = inputs[i];
    if (!edge.needs_grad() || !dx[i].defined()) continue;
    if (edge.node) {
      check_like(node.op->name(), "a gradient", dx[i], edge.node->shape, dx[i].dtype(), dx[i].device());
      if (!edge.node->grad.defined()) heap.push(edge.node);
      add_to(edge.node->grad, std::move(dx[i]));
    } else {
      check_like(node.op->name(), "a gradient", dx[i], edge.leaf.shape(), edge.leaf.dtype(), edge.leaf.device());
      add_to_leaf(edge.leaf, std::move(dx[i]));
    }
  }
}

}  // namespace

void backward(const Tensor& y, const Tensor& dy, const BackwardArgs& args) {
  if (!y.requires_grad())
    throw GraphError("backward: the tensor was not computed from anything that requires a gradient");
  if (!y.node()) {  // a leaf: its gradient is dy itself
    add_to_leaf(y, seed_of(y, dy));
    return;
  }
  Heap heap;
  y.node()->grad = naming("backward", [&] { return seed_of(y, dy); });
  heap.push(y.node());
  try {
    while (!heap.empty()) {
      const std::shared_ptr<Node> node = heap.top();
      heap.pop();
      step(*node, heap, args.retain);
    }
  } catch (...) {  // half-arrived gradients must not leak into a later call
    for (; !heap.empty(); heap.pop()) heap.top()->grad = {};
    throw;
  }
}

}  // namespace skew
