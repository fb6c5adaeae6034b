// Running a network once and counting what its layers hold and multiply.
#include "models/networks/summary.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <set>
#include <sstream>

#include "core/error.h"
#include "core/node.h"

namespace skew {
namespace {

// A module as it was: its mode, and its memory orders, which convolutions take over only where nobody else looks on.
class Restored {
 public:
  explicit Restored(Module& m) : module_(m), training_(m.training()) {
    for (const NamedState& s : m.state()) lookers_on_.push_back(s.tensor.detach());
  }
  ~Restored() { module_.train(training_); }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

 private:
  Module& module_;
  bool training_;
  Tensors lookers_on_;
};

// All nodes behind y, oldest first.
std::vector<const Node*> nodes_behind(const Tensor& y) {
  std::vector<const Node*> list;
  std::set<const Node*> seen;
  if (y.node()) seen.insert(y.node().get()), list.push_back(y.node().get());
  for (size_t i = 0; i < list.size(); ++i)
    for (const Node::Edge& edge : list[i]->inputs)
      if (edge.node && seen.insert(edge.node.get()).second) list.push_back(edge.node.get());
  std::sort(list.begin(), list.end(), [](const Node* a, const Node* b) { return a->born < b->born; });
  return list;
}

// Each output element of a convolution or linear layer is one product with its slice w[o] of the weights.
ptrdiff_t multiply_adds_of(const Node& node) {
  if (node.op->name() != "conv2d" && node.op->name() != "linear") return 0;
  const Shape& w = node.saved.shapes.at(1);
  return node.shape.count() * w.count(1, w.rank());
}

}  // namespace

NetworkSummary summary(Module& m, const Shape& input) {
  if (input.rank() < 1) throw ShapeError(text("summary: expected an input shape (N, …), got ", input));
  const Tensors parameters = m.parameters();
  const Tensor& like = parameters.empty() ? Tensor::empty({}) : parameters.front();
  Tensor x = Tensor::zeros(input.with(0, 1), like.dtype(), like.device());
  if (parameters.empty()) x.set_requires_grad();  // a graph is recorded only where somebody wants a gradient

  const Restored restored(m);
  m.eval();
  const Tensor y = m(x);
  NetworkSummary s;
  s.parameters = m.parameter_count();
  for (const Node* node : nodes_behind(y)) {
    ptrdiff_t own = 0;
    for (const Node::Edge& edge : node->inputs)
      if (edge.leaf.defined() && !edge.leaf.same_as(x)) own += edge.leaf.count();
    s.layers.push_back({node->scope, std::string(node->op->name()), node->shape, own, multiply_adds_of(*node)});
    s.multiply_adds += s.layers.back().multiply_adds;
  }
  return s;
}

std::ostream& operator<<(std::ostream& out, const NetworkSummary& s) {
  size_t width = 5;
  for (const LayerSummary& layer : s.layers) width = std::max(width, layer.name.size());
  auto line = [&](const std::string& name, const std::string& op, const std::string& shape,
                  const std::string& parameters, const std::string& multiply_adds) {
    out << std::left << std::setw(int(width)) << name << "  " << std::setw(18) << op << std::setw(20) << shape
        << std::right << std::setw(12) << parameters << std::setw(15) << multiply_adds << '\n';
  };
  line("layer", "op", "output", "parameters", "multiply-adds");
  for (const LayerSummary& layer : s.layers)
    line(layer.name, layer.op, text(layer.output), layer.parameters ? text(layer.parameters) : "",
         layer.multiply_adds ? text(layer.multiply_adds) : "");
  line("sum", "", "", text(s.parameters), text(s.multiply_adds));
  return out;
}

std::string with_unit(ptrdiff_t count) {
  static constexpr const char* units[] = {"", " k", " M", " G", " T", " P", " E"};
  double value = double(count);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) value /= 1000, ++unit;
  if (unit == 0) return text(count);
  int decimals = 2;  // three digits in all
  if (value >= 9.995) --decimals;
  if (value >= 99.95) --decimals;
  std::ostringstream out;
  out << std::fixed << std::setprecision(decimals) << value << units[unit];
  return out.str();
}

}  // namespace skew
