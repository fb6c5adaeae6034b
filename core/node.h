// A vertex of the autograd graph: one application of an op. Edges point towards the past only, so there are no cycles:
// a tensor owns its node, a node its inputs; dropping the loss frees the graph. A chain of 10⁶ nodes is built, walked
// and freed without recursion. Read next: core/backward.h.
#pragma once
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "core/op.h"

namespace skew {

struct Node {
  // Where an input came from: another node, or a leaf that wants a gradient, or neither. A computed input's memory is
  // not held by the edge; what backward needs of it is in `saved`.
  struct Edge {
    std::shared_ptr<Node> node;
    Tensor leaf;
    bool needs_grad() const { return node || leaf.defined(); }
  };

  Node(std::unique_ptr<const Op> op, Saved saved);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  std::unique_ptr<const Op> op;
  std::vector<Edge> inputs;
  Saved saved;
  Tensor grad;         // sum of what the consumers sent; taken once
  uint64_t born;       // a younger node never is an input of an older one
  Shape shape;         // of the result
  std::string layout;  // of the result
  std::string scope;   // module path, may be empty
  bool freed = false;  // backward ran and gave `saved` back
};

class Tensor;
// One line a node, oldest first: number, scope, op, shape, order in memory, saved bytes, where its inputs come from.
void print_graph(const Tensor& t, std::ostream& out);
void print_graph(const Tensor& t);  // to std::cout

}  // namespace skew
