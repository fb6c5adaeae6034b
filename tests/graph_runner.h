// Runs a network written as nodes, {op name inputs params args output}, by handing each node to the registry. It knows
// the order in which an op names its operands and nothing else about ops or networks.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "tests/golden.h"

namespace skew::golden {

// Operand k of an op.
inline std::string operand(const std::string& op, size_t k) {
  static const std::map<std::string, std::vector<std::string>> orders = {
      {"conv2d", {"x", "w", "b"}},
      {"conv_transpose2d", {"x", "w", "b"}},
      {"linear", {"x", "w", "b"}},
      {"batch_norm", {"x", "weight", "bias", "running_mean", "running_var"}},
      {"layer_norm", {"x", "weight", "bias"}},
      {"layer_norm_channels", {"x", "weight", "bias"}},
      {"group_norm", {"x", "weight", "bias"}},
      {"instance_norm", {"x", "weight", "bias"}},
      {"add", {"a", "b"}},
      {"sub", {"a", "b"}},
      {"mul", {"a", "b"}},
      {"div", {"a", "b"}},
      {"maximum", {"a", "b"}},
      {"minimum", {"a", "b"}},
      {"matmul", {"a", "b"}},
      {"where", {"condition", "a", "b"}},
      {"gather", {"x", "index"}},
      {"index_select", {"x", "index"}},
      {"embedding", {"index", "weight"}}};
  if (op == "concat" || op == "stack") return "x" + std::to_string(k);
  const auto at = orders.find(op);
  if (at == orders.end() && k == 0) return "x";
  if (at == orders.end() || k >= at->second.size()) throw ValueError(text(op, ": takes no operand number ", k));
  return at->second[k];
}

// The first op of the nodes that the registry lacks.
inline std::optional<std::string> missing_op(const json& nodes) {
  for (const json& node : nodes)
    if (!registered_ops().contains(node.at("op"))) return node.at("op").get<std::string>();
  return {};
}

// Runs all nodes; `values` holds what is there before the first one. `params` of a node are found in `state`. Where
// args.training is null it is `training`. `watch` sees each node's inputs before it runs. Returns the output of the
// last node.
using WatchNode = std::function<void(const json& node, const NamedTensors& in)>;
inline Tensor run_graph(const json& nodes, NamedTensors values, const NamedTensors& state, bool training,
                        const WatchNode& watch = {}) {
  std::string last;
  for (const json& node : nodes) {
    const std::string op = node.at("op");
    const Scope scope(node.at("name").get<std::string>());
    NamedTensors in;
    for (const auto& [name, entry] : node.at("params").items()) in[name] = state.at(entry.get<std::string>());
    size_t k = 0;
    for (const json& source : node.at("inputs")) {
      while (in.contains(operand(op, k))) ++k;
      in[operand(op, k)] = values.at(source.get<std::string>());
    }
    json args = node.at("args");
    if (args.contains("training") && args.at("training").is_null()) args["training"] = training;
    last = node.at("output").get<std::string>();
    if (watch) watch(node, in);
    values[last] = registered_ops().at(op).run(in, args_of(args)).at("y");
  }
  return values.at(last);
}

}  // namespace skew::golden
