// Forward once more, by the recorded nodes' own ops.
#include "apps/explorer/replay.h"

#include <algorithm>
#include <numeric>

#include "core/op.h"

namespace skew::explorer {
namespace {

Tensor in_double(const Tensor& t) {
  const Tensor host = t.host();
  return is_floating(host.dtype()) ? host.to(DType::float64) : host;
}

Tensor run(const RecordedNode& node, const Tensors& in) {
  const NoGrad off;
  Saved saved(false);
  return node.graph->op->forward(in, saved).to(Layout{});
}

}  // namespace

Replay::Replay(const Recording& recording, int result) : recording_(recording), result_(result) {
  std::vector<bool> wanted(recording.nodes.size(), false);
  if (result >= 0) wanted[size_t(result)] = true;
  for (size_t id = recording.nodes.size(); id-- > 0;)
    if (wanted[id])
      for (const RecordedInput& in : recording.nodes[id].inputs)
        if (in.node >= 0) wanted[size_t(in.node)] = true;
  for (const RecordedNode& node : recording.nodes) {
    values_.push_back(wanted[size_t(node.id)] ? in_double(node.value) : Tensor());
    if (!wanted[size_t(node.id)]) continue;
    order_.push_back(node.id);
    if (node.kind == RecordedNode::Kind::leaf) leaves_.push_back(node.id);
  }
  seed(Tensor());
}

void Replay::seed(const Tensor& dy) {
  if (dy.defined()) seed_ = dy.doubles();
  else if (result_ >= 0) seed_.assign(size_t(recording_.nodes[size_t(result_)].value.count()), 1);
}

Tensor Replay::compute(const RecordedNode& node, const std::map<int, Tensor>& changed) const {
  Tensors in;
  for (const RecordedInput& input : node.inputs) {
    const auto other = changed.find(input.node);
    if (input.node < 0) in.push_back(input.number.defined() ? in_double(input.number) : Tensor());
    else if (other != changed.end()) in.push_back(other->second);
    else in.push_back(recording_.nodes[size_t(input.node)].wants_grad ? value(input.node) : value(input.node).copy());
  }
  return run(node, in);  // constants are copies: batch_norm moves its running statistics
}

double Replay::at(int leaf, const Tensor& value) {
  if (!dependants_.contains(leaf)) {
    std::vector<bool> depends(recording_.nodes.size(), false);
    depends[size_t(leaf)] = true;
    for (const int id : order_) {
      const RecordedNode& node = recording_.nodes[size_t(id)];
      if (!node.graph) continue;
      for (const RecordedInput& in : node.inputs)
        if (in.node >= 0 && depends[size_t(in.node)]) depends[size_t(id)] = true;
      if (depends[size_t(id)]) dependants_[leaf].push_back(id);
    }
  }
  std::map<int, Tensor> changed = {{leaf, value}};
  for (const int id : dependants_[leaf]) {
    changed[id] = compute(recording_.nodes[size_t(id)], changed);
    ++work_;
  }
  const auto result = changed.find(result_);
  const std::vector<double> y = (result == changed.end() ? this->value(result_) : result->second).doubles();
  return std::inner_product(y.begin(), y.end(), seed_.begin(), 0.);
}

Tensor compute_op(const Recording& recording, const RecordedNode& node, size_t changed, const Tensor& value) {
  Tensors in;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const RecordedInput& input = node.inputs[i];
    const Tensor& recorded = input.node >= 0 ? recording.nodes[size_t(input.node)].value : input.number;
    if (i == changed) in.push_back(value);
    else in.push_back(recorded.defined() ? in_double(recorded).copy() : Tensor());
  }
  return run(node, in);
}

}  // namespace skew::explorer
