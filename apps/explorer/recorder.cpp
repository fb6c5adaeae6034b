// From the engine's calls to nodes and contributions.
#include "apps/explorer/recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "apps/explorer/rule_numbers.h"
#include "core/error.h"
#include "core/registry.h"

namespace skew::explorer {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool is_finite(const Tensor& t) {
  if (!t.defined() || !is_floating(t.dtype())) return true;
  const std::vector<double> v = t.doubles();
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

// As the op's row names it, where the row's inputs are as many as the op's; else x, or a, b, c, …
std::string input_name(const OpRow* row, size_t i, size_t count) {
  if (row && inputs_of(*row)[0] == "x0") return text('x', i);
  if (row && i < inputs_of(*row).size()) return inputs_of(*row)[i];
  return count == 1 ? "x" : std::string(1, char('a' + i % 26));
}

// The last element off by a quarter of the largest, as a mistake at a border is.
Tensor with_mistake(const Tensor& gradient) {
  if (!gradient.defined() || gradient.count() == 0) return gradient;
  std::vector<double> v = gradient.doubles();
  double largest = 0.5;
  for (const double x : v) largest = std::max(largest, std::abs(x));
  v.back() += largest / 4;
  return Tensor::from(v, gradient.shape(), Device::reference).to(gradient.dtype()).to(gradient.device());
}

// "i" of "i=3"
std::string loop_of(const std::string& iteration) { return iteration.substr(0, iteration.rfind('=')); }

const OpRow* row_of(std::string_view op) {
  const auto at = registered_ops().find(std::string(op));
  return at == registered_ops().end() ? nullptr : &at->second;
}

std::string kernels_of(const OpRow& row, Device device) {
  std::string out;
  for (const Slot* slot : row.slots)
    if (slot->has(device)) out += text(out.empty() ? "" : " ", slot->name());
  return out;
}

}  // namespace

Limits Limits::of_a_network() {
  constexpr ptrdiff_t any = std::numeric_limits<ptrdiff_t>::max() / 2;
  return {.elements = any, .all_elements = any, .seconds = 1e9, .statistics = true, .clock = true};
}

Recorder::Recorder(const Limits& limits) : limits_(limits), began_(now()) {
  if (limits.clock)
    clock_.emplace([this](std::string_view, std::string_view, Pass, double seconds) { op_seconds_ = seconds; });
}

// A copy in host memory that later writes do not reach; or its statistics, and nothing.
Tensor Recorder::kept(const Tensor& t, std::optional<Statistics>* statistics) {
  if (limits_.statistics && t.count() != 1) {
    if (statistics) *statistics = statistics_of(t);
    return {};
  }
  const Tensor plain = t.detach().host();
  return plain.storage() == t.storage() ? plain.copy() : plain;
}

RecordedNode& Recorder::add(RecordedNode node, const Tensor& handle) {
  if (out_.nodes.size() >= limits_.nodes)
    throw ValueError(text("the program makes more than ", limits_.nodes, " nodes; shorten its loops"));
  node.id = int(out_.nodes.size());
  if (node.place.line == 1 && node.place.column == 1) node.place = place_;
  node.iteration = iteration_;
  node.value = kept(handle, &node.statistics);
  node.shape = handle.shape();
  node.layout = handle.layout().name();
  by_handle_[handle.identity()] = node.id;
  if (handle.node()) by_birth_[handle.node()->born] = node.id;
  handles_.push_back(handle);
  out_.nodes.push_back(std::move(node));
  return out_.nodes.back();
}

int Recorder::id_of(const Tensor& t) const {
  const auto at = by_handle_.find(t.identity());
  return t.defined() && at != by_handle_.end() ? at->second : -1;
}

Tensor Recorder::grad_of(const Tensor& t) const {
  const int id = id_of(t);
  return id < 0 ? Tensor() : out_.nodes[size_t(id)].grad;
}

int Recorder::leaf(const Tensor& t, const std::string& name) {
  if (const int known = id_of(t); known >= 0) return known;
  const bool wanted = t.requires_grad();
  RecordedNode node{.kind = wanted ? RecordedNode::Kind::leaf : RecordedNode::Kind::constant,
                    .op = wanted ? "leaf" : "const",
                    .scope = Scope::path(),
                    .wants_grad = wanted};
  add(std::move(node), t);
  if (!name.empty()) this->name(t, name);
  return id_of(t);
}

void Recorder::name(const Tensor& t, const std::string& name) {
  if (silent_) return;
  RecordedNode& node = out_.nodes[size_t(leaf(t, ""))];
  out_.names.emplace_back(name, node.id);
  if (!node.name.empty()) return;  // the first name stays: b = a is no new value
  node.name = name;
  node.version = ++versions_[name];
}

RecordedInput Recorder::input(const Tensor& t, const std::string& name, bool as_number) {
  if (!t.defined()) return {name, -1, {}};
  if (const int known = id_of(t); known >= 0) return {name, known, {}};
  if (as_number && t.count() == 1 && t.shape().rank() == 0 && !t.requires_grad() && t.name().empty())
    return {name, -1, kept(t)};
  return {name, leaf(t, t.name()), {}};
}

std::vector<RecordedInput> Recorder::inputs_of(std::string_view op, Inputs in) {
  const OpRow* row = row_of(op);
  const auto given = [&](const std::string& name, const Tensor& t) {
    for (const auto& [other, tensor] : site_.inputs)
      if (other == name) return tensor.defined() && tensor.same_as(t);
    return false;
  };
  std::vector<RecordedInput> out;
  for (size_t i = 0; i < in.size(); ++i) {
    std::string name = input_name(row, i, in.size());
    if (site_.row == op && !given(name, in[i]))
      for (const auto& [other, tensor] : site_.inputs)
        if (given(other, in[i])) name = other;
    out.push_back(input(in[i], name, true));
  }
  return out;
}

// Which of its tensors an op keeps: an input, its result, or something made of them.
void Recorder::keep_saved(RecordedNode& node, Inputs in, const Tensor& y) {
  const Saved& saved = y.node()->saved;
  for (size_t k = 0; k < saved.size(); ++k) {
    const Tensor& t = saved[k];
    if (!t.defined()) continue;
    std::string name = t.storage() == y.storage() ? "y" : "";
    for (size_t i = 0; i < in.size() && name.empty(); ++i)
      if (in[i].defined() && in[i].storage() == t.storage()) name = node.inputs[i].name;
    if (name.empty()) name = intermediate_result;
    const int storage = storages_.emplace(t.storage().get(), int(storages_.size())).first->second;
    node.saved.push_back({name, t.shape(), t.storage()->bytes(), storage});
  }
  node.bytes = saved.bytes();
}

void Recorder::before(const Op& op, Inputs, const Shape& result) {
  if (result.count() > limits_.elements)
    throw ValueError(text(op.name(), ": its result ", result, " has more than ", limits_.elements,
                          " elements; the explorer is for small tensors"));
  check_time();
  if (!silent_) count_elements(result.count());
}

void Recorder::count_elements(ptrdiff_t more) {
  elements_ += more;
  if (elements_ > limits_.all_elements)
    throw ValueError(text("all values and gradients of the program have more than ", limits_.all_elements,
                          " elements together; use smaller tensors or fewer repetitions"));
}

void Recorder::begin_time() { began_ = now(); }

void Recorder::check_time() const {
  if (now() - began_ > limits_.seconds)
    throw ValueError(text("the program runs longer than ", limits_.seconds, " seconds; make it smaller"));
}

void Recorder::after(const Op& op, Inputs in, const Tensor& y) {
  if (silent_) return;
  const bool own = site_.row == op.name();
  RecordedNode node{.op = std::string(op.name()),
                    .arguments = own ? site_.arguments : "",
                    .scope = Scope::path(),
                    .wants_grad = y.node() != nullptr,
                    .place = site_.row.empty() ? place_ : site_.place,
                    .graph = y.node()};
  node.inputs = inputs_of(op.name(), in);
  if (y.node()) keep_saved(node, in, y);
  const OpRow* row = row_of(op.name());
  if (row) {
    node.source = row->place;
    node.kernels = kernels_of(*row, y.device());
  }
  if (limits_.clock) node.seconds = Seconds{.forward = op_seconds_};
  const bool own_rule = rules_.contains(node.op);
  for (size_t i = 0; y.node() && i < in.size(); ++i) {
    if (!y.node()->inputs[i].needs_grad()) continue;
    std::string rule;
    if (row) rule = rule_with_arguments(*row, back_of(*row, node.inputs[i].name), node.arguments);
    node.rules.push_back({i, own_rule ? "your rule" : rule});
  }
  add(std::move(node), y);
  if (!y.name().empty()) name(y, y.name());
}

void Recorder::note(const std::string& op, const std::vector<Tensor>& in, const Tensor& y) {
  if (silent_) return;
  RecordedNode node{.kind = RecordedNode::Kind::constant, .op = op, .scope = Scope::path()};
  for (size_t i = 0; i < in.size(); ++i) node.inputs.push_back(input(in[i], std::string(1, char('a' + i)), true));
  add(std::move(node), y);
}

void Recorder::arrive(int to, Contribution contribution) {
  if (contribution.value.defined()) count_elements(contribution.value.count());
  contribution.arrival = arrivals_++;
  contribution.call = int(out_.calls.size()) - 1;
  out_.nodes[size_t(to)].contributions.push_back(std::move(contribution));
}

void Recorder::begin_backward(const Tensor& y, const Tensor& seed) {
  if (silent_) return;
  announced_ = true;
  const int id = leaf(y, y.name());
  const Tensor one = seed.defined() ? kept(seed) : Tensor::full(y.shape(), 1, y.dtype(), y.device()).host();
  out_.calls.push_back({id, one, place_});
  out_.events.push_back({Event::Kind::backward, id, int(out_.nodes.size()), "", place_});
  for (RecordedNode& node : out_.nodes)
    if (node.kind == RecordedNode::Kind::op) node.grad = {};  // those of an earlier call were passed on
  arrive(id, {.value = one});
}

void Recorder::end_backward() {
  announced_ = false;
  take_leaf_gradients();
}

void Recorder::take_leaf_gradients() {
  const int call = int(out_.calls.size()) - 1;
  for (const Tensor& handle : handles_) {
    RecordedNode& node = out_.nodes[size_t(id_of(handle))];
    const bool touched = !node.contributions.empty() && node.contributions.back().call == call;
    if (node.kind == RecordedNode::Kind::leaf && touched && handle.grad().defined())
      node.grad = kept(handle.grad(), &node.grad_statistics);
  }
}

void Recorder::use_rule(const std::string& op, Rule rule) {
  rules_[op] = std::move(rule);
  if (std::find(out_.own_rules.begin(), out_.own_rules.end(), op) == out_.own_rules.end()) out_.own_rules.push_back(op);
}

bool Recorder::by_rule(int node, const Tensor& dy, Tensors& dx) {
  const auto rule = rules_.find(out_.nodes[size_t(node)].op);
  if (rule == rules_.end()) return false;
  const Silence silence(*this);
  rule->second(out_.nodes[size_t(node)], dy, dx);
  return true;
}

void Recorder::back(const Node& node, const Tensor& dy, Tensors& dx) {
  const auto at = by_birth_.find(node.born);
  if (silent_ || at == by_birth_.end()) return;
  if (!announced_ && node.born >= last_born_) {  // a walk goes to ever older nodes, so here another begins
    out_.calls.push_back({at->second, kept(dy), place_});
    out_.events.push_back({Event::Kind::backward, at->second, int(out_.nodes.size()), "", place_});
    arrive(at->second, {.value = kept(dy)});
  }
  last_born_ = node.born;
  RecordedNode& recorded = out_.nodes[size_t(at->second)];
  recorded.grad = kept(dy, &recorded.grad_statistics);
  if (recorded.seconds) recorded.seconds->backward += op_seconds_;
  by_rule(at->second, dy, dx);
  if (broken_ == node.op->name())
    for (Tensor& gradient : dx) gradient = with_mistake(gradient);
  const RecordedNode& from = out_.nodes[size_t(at->second)];
  for (size_t i = 0; i < dx.size(); ++i) {
    if (!dx[i].defined() || !node.inputs[i].needs_grad() || from.inputs[i].node < 0) continue;
    Contribution sent{.from = from.id, .input = i, .value = kept(dx[i])};
    if (sent.value.defined()) sent.numbers = rule_with_numbers(out_, from, i, dy, dx[i], limits_.digits);
    arrive(from.inputs[i].node, std::move(sent));
  }
}

void Recorder::zero_grad(const Tensor& leaf) {
  const int id = id_of(leaf);
  if (id < 0) return;
  out_.nodes[size_t(id)].grad = {};
  for (size_t i = 0; i < handles_.size(); ++i) {
    if (handles_[i].identity() != leaf.identity()) continue;  // as it was before a step, too
    for (Contribution& c : out_.nodes[i].contributions) c.cleared = true;
  }
  out_.events.push_back({Event::Kind::zero_grad, id, int(out_.nodes.size()), "", place_});
}

void Recorder::step(const Tensor& leaf, const std::string& name) {
  const int before = id_of(leaf);
  by_handle_.erase(leaf.identity());
  const int id = this->leaf(leaf, "");
  RecordedNode& node = out_.nodes[size_t(id)];
  node.name = before < 0 || out_.nodes[size_t(before)].name.empty() ? name : out_.nodes[size_t(before)].name;
  node.version = ++versions_[node.name];
  out_.names.emplace_back(node.name, id);
  if (leaf.grad().defined()) node.grad = kept(leaf.grad(), &node.grad_statistics);
  out_.events.push_back({Event::Kind::step, id, int(out_.nodes.size()), "", place_});
}

void Recorder::print(const std::string& words) {
  printed_ += words.size();
  if (printed_ > limits_.printed)
    throw ValueError(text("the program prints more than ", limits_.printed, " characters"));
  out_.events.push_back({Event::Kind::print, -1, int(out_.nodes.size()), words, place_});
}

const Recording& Recorder::recording() {
  take_leaf_gradients();
  last_iteration_.clear();
  for (const RecordedNode& node : out_.nodes)
    if (!node.iteration.empty()) last_iteration_[loop_of(node.iteration)] = node.iteration;
  for (RecordedNode& node : out_.nodes) {
    const auto last = last_iteration_.find(loop_of(node.iteration));
    node.latest = node.iteration.empty() || last == last_iteration_.end() || last->second == node.iteration;
    const bool strange = node.statistics ? node.statistics->not_finite > 0 : !is_finite(node.value);
    if (out_.first_not_finite < 0 && strange) out_.first_not_finite = node.id;
  }
  return out_;
}

}  // namespace skew::explorer
