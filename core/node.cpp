// Vertices: their order of birth, printing a graph, and freeing a long one in a loop, not by recursion.
// Read next: core/backward.cpp.
#include "core/node.h"

#include <algorithm>
#include <atomic>
#include <iomanip>
#include <iostream>
#include <unordered_map>

#include "core/error.h"
#include "core/stats.h"

namespace skew {
namespace {
std::atomic<uint64_t> next_birth = 0;
}

Node::Node(std::unique_ptr<const Op> op, Saved saved) : op(std::move(op)), saved(std::move(saved)), born(next_birth++) {
  ++stats().live_nodes;
}

// Freeing a node frees its inputs' nodes, and so on to the beginning of the graph. The loop below replaces that
// recursion: a dying node puts its edges on the list of the outermost one, which empties it. The list is a plain
// pointer, so that tensors of static lifetime may die after this thread's other objects.
Node::~Node() {
  --stats().live_nodes;
  thread_local std::vector<std::shared_ptr<Node>>* waiting = nullptr;
  std::vector<std::shared_ptr<Node>> own;
  const bool outermost = !waiting;
  if (outermost) waiting = &own;
  for (Edge& edge : inputs)
    if (edge.node) waiting->push_back(std::move(edge.node));
  if (!outermost) return;
  while (!own.empty()) {
    const std::shared_ptr<Node> last = std::move(own.back());
    own.pop_back();
  }
  waiting = nullptr;
}

void print_graph(const Tensor& t, std::ostream& out) {
  std::vector<const Node*> order, open;
  std::unordered_map<const Node*, size_t> number;
  if (t.node()) open.push_back(t.node().get());
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (!number.emplace(node, 0).second) continue;
    order.push_back(node);
    for (const Node::Edge& edge : node->inputs)
      if (edge.node) open.push_back(edge.node.get());
  }
  std::sort(order.begin(), order.end(), [](const Node* a, const Node* b) { return a->born < b->born; });
  for (size_t i = 0; i < order.size(); ++i) number[order[i]] = i;

  out << "   #  op                    shape              order           saved bytes  inputs\n";
  for (size_t i = 0; i < order.size(); ++i) {
    const Node& node = *order[i];
    std::string inputs;
    for (const Node::Edge& edge : node.inputs) {
      if (!inputs.empty()) inputs += ' ';
      if (edge.node) inputs += text('#', number[edge.node.get()]);
      else inputs += edge.leaf.defined() ? "leaf" : "-";
    }
    out << std::setw(4) << i << "  " << std::left << std::setw(20) << node.op->name() << "  " << std::setw(17)
        << text(node.shape) << "  " << std::setw(14) << node.layout << std::right << std::setw(13) << node.saved.bytes()
        << "  " << inputs << (node.scope.empty() ? "" : "   " + node.scope) << '\n';
  }
}

void print_graph(const Tensor& t) { print_graph(t, std::cout); }

}  // namespace skew
