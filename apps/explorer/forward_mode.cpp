// Counting and comparing.
#include "apps/explorer/forward_mode.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace skew::explorer {
namespace {

// What the last backward call sent to a node.
std::vector<double> sent_last(const Recording& recording, const RecordedNode& node) {
  std::vector<double> sum;
  for (const Contribution& c : node.contributions) {
    if (c.call + 1 != int(recording.calls.size())) continue;
    const std::vector<double> v = c.value.doubles();
    sum.resize(v.size(), 0);
    for (size_t i = 0; i < v.size(); ++i) sum[i] += v[i];
  }
  return sum;
}

std::vector<double> seed_at(const Recording& recording, int result) {
  if (!recording.calls.empty()) return recording.calls.back().seed.doubles();
  return std::vector<double>(size_t(recording.nodes[size_t(result)].shape.count()), 1);
}

double along(const std::vector<double>& seed, const Tensor& tangent) {
  if (!tangent.defined()) return 0;
  const std::vector<double> v = tangent.doubles();
  return std::inner_product(v.begin(), v.end(), seed.begin(), 0.);
}

// Nodes that `result` was made from and that a leaf goes into, itself included.
std::vector<bool> way_from(const Recording& recording, int result) {
  std::vector<bool> on(recording.nodes.size(), false);
  on[size_t(result)] = true;
  for (int id = result; id >= 0; --id) {
    const RecordedNode& node = recording.nodes[size_t(id)];
    if (!on[size_t(id)] || !has_way_back(node)) continue;
    for (const RecordedInput& in : node.inputs)
      if (in.node >= 0 && recording.nodes[size_t(in.node)].wants_grad) on[size_t(in.node)] = true;
  }
  return on;
}

}  // namespace

TwoModes two_modes(const Recording& recording, Jacobians& jacobians) {
  TwoModes out{.result = recording.result()};
  if (out.result < 0 || !has_way_back(recording.nodes[size_t(out.result)]))
    throw ValueError("no value of the program was computed from a leaf; write a = 3.0; L = a*a");
  out.outputs = recording.nodes[size_t(out.result)].shape.count();
  const std::vector<bool> on = way_from(recording, out.result);
  const std::vector<double> seed = seed_at(recording, out.result);
  const auto wanted = [&](const RecordedInput& in) { return in.node >= 0 && on[size_t(in.node)]; };
  for (const RecordedNode& node : recording.nodes) {
    if (!on[size_t(node.id)]) continue;
    if (has_way_back(node)) {
      ++out.reverse.ops;
      const auto& of = jacobians.of(node.id);
      for (size_t i = 0; i < of.size(); ++i)
        if (wanted(node.inputs[i])) out.reverse.products += int64_t(of[i].size());
      continue;
    }
    if (node.kind != RecordedNode::Kind::leaf) continue;
    const int64_t elements = node.shape.count();
    out.inputs += elements;
    std::vector<bool> moves(recording.nodes.size(), false);
    moves[size_t(node.id)] = true;
    int64_t ops = 0, products = 0;
    for (size_t id = size_t(node.id) + 1; id < moves.size(); ++id) {
      const RecordedNode& later = recording.nodes[id];
      if (!on[id] || !has_way_back(later)) continue;
      for (size_t i = 0; i < later.inputs.size(); ++i)
        if (wanted(later.inputs[i]) && moves[size_t(later.inputs[i].node)]) {
          moves[id] = true;
          products += int64_t(jacobians.of(int(id))[i].size());
        }
      ops += moves[id];
    }
    out.forward.ops += elements * ops;
    out.forward.products += elements * products;
    const std::vector<double> gradient = sent_last(recording, node);
    if (gradient.empty()) continue;
    for (int64_t e = 0; e < elements && out.compared * out.reverse.products < most_jacobian_work; ++e) {
      const std::vector<Tensor> moved = jacobians.reached_from(node.id, one_hot(node.shape, e));
      const double tangent = along(seed, moved[size_t(out.result)]), g = gradient[size_t(e)];
      out.worst = std::max(out.worst, std::abs(tangent - g) / (std::abs(g) + 1e-3));
      ++out.compared;
    }
  }
  out.forward.passes = out.inputs;
  out.reverse.passes = out.outputs;
  out.reverse.ops *= out.outputs;
  out.reverse.products *= out.outputs;
  return out;
}

Tangents tangents(const Recording& recording, Jacobians& jacobians, int leaf, int64_t element) {
  const RecordedNode& from = recording.nodes[size_t(leaf)];
  Tangents out{.of = jacobians.reached_from(leaf, one_hot(from.shape, element)), .result = recording.result()};
  out.at_result = along(seed_at(recording, out.result), out.of[size_t(out.result)]);
  const std::vector<double> gradient = sent_last(recording, from);
  out.has_gradient = !gradient.empty();
  if (out.has_gradient) out.gradient = gradient[size_t(element)];
  return out;
}

}  // namespace skew::explorer
