// Running one op: order rule, forward, and the edge into the graph.
#include "core/op.h"

#include <utility>

#include "core/error.h"
#include "core/memory.h"
#include "core/node.h"
#include "core/nonfinite.h"
#include "core/op_watch.h"

namespace skew {
namespace {

thread_local std::string scope_path;
thread_local bool finite_check = false;
constinit thread_local const OpWatch* last_watch = nullptr;
constinit thread_local GraphWatch* last_graph_watch = nullptr;

// A statistic may be float32 beside a shorter type; today there is none shorter.
bool types_agree(const Op& op, size_t i, DType type, DType first) {
  if (type == first || !is_floating(type) || !is_floating(first)) return true;
  return op.statistic(i) && type == DType::float32 && size_of(first) < size_of(type);
}

// The device that all inputs share. Throws where they differ in it, or in the type of their floating numbers.
Device check_inputs(const Op& op, Inputs in) {
  const Tensor* first = nullptr;
  for (size_t i = 0; i < in.size(); ++i) {
    const Tensor& t = in[i];
    if (!t.defined()) continue;
    if (!first) first = &t;
    if (t.device() != first->device())
      throw DeviceError(text(op.name(), ": expected all inputs on one device, got '", first->device(), "' and '",
                             t.device(), "'; move one with .to()"));
    if (!types_agree(op, i, t.dtype(), first->dtype()))
      throw DtypeError(text(op.name(), ": expected inputs of one number type, got ", first->dtype(), " and ", t.dtype(),
                            "; convert one with .to()"));
  }
  if (!first) throw ValueError(text(op.name(), ": expected at least one tensor"));
  return first->device();
}

// The inputs in an order that the op and the device read.
Tensors ordered(Inputs in, Reads reads, const Shape& result) {
  Tensors out(in.begin(), in.end());
  const Tensor* leader = nullptr;
  for (Tensor& t : out) {
    if (!t.defined()) continue;
    const bool plain = reads == Reads::row_major || facts_of(t.device()).row_major_only;
    const bool free = !plain && reads == Reads::same && t.shape() == result;
    if (free && !leader) leader = &t;
    if (plain || reads == Reads::same) t = t.to(free ? leader->layout() : Layout{});
  }
  return out;
}

}  // namespace

// ---- Saved -------------------------------------------------------------------------------------------------------

void Saved::keep(const Tensor& t) {
  if (!recording_) return;
  tensors_.push_back(t.defined() ? t.detach() : Tensor());
  versions_.push_back(t.defined() ? t.storage()->version() : 0);
}

const Tensor& Saved::operator[](size_t i) const {
  const Tensor& t = tensors_.at(i);
  if (t.defined() && t.storage()->version() != versions_[i])
    throw GraphError(text("backward of ", op, ": its saved tensor ", t.shape(), " was overwritten by ",
                          t.storage()->writer(),
                          " after the forward pass; call backward first, or write into a copy()"));
  return t;
}

size_t Saved::bytes() const {
  size_t sum = 0;
  for (const Tensor& t : tensors_)
    if (t.defined()) sum += t.storage()->bytes();
  return sum;
}

// ---- Scope, FiniteCheck, watches ---------------------------------------------------------------------------------

Scope::Scope(std::string_view name) : before_(scope_path.size()) {
  if (!scope_path.empty() && !name.empty()) scope_path += '.';
  scope_path += name;
}
Scope::~Scope() { scope_path.resize(before_); }
std::string Scope::path() { return scope_path; }

FiniteCheck::FiniteCheck() : before_(finite_check) { finite_check = true; }
FiniteCheck::~FiniteCheck() { finite_check = before_; }
bool FiniteCheck::on() { return finite_check; }

OpWatch::OpWatch(Seen seen) : seen(std::move(seen)), before_(std::exchange(last_watch, this)) {}
OpWatch::~OpWatch() { last_watch = before_; }
const OpWatch* OpWatch::living() { return last_watch; }

GraphWatch::GraphWatch() : before_(std::exchange(last_graph_watch, this)) {}
GraphWatch::~GraphWatch() { last_graph_watch = before_; }
GraphWatch* GraphWatch::living() { return last_graph_watch; }

// ---- apply -------------------------------------------------------------------------------------------------------

Tensor apply(std::unique_ptr<const Op> op, Inputs in) {
  const Device device = check_inputs(*op, in);
  const Shape shape = op->shape(in);
  GraphWatch* const watch = GraphWatch::living();
  if (watch) watch->before(*op, in, shape);
  Needs needs(in.size());
  bool recording = false;
  if (grad_enabled())
    for (size_t i = 0; i < in.size(); ++i) recording |= needs[i] = in[i].requires_grad();

  Saved saved(recording);
  saved.op = op->name();
  if (recording)
    for (const Tensor& t : in) saved.shapes.push_back(t.defined() ? t.shape() : Shape{});
  Tensor y = watched(device, op->name(), Pass::forward, Scope::path,
                     [&] { return op->forward(ordered(in, op->reads(), shape), saved); });
  if (finite_check) throw_if_not_finite(y, op->name());
  if (!recording) {
    if (watch) watch->after(*op, in, y);
    return y;
  }

  auto node = std::make_shared<Node>(std::move(op), std::move(saved));
  node->shape = shape;
  node->layout = y.layout().name();
  node->scope = Scope::path();
  node->inputs.reserve(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    node->inputs.push_back(!needs[i]      ? Node::Edge{}
                           : in[i].node() ? Node::Edge{in[i].node(), {}}
                                          : Node::Edge{nullptr, in[i]});
  // a result that shares its input's handle would become its own ancestor
  if (y.node() || y.requires_grad()) y = y.detach();
  y.attach(std::move(node));
  if (watch) watch->after(*y.node()->op, in, y);
  return y;
}

}  // namespace skew
