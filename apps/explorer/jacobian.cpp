// Rows by going back, columns by putting rows together.
#include "apps/explorer/jacobian.h"

#include <algorithm>

#include "apps/explorer/recorder.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

Tensor recorded_double(const Tensor& t) {
  if (!t.defined()) return {};
  const Tensor host = t.host();
  return (is_floating(host.dtype()) ? host.to(DType::float64) : host).copy();  // batch_norm moves its statistics
}

Tensor given_to(const Recording& recording, const RecordedInput& in) {
  return recorded_double(in.node >= 0 ? recording.nodes[size_t(in.node)].value : in.number);
}

void add_into(Tensor& sum, const Tensor& more) {
  if (!sum.defined()) {
    sum = more;
    return;
  }
  std::vector<double> v = sum.doubles();
  const std::vector<double> w = more.doubles();
  for (size_t i = 0; i < v.size(); ++i) v[i] += w[i];
  sum = Tensor::from(v, sum.shape(), Device::reference);
}

}  // namespace

Tensor one_hot(const Shape& shape, int64_t element) {
  if (element < 0 || element >= shape.count())
    throw ValueError(text("there is no element ", element, " in a tensor of ", shape.count()));
  std::vector<double> v(size_t(shape.count()), 0);
  v[size_t(element)] = 1;
  return Tensor::from(v, shape, Device::reference);
}

bool has_way_back(const RecordedNode& node) { return node.graph && node.value.defined(); }

WayBack::WayBack(const Recording& recording, const RecordedNode& node) : node_(node), saved_(true) {
  if (!has_way_back(node))
    throw ValueError(text(node.label(), ": ", node.op, " keeps no way back here; choose an op that a leaf goes into"));
  const NoGrad off;
  Tensors in;
  for (const RecordedInput& input : node.inputs) {
    in.push_back(given_to(recording, input));
    needs_.push_back(in.back().defined() && is_floating(in.back().dtype()));
    saved_.shapes.push_back(in.back().defined() ? in.back().shape() : Shape{});
  }
  saved_.op = node.graph->op->name();
  node.graph->op->forward(in, saved_);
}

Tensors WayBack::operator()(const Tensor& dy) const {
  const NoGrad off;
  Tensors dx = node_.graph->op->backward(dy, saved_, needs_);
  dx.resize(node_.inputs.size());
  for (Tensor& t : dx)
    if (t.defined()) t = t.to(Layout{});
  return dx;
}

Tensors WayBack::row(int64_t element) const { return (*this)(one_hot(node_.shape, element)); }

std::vector<Tensor> made_from(const Recording& recording, int node, int64_t element) {
  std::vector<Tensor> out(recording.nodes.size());
  const RecordedNode& result = recording.nodes[size_t(node)];
  if (!has_way_back(result)) WayBack(recording, result);  // its message
  out[size_t(node)] = one_hot(result.shape, element);
  for (int id = node; id >= 0; --id) {
    const RecordedNode& n = recording.nodes[size_t(id)];
    if (!out[size_t(id)].defined() || !has_way_back(n)) continue;
    const Tensors dx = WayBack(recording, n)(out[size_t(id)]);
    for (size_t i = 0; i < dx.size(); ++i)
      if (dx[i].defined() && n.inputs[i].node >= 0) add_into(out[size_t(n.inputs[i].node)], dx[i]);
  }
  return out;
}

std::vector<Tensor> made_by_rule(const Recording& recording, int node, int64_t element, Recorder& recorder) {
  std::vector<Tensor> out(recording.nodes.size());
  const RecordedNode& of = recording.nodes[size_t(node)];
  const Tensor g = one_hot(of.shape, element);
  Tensors dx = WayBack(recording, of)(g);
  for (size_t i = 0; i < dx.size(); ++i)  // a rule is asked for what the walk asks it
    if (of.inputs[i].node < 0 || !recording.nodes[size_t(of.inputs[i].node)].wants_grad) dx[i] = {};
  recorder.begin_time();
  if (!recorder.by_rule(node, g, dx)) return out;
  for (size_t i = 0; i < dx.size(); ++i)
    if (dx[i].defined()) add_into(out[size_t(of.inputs[i].node)], dx[i]);
  return out;
}

const std::vector<std::vector<Coefficient>>& Jacobians::of(int id) {
  const auto at = known_.find(id);
  if (at != known_.end()) return at->second;
  const RecordedNode& node = recording_.nodes[size_t(id)];
  int64_t row = node.shape.count();
  for (const RecordedInput& in : node.inputs) row += in.node >= 0 ? recording_.nodes[size_t(in.node)].shape.count() : 1;
  work_ += row * node.shape.count();
  if (work_ > most_jacobian_work)
    throw ValueError(text("the Jacobians of this program have more than ", most_jacobian_work,
                          " elements together; make its tensors smaller"));
  const WayBack back(recording_, node);
  std::vector<std::vector<Coefficient>> out(node.inputs.size());
  for (int64_t to = 0; to < node.shape.count(); ++to) {
    const Tensors dx = back.row(to);
    for (size_t i = 0; i < dx.size(); ++i) {
      if (!dx[i].defined()) continue;
      const std::vector<double> v = dx[i].doubles();
      for (size_t from = 0; from < v.size(); ++from)
        if (v[from] != 0) out[i].push_back({to, int64_t(from), v[from]});
    }
  }
  return known_.emplace(id, std::move(out)).first->second;
}

std::vector<Tensor> Jacobians::reached_from(int from, const Tensor& direction) {
  std::vector<Tensor> out(recording_.nodes.size());
  out[size_t(from)] = direction;
  for (size_t id = size_t(from) + 1; id < out.size(); ++id) {
    const RecordedNode& node = recording_.nodes[id];
    const auto moves = [&](const RecordedInput& in) { return in.node >= 0 && out[size_t(in.node)].defined(); };
    if (!has_way_back(node) || std::none_of(node.inputs.begin(), node.inputs.end(), moves)) continue;
    const std::vector<std::vector<Coefficient>>& jacobians = of(int(id));
    std::vector<double> tangent(size_t(node.shape.count()), 0);
    for (size_t i = 0; i < jacobians.size(); ++i) {
      if (!moves(node.inputs[i])) continue;
      const std::vector<double> moved = out[size_t(node.inputs[i].node)].doubles();
      for (const Coefficient& c : jacobians[i]) tangent[size_t(c.to)] += c.value * moved[size_t(c.from)];
    }
    out[id] = Tensor::from(tangent, node.shape, Device::reference);
  }
  return out;
}

}  // namespace skew::explorer
