// Names, literals, statements.
#include "apps/explorer/as_cpp.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "core/registry.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

constexpr const char* opening =
    R"(// Written by skew's autograd explorer. With an installed skew (cmake --install), its CMakeLists.txt says
//   find_package(skew REQUIRED)
//   target_link_libraries(program PRIVATE skew::skew)
#include <iostream>
#include <string>
#include <vector>

#include "core/backward.h"
#include "core/registry.h"
#include "ops/operators.h"

using namespace skew;

// Row-major numbers, in double on the reference device.
static Tensor tensor(const std::vector<double>& values, const Shape& shape) {
  return Tensor::from(values, shape, Device::reference);
}
// An op by its name: what it is given, then its arguments.
[[maybe_unused]] static Tensor op(const char* name, const NamedTensors& in, const Args& args = {}) {
  return registered_ops().at(name).run(in, args).at("y");
}

int main() {
)";

constexpr const char* written_signs[][2] = {{"add", " + "}, {"sub", " - "}, {"mul", " * "}, {"div", " / "}};

// "padding=1 output=[2, 3]" as the row's arguments.
std::vector<std::pair<std::string, ArgValue>> arguments_of(const std::string& written) {
  std::vector<std::pair<std::string, ArgValue>> out;
  for (size_t at = 0; at < written.size();) {
    const size_t equals = written.find('=', at);
    if (equals == written.npos) break;
    const bool list = equals + 1 < written.size() && written[equals + 1] == '[';
    const size_t end = std::min(written.size(), list ? written.find(']', equals) + 1 : written.find(' ', equals));
    const std::string name = written.substr(at, equals - at), value = written.substr(equals + 1, end - equals - 1);
    ArgValue arg = value;
    if (list) {
      std::vector<double> numbers;
      for (const std::string& item : split_list(value.substr(1, value.size() - 2), ','))
        if (const auto number =
                parse_number(std::string_view(item).substr(std::min(item.size(), item.find_first_not_of(" ")))))
          numbers.push_back(*number);
      arg = numbers;
    } else if (value == "true" || value == "false") {
      arg = value == "true";
    } else if (const auto number = parse_number(value)) {
      arg = *number;
    }
    out.emplace_back(name, arg);
    at = std::min(written.size(), end + 1);
  }
  return out;
}

std::string number_literal(double v) {
  if (std::isnan(v)) return "NAN";
  if (std::isinf(v)) return v > 0 ? "INFINITY" : "-INFINITY";
  return shortest(v);
}
std::string list_literal(const std::vector<double>& v) {
  std::vector<std::string> items;
  for (const double x : v) items.push_back(number_literal(x));
  return "{" + joined(items) + "}";
}
std::string quoted_literal(const std::string& words) {
  std::string out = "\"";
  for (const char c : words) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return out + '"';
}
std::string argument_literal(const ArgValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value))
    return number_literal(*number) + (std::floor(*number) == *number && std::abs(*number) < 1e15 ? ".0" : "");
  if (const auto* list = std::get_if<std::vector<double>>(&value)) return "std::vector<double>" + list_literal(*list);
  if (const auto* word = std::get_if<std::string>(&value)) return "std::string(" + quoted_literal(*word) + ")";
  return "nullptr";
}
std::string shape_literal(const Shape& shape) {
  std::vector<std::string> lengths;
  for (const ptrdiff_t length : shape) lengths.push_back(std::to_string(length));
  return "Shape{" + joined(lengths) + "}";
}
std::string tensor_literal(const Tensor& t) {
  if (t.count() > most_written_elements)
    throw ValueError(text("copy as C++: a tensor of ", t.count(), " elements is too long to be written out"));
  const std::string out = "tensor(" + list_literal(t.doubles()) + ", " + shape_literal(t.shape()) + ")";
  return is_floating(t.dtype()) ? out : out + ".to(DType::int64)";
}

class CppWriter {
 public:
  explicit CppWriter(const Recording& recording) : recording_(recording) {}

