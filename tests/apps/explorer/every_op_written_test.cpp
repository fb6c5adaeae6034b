// Driven by the registry: every op and every loss, at each of its samples, is written as a program, recorded, drawn,
// taken apart and checked; a mistake planted in its way back is found and named. A new op needs no line here.
#include <nlohmann/json.hpp>

#include "apps/explorer/picture.h"
#include "apps/explorer/routes.h"
#include "apps/explorer/views.h"
#include "core/error.h"
#include "tests/apps/explorer/programs.h"
#include "apps/op_trials/op_samples.h"

using namespace skew;
using namespace skew::explorer;

namespace {

std::string literal(const std::vector<double>& v, const Shape& shape, int axis, size_t first) {
  if (axis == shape.rank()) return shortest(v[first]);
  std::vector<std::string> rows;
  const ptrdiff_t step = shape.count(axis + 1, shape.rank());
  for (ptrdiff_t i = 0; i < shape[axis]; ++i) rows.push_back(literal(v, shape, axis + 1, first + size_t(i * step)));
  return "[" + joined(rows) + "]";
}

// A tensor as it is written: lists within lists; without elements, its shape.
std::string written(const Tensor& t) {
  if (t.count() > 0) return literal(t.doubles(), t.shape(), 0, 0);
  std::vector<std::string> lengths;
  for (const ptrdiff_t length : t.shape()) lengths.push_back(std::to_string(length));
  return "zeros(" + joined(lengths) + ")";
}

// "kernel=[3,3], mode=\"max\"", from what Args prints: name=value, lists in brackets.
std::string written(const Args& args) {
  std::vector<std::string> out;
  std::string text = args.print();
  while (!text.empty()) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    text.erase(0, equals + 1);
    const size_t end = text.starts_with('[') ? text.find(']') + 1 : text.find(' ');
    std::string value = text.substr(0, end);
    text.erase(0, std::min(text.size(), end == text.npos ? text.size() : end));
    if (text.starts_with(' ')) text.erase(0, 1);
    if (name == "same") continue;
    if (value == "true") value = "True";
    else if (value == "false") value = "False";
    else if (value == "null") value = "None";
    else if (value == "inf" || value == "-inf") value = "float(\"" + value + "\")";
    else if (!value.starts_with('[') && !parse_number(value)) value = "\"" + value + "\"";
    out.push_back(name + "=" + value);
  }
  return joined(out, ", ");
}

bool differentiable(const OpRow& row, const std::string& input) {
  return std::find(row.differentiable.begin(), row.differentiable.end(), input) != row.differentiable.end();
}

struct Written {
  std::string program;
  std::vector<std::string> leaves;
};

// x = param([…]); y = op(x=x, …); its elements weighted and summed; the way back.
Written program_of(const OpRow& row, const Sample& sample, uint64_t seed) {
  Written out;
  const NamedTensors in = make_inputs(sample, Device::reference, seed);
  const bool same = sample.args.flag("same", false);
  std::vector<std::string> words;
  for (const auto& [name, t] : in) {
    const bool leaf = differentiable(row, name) && is_floating(t.dtype());
    out.program += "in_" + name + " = " + (leaf ? "param(" : "tensor(") + written(t) + ")\n";
    if (leaf) out.leaves.push_back("in_" + name);
    words.push_back((same ? "" : name + "=") + "in_" + name);
    if (same) words.push_back("in_" + name);
  }
  if (const std::string args = written(sample.args); !args.empty()) words.push_back(args);
  out.program += "y = " + row.name + "(" + joined(words, ", ") + ")\n";
  return out;
}

// Weights that differ from element to element, so that no gradient hides behind another.
std::string weighted_sum(const Tensor& y) {
  std::vector<double> k(size_t(y.count()));
  for (size_t i = 0; i < k.size(); ++i) k[i] = 1 + 0.5 * std::sin(double(i) + 1);
  return "L = sum(y * " + written(Tensor::from(k, y.shape(), Device::reference)) + ")\nL.backward()\n";
}

}  // namespace

