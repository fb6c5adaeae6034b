// A graph that was made while nobody listened, as a recording: what its nodes still hold.
#include <algorithm>
#include <map>

#include "apps/explorer/recorder.h"
#include "apps/explorer/rule_numbers.h"
#include "core/registry.h"

namespace skew::explorer {
namespace {

// All nodes behind a tensor, oldest first; without recursion, as chains may be long.
std::vector<std::shared_ptr<Node>> nodes_behind(const Tensor& t) {
  std::vector<std::shared_ptr<Node>> open, all;
  std::map<const Node*, bool> seen;
  if (t.node()) open.push_back(t.node());
  while (!open.empty()) {
    const std::shared_ptr<Node> node = open.back();
    open.pop_back();
    if (!seen.emplace(node.get(), true).second) continue;
    all.push_back(node);
    for (const Node::Edge& edge : node->inputs)
      if (edge.node) open.push_back(edge.node);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->born < b->born; });
  return all;
}

class Writer {
 public:
  Recording write(const Tensor& loss) {
    for (const std::shared_ptr<Node>& node : nodes_behind(loss)) add(node);
    if (!loss.node()) leaf(loss);
    if (!out_.nodes.empty() && loss.node()) {
      out_.nodes.back().value = loss.detach().host();
      name(out_.nodes.back(), loss);
    }
    return std::move(out_);
  }

 private:
  static void name(RecordedNode& node, const Tensor& t) { node.name = t.name(); }

  int leaf(const Tensor& t) {
    const auto known = leaves_.find(t.identity());
    if (known != leaves_.end()) return known->second;
    RecordedNode node{.id = int(out_.nodes.size()), .kind = RecordedNode::Kind::leaf, .op = "leaf", .wants_grad = true};
    node.value = t.detach().host();
    node.shape = t.shape();
    if (t.grad().defined()) node.grad = t.grad().host();
    name(node, t);
    out_.names.emplace_back(node.name, node.id);
    out_.nodes.push_back(std::move(node));
    return leaves_[t.identity()] = out_.nodes.back().id;
  }

  void add(const std::shared_ptr<Node>& graph) {
    RecordedNode node{.op = std::string(graph->op->name()), .scope = graph->scope, .wants_grad = true, .graph = graph};
    node.shape = graph->shape;
    node.bytes = graph->saved.bytes();
    for (size_t k = 0; k < graph->saved.size(); ++k)
      if (const Tensor& t = graph->saved[k]; t.defined())
        node.saved.push_back({"#" + std::to_string(k), t.shape(), t.storage()->bytes()});
    const auto row = registered_ops().find(node.op);
    for (size_t i = 0; i < graph->inputs.size(); ++i) {
      const Node::Edge& edge = graph->inputs[i];
      RecordedInput in{
          .name = row != registered_ops().end() && i < inputs_of(row->second).size() ? inputs_of(row->second)[i] : "x"};
      if (edge.node) in.node = by_node_.at(edge.node.get());
      else if (edge.leaf.defined()) in.node = leaf(edge.leaf);
      if (in.node >= 0 && row != registered_ops().end())
        node.rules.push_back({i, rule_with_arguments(row->second, back_of(row->second, in.name), "")});
      node.inputs.push_back(std::move(in));
    }
    node.id = int(out_.nodes.size());
    by_node_[graph.get()] = node.id;
    out_.nodes.push_back(std::move(node));
  }

  Recording out_;
  std::map<const Node*, int> by_node_;
  std::map<const void*, int> leaves_;
};

}  // namespace

Recording record(const Tensor& loss) { return Writer().write(loss); }

}  // namespace skew::explorer