  std::string write() {
    if (recording_.failed) throw ValueError("copy as C++: the program has a mistake; mend it first");
    if (!recording_.own_rules.empty())
      throw ValueError("copy as C++: rules by @backward stay here; in C++ a rule is an Op (core/op.h)");
    for (const Event& event : recording_.events)
      if (event.kind == Event::Kind::step) stepped_[event.node] = before_step(event.node);
    for (const RecordedNode& node : recording_.nodes)
      for (const RecordedInput& in : node.inputs) read_.insert(in.node);
    for (const BackwardCall& call : recording_.calls) read_.insert(call.node);
    size_t next = 0;
    for (const Event& event : recording_.events) {
      for (; next < size_t(event.nodes); ++next) put(recording_.nodes[next]);
      put(event);
    }
    for (; next < recording_.nodes.size(); ++next) put(recording_.nodes[next]);
    std::set<int> earlier;  // values that a step has taken the place of
    for (const auto& [after, before] : stepped_) earlier.insert(before);
    for (const RecordedNode& node : recording_.nodes) {
      if (node.kind != RecordedNode::Kind::leaf || earlier.contains(node.id)) continue;
      const std::string& name = names_[size_t(node.id)];
      if (stepped_.contains(node.id)) out_ += text("  std::cout << \"", name, " \" << ", name, " << '\\n';\n");
      if (node.grad.defined()) out_ += text("  std::cout << \"", name, ".grad \" << ", name, ".grad() << '\\n';\n");
    }
    return out_ + "}\n";
  }

 private:
  // A name of C++ that stands for nothing else: c₂ is c_2, what has none t7.
  std::string name_for(const RecordedNode& node) {
    std::string name = node.name.empty() ? text("t", node.id) : node.name;
    if (node.version > 1) name += text("_", node.version);
    const bool plain =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == name.npos;
    if (!plain || std::isdigit(static_cast<unsigned char>(name[0])) || name[0] == '_') name = text("t", node.id);
    static const std::set<std::string> taken = {
        "op",      "tensor",   "main",     "skew",     "std",     "alignas",  "auto",     "bool",      "break",
        "case",    "catch",    "char",     "class",    "const",   "continue", "default",  "delete",    "do",
        "double",  "else",     "enum",     "export",   "extern",  "false",    "float",    "for",       "friend",
        "goto",    "if",       "inline",   "int",      "long",    "new",      "operator", "private",   "public",
        "return",  "short",    "signed",   "sizeof",   "static",  "struct",   "switch",   "template",  "this",
        "throw",   "true",     "try",      "typedef",  "union",   "using",    "virtual",  "void",      "volatile",
        "while",   "and",      "or",       "not",      "xor",     "NAN",      "register", "protected", "namespace",
        "mutable", "explicit", "typename", "unsigned", "concept", "requires", "INFINITY"};
    if (taken.contains(name)) name += "_";
    while (!used_.insert(name).second) name += "_";
    return name;
  }

  std::string given(const RecordedInput& in, bool as_number) const {
    if (in.node >= 0) return names_[size_t(in.node)];
    if (as_number) return number_literal(in.number.item());
    return tensor_literal(in.number);
  }

  // The leaf that a step gave this value: its name's value before.
  int before_step(int id) const {
    const RecordedNode& after = recording_.nodes[size_t(id)];
    for (int k = id - 1; k >= 0; --k) {
      const RecordedNode& node = recording_.nodes[size_t(k)];
      if (node.kind == RecordedNode::Kind::leaf && node.name == after.name && node.version < after.version) return k;
    }
    throw ValueError("copy as C++: the recording does not know which leaf the step in line " +
                     std::to_string(after.place.line) + " changes");
  }

  // The number c of the fewest digits with after = before + c·grad, element by element, if there is one.
  static std::optional<double> step_size(const Tensor& before, const Tensor& after, const Tensor& grad) {
    const std::vector<double> b = before.doubles(), a = after.doubles(), g = grad.doubles();
    const auto larger = [](double x, double y) { return std::abs(x) < std::abs(y); };
    const size_t most = size_t(std::max_element(g.begin(), g.end(), larger) - g.begin());
    const double exact = g[most] == 0 ? 0 : (a[most] - b[most]) / g[most];
    const auto fits = [&](double c) {
      for (size_t i = 0; i < a.size(); ++i)
        if (!(std::abs(b[i] + c * g[i] - a[i]) <= 1e-12 * (std::abs(a[i]) + std::abs(b[i]) + std::abs(c * g[i]))))
          return false;
      return true;
    };
    for (int digits = 1; digits <= 17; ++digits) {
      std::ostringstream rounded;
      rounded.precision(digits);
      rounded << exact;
      if (const auto c = parse_number(rounded.str()); c && fits(*c)) return c;
    }
    return {};
  }

  void put_step(const RecordedNode& after) {
    const RecordedNode& before = recording_.nodes[size_t(stepped_.at(after.id))];
    const std::string& name = names_[size_t(after.id)];
    const auto size = before.grad.defined() && before.value.defined() && after.value.defined()
                          ? step_size(before.value, after.value, before.grad)
                          : std::nullopt;
    if (!size)
      throw ValueError(text("copy as C++: the step in line ", after.place.line, " moves ", after.name,
                            " by no constant times its gradient; models/optim has the steps with a memory"));
    out_ += text("  {\n    const NoGrad off;\n    ", name, ".assign(", name, ".detach() ", *size < 0 ? "- " : "+ ",
                 number_literal(std::abs(*size)), " * ", name, ".grad(), \"step\");\n  }\n");
  }

