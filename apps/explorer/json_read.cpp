// A recording from the JSON that json_view.cpp writes, as far as a traced step has it: the page reads what the program
// wrote.
#include <nlohmann/json.hpp>

#include "apps/explorer/views.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

using Json = nlohmann::json;
using Kind = RecordedNode::Kind;

// Throws ValueError; the library's own exceptions are off where the module is compiled.
[[noreturn]] void refuse(const std::string& what) { throw ValueError("this recording cannot be read: " + what); }

const Json& member(const Json& from, const char* name, Json::value_t type) {
  const auto at = from.find(name);
  if (at == from.end() || at->type() != type) refuse(text("expected ", name));
  return *at;
}
std::string words(const Json& from, const char* name) {
  return member(from, name, Json::value_t::string).get_ref<const std::string&>();
}
const Json& list(const Json& from, const char* name) { return member(from, name, Json::value_t::array); }
double number(const Json& value) {
  if (!value.is_number()) refuse("expected a number");
  return value.get<double>();
}
double number(const Json& from, const char* name) {
  const auto at = from.find(name);
  if (at == from.end()) refuse(text("expected ", name));
  return number(*at);
}
bool flag(const Json& from, const char* name) { return member(from, name, Json::value_t::boolean).get<bool>(); }

// A whole number of [low, high).
int index(const Json& value, size_t high, int low = 0) {
  const double v = number(value);
  if (!(v >= low && v < double(high)) || v != double(int(v))) refuse(text("no such node or input: ", v));
  return int(v);
}

Shape shape_of(const Json& from) {
  std::vector<ptrdiff_t> lengths;
  for (const Json& length : list(from, "shape")) lengths.push_back(index(length, size_t(1) << 31));
  return Shape(lengths);
}

// A number; undefined where there was more than one element.
Tensor scalar(const Json& from, const char* name, const Shape& shape) {
  const auto at = from.find(name);
  if (at == from.end() || at->is_null()) return {};
  const Json* value = &*at;
  while (value->is_array() && value->size() == 1) value = &(*value)[0];
  if (value->is_string()) return Tensor::full(shape, NAN, DType::float64, Device::reference);
  return Tensor::full(shape, number(*value), DType::float64, Device::reference);
}

std::optional<Statistics> statistics(const Json& node, const char* name) {
  const auto at = node.find(name);
  if (at == node.end() || !at->is_object()) return {};
  Statistics s;
  s.count = int64_t(number(*at, "count"));
  s.not_finite = int64_t(number(*at, "not_finite"));
  s.zeros = int64_t(number(*at, "zeros"));
  s.least = number(*at, "least");
  s.most = number(*at, "most");
  s.mean = number(*at, "mean");
  s.deviation = number(*at, "deviation");
  s.rms = number(*at, "rms");
  const Json& bins = list(*at, "bins");
  if (bins.size() != s.bins.size()) refuse("expected so many bins as this version has");
  for (size_t i = 0; i < bins.size(); ++i) s.bins[i] = int64_t(number(bins[i]));
  return s;
}

void read_inputs(const Json& from, RecordedNode& node) {
  const Json &inputs = list(from, "inputs"), &names = list(from, "input_names");
  if (inputs.size() != names.size()) refuse("inputs without names");
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!names[i].is_string()) refuse("inputs without names");
    RecordedInput in{.name = names[i].get_ref<const std::string&>()};
    if (inputs[i].is_object()) in.number = scalar(inputs[i], "number", {});
    else in.node = index(inputs[i], size_t(node.id));
    node.inputs.push_back(std::move(in));
  }
}

RecordedNode read_node(const Json& from, int id, size_t count) {
  RecordedNode node{.id = id};
  node.op = words(from, "op");
  node.kind = node.op == "leaf" ? Kind::leaf : node.op == "const" ? Kind::constant : Kind::op;
  node.name = words(from, "name");
  node.arguments = words(from, "arguments");
  node.scope = words(from, "scope");
  node.shape = shape_of(from);
  node.value = scalar(from, "value", node.shape);
  node.grad = scalar(from, "grad", node.shape);
  node.wants_grad = flag(from, "wants_grad");
  node.layout = words(from, "layout");
  node.kernels = words(from, "kernels");
  node.source = words(from, "source");
  node.bytes = size_t(number(from, "bytes"));
  node.statistics = statistics(from, "statistics");
  node.grad_statistics = statistics(from, "grad_statistics");
  if (const auto at = from.find("seconds"); at != from.end() && at->is_array() && at->size() == 2)
    node.seconds = Seconds{number((*at)[0]), number((*at)[1])};
  read_inputs(from, node);
  for (const Json& saved : list(from, "saved"))
    node.saved.push_back({words(saved, "name"), shape_of(saved), size_t(number(saved, "bytes"))});
  for (const Json& rule : list(from, "rules"))
    node.rules.push_back({size_t(index(rule.at("input"), node.inputs.size())), words(rule, "rule")});
  for (const Json& c : list(from, "contributions")) {
    Contribution sent{.input = size_t(number(c, "input")), .arrival = int(number(c, "order"))};
    if (!c.at("from").is_string()) sent.from = index(c.at("from"), count);
    sent.value = scalar(c, "value", node.shape);
    sent.numbers = words(c, "numbers");
    node.contributions.push_back(std::move(sent));
  }
  return node;
}

}  // namespace

Recording recording_of(const std::string& json) {
  const Json from = Json::parse(json, nullptr, false);
  if (!from.is_object()) refuse("it is no JSON object");
  Recording out;
  out.device = words(from, "device");
  if (from.contains("library")) out.library = words(from, "library");
  if (from.contains("title")) out.title = words(from, "title");
  const Json& nodes = list(from, "nodes");
  for (const Json& node : nodes) {
    out.nodes.push_back(read_node(node, int(out.nodes.size()), nodes.size()));
    if (!out.nodes.back().name.empty()) out.names.emplace_back(out.nodes.back().name, out.nodes.back().id);
  }
  for (const Json& event : list(from, "events")) {
    if (words(event, "kind") != "backward") continue;
    const int node = index(event.at("node"), nodes.size());
    out.calls.push_back({node, {}, {}});
    out.events.push_back({Event::Kind::backward, node, index(event.at("nodes"), nodes.size() + 1), "", {}});
  }
  out.first_not_finite = index(from.at("not_finite"), nodes.size(), -1);
  return out;
}

}  // namespace skew::explorer