TEST_CASE("every row says its way back, its inputs and its arguments") {
  for (const auto& [name, row] : registered_ops()) {
    INFO(name);
    CHECK_FALSE(inputs_of(row).empty());
    for (const std::string& input : row.differentiable)
      if (std::find(inputs_of(row).begin(), inputs_of(row).end(), input) != inputs_of(row).end()) {
        INFO(input);
        CHECK_FALSE(back_of(row, input).empty());
      }
    for (const auto& [input, rule] : row.back) CHECK(differentiable(row, input));
    // the op knows these arguments, and no others: the message for a wrong one lists them
    NamedTensors in;
    const auto& samples = samples_of(row).samples;
    REQUIRE_FALSE(samples.empty());
    try {
      Args args = samples[0].args;
      args.set("no_such_argument", 1.0);
      row.run(make_inputs(samples[0], Device::reference, 1), args);
      FAIL("was not refused");
    } catch (const Error& error) {
      const std::string message = error.what();
      for (const FieldInfo& argument : row.arguments) {
        INFO(message);
        CHECK(message.find(argument.name) != std::string::npos);
      }
    }
  }
}

TEST_CASE("every op can be written, recorded, drawn, taken apart and checked") {
  size_t programs = 0, checked = 0, routes = 0;
  for (const auto& [name, row] : registered_ops()) {
    uint64_t seed = 1;
    for (const Sample& sample : samples_of(row).samples) {
      Written w = program_of(row, sample, seed);
      const NamedTensors in = make_inputs(sample, Device::reference, seed++);
      const Tensor direct = row.run(in, sample.args).at("y");
      if (is_floating(direct.dtype()) && !w.leaves.empty()) w.program += weighted_sum(direct);
      INFO(w.program);
      Recording r = ran(w.program);
      ++programs;
      const RecordedNode& y = r.nodes[size_t(r.find("y"))];
      CHECK(y.value.shape() == direct.shape());
      const std::vector<double> a = y.value.doubles(), b = direct.doubles();
      for (size_t i = 0; i < a.size(); ++i) CHECK((a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))));
      check_leaves(r);
      for (const LeafCheck& c : r.check) {
        INFO(r.nodes[size_t(c.node)].name << '[' << c.at << "] " << c.gradient << " " << c.difference);
        CHECK(c.ok);
        checked += size_t(c.checked);
      }
      for (const LeafCheck& c : r.check) {
        const Explanation e = explain(r, r.nodes[size_t(c.node)].name);
        CHECK(e.error <= 1e-12);
        ++routes;
      }
      const std::string svg = graph_svg(r, {.numbers = Numbers::always});
      CHECK(svg.find(y.op) != std::string::npos);
      const auto json = nlohmann::json::parse(json_text(r));
      CHECK(json["nodes"].size() == r.nodes.size());
      CHECK(json["check"].size() == r.check.size());
      CHECK_FALSE(table_text(r).empty());
      CHECK(dot_text(r).starts_with("digraph"));
    }
  }
  std::printf("explorer: %zu programs of %zu ops, %zu derivatives, %zu explanations\n", programs,
              registered_ops().size(), checked, routes);
}

TEST_CASE("a mistake planted in the way back of each op is found and named") {
  size_t planted = 0;
  for (const auto& [name, row] : registered_ops()) {
    bool found = row.differentiable.empty();  // argmax has no way back
    uint64_t seed = 1;
    for (const Sample& sample : samples_of(row).samples) {
      Written w = program_of(row, sample, seed);
      const Tensor direct = row.run(make_inputs(sample, Device::reference, seed++), sample.args).at("y");
      if (!is_floating(direct.dtype()) || w.leaves.empty() || direct.count() == 0) continue;
      w.program += weighted_sum(direct);
      const Recording plain = ran(w.program);
      // the op itself, or those that it is composed of (the last line but one of the program)
      std::vector<std::string> ops;
      for (const RecordedNode& node : plain.nodes)
        if (node.graph && node.place.line == int(sample.inputs.size()) + 1) ops.push_back(node.op);
      for (const std::string& op : ops) {
        Recording r = ran(w.program, {.broken_op = op});
        check_leaves(r);
        name_culprits(r);
        if (all_ok(r)) continue;  // a sample whose inputs have no elements
        ++planted;
        bool named = false;
        for (const RuleCheck& c : r.rules) named |= c.op == op && c.at >= 0;
        INFO(w.program << "broken: " << op);
        CHECK(named);
        found = true;
      }
      if (found) break;
    }
    INFO(name);
    CHECK(found);
  }
  std::printf("explorer: %zu mistakes planted and found\n", planted);
}