  void put(const RecordedNode& node) {
    if (const auto step = stepped_.find(node.id); step != stepped_.end()) {
      names_.push_back(names_[size_t(step->second)]);  // the same tensor, written anew
      return;
    }
    names_.push_back(name_for(node));
    const std::string& name = names_.back();
    if (!node.value.defined()) throw ValueError("copy as C++: this recording holds no values");
    if (node.kind != RecordedNode::Kind::op) {
      out_ += text("  Tensor ", name, " = ", tensor_literal(node.value), ";\n");
      if (node.kind == RecordedNode::Kind::leaf) out_ += text("  ", name, ".set_requires_grad();\n");
      return;
    }
    out_ +=
        text(read_.contains(node.id) ? "  Tensor " : "  [[maybe_unused]] Tensor ", name, " = ", call_of(node), ";\n");
  }

  std::string call_of(const RecordedNode& node) const {
    const auto row = registered_ops().find(node.op);
    const auto arguments = arguments_of(node.arguments);
    if (row == registered_ops().end() || !makes_the_same(node, row->second, arguments))
      throw ValueError(
          text("copy as C++: the recording does not know all arguments of ", node.op, " in line ", node.place.line));
    for (const auto& [op, sign] : written_signs) {
      const bool numbers = node.inputs.size() == 2 && (node.inputs[0].node >= 0 || node.inputs[1].node >= 0);
      if (node.op == op && numbers && arguments.empty())
        return given(node.inputs[0], true) + sign + given(node.inputs[1], true);
    }
    std::vector<std::string> in, args;
    for (const RecordedInput& input : node.inputs)
      if (input.node >= 0 || input.number.defined())
        in.push_back(text("{", quoted_literal(input.name), ", ", given(input, false), "}"));
    for (const auto& [key, value] : arguments)
      args.push_back(text("{", quoted_literal(key), ", ", argument_literal(value), "}"));
    std::string out = text("op(", quoted_literal(node.op), ", {", joined(in), "}");
    if (!args.empty()) out += ", {" + joined(args) + "}";
    return out + ")";
  }

  bool makes_the_same(const RecordedNode& node, const OpRow& row,
                      const std::vector<std::pair<std::string, ArgValue>>& arguments) const {
    const NoGrad off;
    NamedTensors in;
    for (const RecordedInput& input : node.inputs) {
      const Tensor& t = input.node >= 0 ? recording_.nodes[size_t(input.node)].value : input.number;
      if (t.defined()) in[input.name] = t.copy();
    }
    for (const std::string& needed : row.differentiable)  // an op that calls another under other names
      if (!in.contains(needed) && needed != "x0" && !in.contains(inputs_of(row)[0])) return false;
    for (const auto& argument : arguments) {
      const auto has = [&](const FieldInfo& field) { return field.name == argument.first; };
      if (std::none_of(row.arguments.begin(), row.arguments.end(), has)) return false;
    }
    Args args;
    for (const auto& [name, value] : arguments) args.set(name, value);
    const Tensor y = row.run(in, args).at("y");
    if (y.shape() != node.shape) return false;
    const std::vector<double> a = y.doubles(), b = node.value.doubles();
    for (size_t i = 0; i < a.size(); ++i)
      if (!(std::abs(a[i] - b[i]) <= 1e-6 * (std::abs(b[i]) + 1)) && !(std::isnan(a[i]) && std::isnan(b[i])))
        return false;
    return true;
  }

  void put(const Event& event) {
    if (event.kind == Event::Kind::step) put_step(recording_.nodes[size_t(event.node)]);
    if (event.kind == Event::Kind::zero_grad) out_ += text("  ", names_[size_t(event.node)], ".set_grad({});\n");
    if (event.kind != Event::Kind::backward) return;
    const Tensor& seed = recording_.calls[call_++].seed;
    const std::string from = names_[size_t(event.node)];
    const bool one = seed.count() == 1 && seed.item() == 1;
    out_ += text("  backward(", from, ", ", one ? std::string("{}") : tensor_literal(seed), ", {.retain = true});\n");
  }

  const Recording& recording_;
  std::vector<std::string> names_;
  std::set<std::string> used_;
  std::set<int> read_;          // nodes that another one, or a backward call, is made from
  std::map<int, int> stepped_;  // a leaf's value after a step, and before
  std::string out_ = opening;
  size_t call_ = 0;
};

}  // namespace

std::string as_cpp(const Recording& recording) { return CppWriter(recording).write(); }

}  // namespace skew::explorer
