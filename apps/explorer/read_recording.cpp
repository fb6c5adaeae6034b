// Reading by nlohmann's parser, which here never throws: the module has no exceptions.
#include "apps/explorer/read_recording.h"

#include <cmath>
#include <limits>
#define JSON_HAS_FILESYSTEM 0  // the module's library has none
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace skew::explorer {
namespace {

using Json = nlohmann::json;

[[noreturn]] void no_recording(const char* what) {
  throw ValueError(text("this text is no recording: ", what, "; `skew autograd run … --json` writes one"));
}

const Json& member(const Json& of, const char* name) {
  static const Json none;
  if (!of.is_object()) return none;
  const auto at = of.find(name);
  return at == of.end() ? none : *at;
}
const Json& list(const Json& of, const char* name) {
  static const Json none = Json::array();
  const Json& found = member(of, name);
  return found.is_array() ? found : none;
}
double number_in(const Json& j) {
  if (j.is_number()) return j.get<double>();
  if (j == "inf") return std::numeric_limits<double>::infinity();
  if (j == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nan("");
}
int whole(const Json& of, const char* name, int otherwise = 0) {
  const Json& j = member(of, name);
  const double v = j.is_number() ? j.get<double>() : otherwise;
  return std::abs(v) < 2e9 ? int(v) : otherwise;
}
std::string words_in(const Json& of, const char* name) {
  const Json& j = member(of, name);
  return j.is_string() ? j.get<std::string>() : std::string();
}
bool flag(const Json& of, const char* name, bool otherwise = false) {
  const Json& j = member(of, name);
  return j.is_boolean() ? j.get<bool>() : otherwise;
}

Shape shape_in(const Json& of) {
  std::vector<ptrdiff_t> lengths;
  for (const Json& length : list(of, "shape")) {
    if (!length.is_number() || length.get<double>() < 0 || length.get<double>() > 1e9) no_recording("a shape is none");
    lengths.push_back(ptrdiff_t(length.get<double>()));
  }
  if (lengths.size() > size_t(Shape::max_rank)) no_recording("a shape has too many axes");
  return Shape(std::span<const ptrdiff_t>(lengths));
}

void flatten_into(std::vector<double>& out, const Json& j) {
  if (!j.is_array()) return out.push_back(number_in(j));
  for (const Json& item : j) flatten_into(out, item);
}

// Undefined for null, and for values that were left out because there are many.
Tensor tensor_in(const Json& of, const char* name, const Shape& shape) {
  const Json& j = member(of, name);
  if (!j.is_array() && !j.is_number() && !j.is_string()) return {};
  std::vector<double> values;
  flatten_into(values, j);
  if (ptrdiff_t(values.size()) != shape.count()) return {};
  return Tensor::from(values, shape, Device::reference);
}

std::optional<Statistics> statistics_in(const Json& of, const char* name) {
  const Json& j = member(of, name);
  if (!j.is_object()) return {};
  const auto count = [&](const char* what) { return int64_t(std::max(0., number_in(member(j, what)))); };
  Statistics s{.count = count("count"), .not_finite = count("not_finite"), .zeros = count("zeros")};
  s.least = number_in(member(j, "least"));
  s.most = number_in(member(j, "most"));
  s.mean = number_in(member(j, "mean"));
  s.deviation = number_in(member(j, "deviation"));
  s.rms = number_in(member(j, "rms"));
  const Json& bins = list(j, "bins");
  if (bins.size() != s.bins.size()) no_recording("a histogram has another number of bins");
  for (size_t i = 0; i < s.bins.size(); ++i) s.bins[i] = int64_t(std::max(0., number_in(bins[i])));
  return s;
}

// c₂₁ is the 21st value of c.
int version_in(const std::string& label, const std::string& name) {
  int version = 0;
  for (size_t at = name.size() + 2; label.starts_with(name) && at < label.size() && version < 100000000; at += 3)
    version = 10 * version + (label[at] & 15);
  return std::max(1, version);
}

class Reader {
 public:
  Recording read(const Json& json) {
    const Json& nodes = list(json, "nodes");
    if (!json.is_object() || !member(json, "nodes").is_array()) no_recording("it has no nodes");
    for (const Json& node : nodes) read_node(node);
    for (const Json& j : nodes) read_arrivals(j);
    for (const Json& j : list(json, "events")) read_event(j);
    for (const Json& j : list(json, "check"))
      out_.check.push_back({.node = known(whole(j, "leaf")),
                            .call = whole(j, "call"),
                            .checked = whole(j, "checked"),
                            .elements = whole(j, "elements"),
                            .worst = number_in(member(j, "worst")),
                            .at = whole(j, "at"),
                            .gradient = number_in(member(j, "gradient")),
                            .difference = number_in(member(j, "difference")),
                            .ok = flag(j, "ok", true),
                            .kink = flag(j, "kink")});
    if (const std::string device = words_in(json, "device"); !device.empty()) out_.device = device;
    out_.library = words_in(json, "library");
    out_.title = words_in(json, "title");
    out_.first_not_finite = whole(json, "not_finite", -1);
    if (const Json& error = member(json, "error"); error.is_object()) {
      out_.failed = true;
      out_.problem.message = words_in(error, "message");
      out_.problem.op = words_in(error, "op");
      out_.problem.place = place(error);
      for (const Json& id : list(error, "inputs"))
        if (id.is_number()) out_.problem.inputs.push_back(known(id.get<int>()));
    }
    return std::move(out_);
  }

 private:
  static Place place(const Json& j) { return {whole(j, "line", 1), whole(j, "column", 1)}; }
  int known(int id) const {
    if (id < 0 || size_t(id) >= out_.nodes.size()) no_recording("it speaks of a node that is not there");
    return id;
  }

  void read_node(const Json& j) {
    RecordedNode node{.id = int(out_.nodes.size()), .op = words_in(j, "op")};
    if (whole(j, "id", -1) != node.id) no_recording("its nodes are not numbered in their order");
    if (node.op == "leaf") node.kind = RecordedNode::Kind::leaf;
    if (node.op == "const") node.kind = RecordedNode::Kind::constant;
    node.name = words_in(j, "name");
    node.version = version_in(words_in(j, "label"), node.name);
    node.arguments = words_in(j, "arguments");
    node.scope = words_in(j, "scope");
    node.iteration = words_in(j, "iteration");
    node.latest = flag(j, "latest", true);
    node.wants_grad = flag(j, "wants_grad");
    node.shape = shape_in(j);
    node.value = tensor_in(j, "value", node.shape);
    node.grad = tensor_in(j, "grad", node.shape);
    node.bytes = size_t(std::max(0., number_in(member(j, "bytes"))));
    node.place = place(j);
    node.layout = words_in(j, "layout");
    node.kernels = words_in(j, "kernels");
    node.source = words_in(j, "source");
    node.statistics = statistics_in(j, "statistics");
    node.grad_statistics = statistics_in(j, "grad_statistics");
    if (const Json& times = list(j, "seconds"); times.size() == 2)
      node.seconds = Seconds{number_in(times[0]), number_in(times[1])};
    const Json &inputs = list(j, "inputs"), &names = list(j, "input_names");
    for (size_t i = 0; i < inputs.size(); ++i) {
      RecordedInput in{i < names.size() && names[i].is_string() ? names[i].get<std::string>() : "", -1, {}};
      if (inputs[i].is_number()) in.node = known(inputs[i].get<int>());
      else in.number = tensor_in(inputs[i], "number", Shape{});
      node.inputs.push_back(std::move(in));
    }
    for (const Json& saved : list(j, "saved"))
      node.saved.push_back({words_in(saved, "name"), shape_in(saved),
                            size_t(std::max(0., number_in(member(saved, "bytes")))), whole(saved, "storage", -1)});
    for (const Json& rule : list(j, "rules"))
      if (const int input = whole(rule, "input"); input >= 0 && size_t(input) < node.inputs.size())
        node.rules.push_back({size_t(input), words_in(rule, "rule")});
    if (!node.name.empty()) out_.names.emplace_back(node.name, node.id);
    out_.nodes.push_back(std::move(node));
  }

  void read_arrivals(const Json& j) {
    RecordedNode& node = out_.nodes[size_t(whole(j, "id"))];
    for (const Json& c : list(j, "contributions")) {
      Contribution arrived{.from = whole(c, "from", -1),
                           .input = size_t(std::max(0, whole(c, "input"))),
                           .call = whole(c, "call"),
                           .arrival = whole(c, "order"),
                           .cleared = flag(c, "cleared"),
                           .value = tensor_in(c, "value", node.shape),
                           .numbers = words_in(c, "numbers")};
      if (arrived.from >= 0) known(arrived.from);
      node.contributions.push_back(std::move(arrived));
    }
  }

  void read_event(const Json& j) {
    constexpr const char* kinds[] = {"backward", "zero_grad", "step", "print"};
    Event event{Event::Kind::print, whole(j, "node", -1), whole(j, "nodes"), words_in(j, "words"), place(j)};
    for (int k = 0; k < 4; ++k)
      if (words_in(j, "kind") == kinds[k]) event.kind = Event::Kind(k);
    if (event.kind == Event::Kind::backward) out_.calls.push_back({known(event.node), {}, event.place});
    out_.events.push_back(std::move(event));
  }

  Recording out_;
};

}  // namespace

Recording read_recording(std::string_view json) {
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
  if (parsed.is_discarded()) no_recording("it is no JSON");
  return Reader().read(parsed);
}

}  // namespace skew::explorer
