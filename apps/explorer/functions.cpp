// The functions of the language that are no ops: their table, blocks, print, what Python has for numbers. Those that
// make tensors: making.cpp.
#include <cmath>
#include <map>

#include "apps/explorer/interpreter.h"
#include "apps/explorer/parameters.h"

namespace skew::explorer {

const std::map<std::string, Interpreter::LanguageFunction>& Interpreter::functions() {
  static const std::map<std::string, LanguageFunction> table = {
      {"param", &Interpreter::leaf_made},
      {"Parameter", &Interpreter::leaf_made},
      {"Value", &Interpreter::leaf_made},
      {"tensor", &Interpreter::constant_made},
      {"as_tensor", &Interpreter::constant_made},
      {"array", &Interpreter::constant_made},
      {"Tensor", &Interpreter::constant_made},
      {"randn", &Interpreter::filled},
      {"rand", &Interpreter::filled},
      {"zeros", &Interpreter::filled},
      {"ones", &Interpreter::filled},
      {"full", &Interpreter::filled},
      {"range", &Interpreter::range},
      {"arange", &Interpreter::arange},
      {"linspace", &Interpreter::linspace},
      {"eye", &Interpreter::eye},
      {"manual_seed", &Interpreter::seeded},
      {"scope", &Interpreter::scope},
      {"no_grad", &Interpreter::without_grad},
      {"inference_mode", &Interpreter::without_grad},
      {"print", &Interpreter::print},
      {"len", &Interpreter::length},
      {"float", &Interpreter::plain_number},
      {"int", &Interpreter::plain_number},
      {"round", &Interpreter::plain_number},
  };
  return table;
}

std::vector<Interpreter::FunctionWords> Interpreter::own_functions() {
  return {
      {"param(values)", "a leaf whose gradient is wanted; a = 3.0 is one too"},
      {"tensor(values, requires_grad=False)", "a constant, or a leaf"},
      {"randn(2, 3, seed=1)", "drawn from the standard normal"},
      {"rand(2, 3, seed=1)", "drawn from [0, 1)"},
      {"zeros(2, 3)", "all 0; ones(2, 3): all 1"},
      {"full((2, 3), 7)", "all one number"},
      {"eye(3)", "1 on the diagonal"},
      {"arange(0, 10, 2)", "counted up, the end left out"},
      {"linspace(-1, 1, 5)", "so many numbers from end to end"},
      {"range(10)", "for loops"},
      {"manual_seed(1)", "where draws begin that have no seed of their own"},
      {"y.backward()", "goes back from y; y.backward(gradient) where y is no scalar"},
      {"w.grad, w.data, w.shape", "the gradient that has arrived, the value, the lengths"},
      {"w.zero_grad()", "forgets the gradient; w.grad = None too"},
      {"with no_grad():", "what is computed in it keeps no way back"},
      {"with scope('block1'):", "a box around what is made in it"},
      {"print(f'{y.item():.4f}')", "writes beside the graph"},
      {"len(x), float(x), int(x), round(x, 2)", "plain numbers, as in Python"},
      {"@backward", "above def d_mul(g, a, b): your own way back of mul"},
  };
}

// Python's sum([a, b, c]) adds one after the other; the op of that name sums a tensor.
bool Interpreter::sums_list(const std::string& name, const Written& written) {
  const List* list = name == "sum" && written.size() == 1 ? written[0].value.as<List>() : nullptr;
  return list && !list->items->empty();
}

bool Interpreter::call_known(const std::string& name, const Written& written, Place place, Value& result) {
  if (sums_list(name, written)) {
    const Values& items = *written[0].value.as<List>()->items;
    result = items[0];
    for (size_t i = 1; i < items.size(); ++i) result = arithmetic("+", result, items[i], place);
    return true;
  }
  const auto function = functions().find(name);
  if (function == functions().end()) return false;
  result = (this->*function->second)(name, written, place);
  return true;
}

Value Interpreter::scope(const std::string& name, const Written& written, Place) {
  const Parameters p(name, written, {"name"});
  const Value* label = p.find("name");
  if (!label || !label->as<std::string>()) throw ValueError("scope: expected a name, as scope(\"block1\")");
  return {Block{Block::Kind::scope, label->as<std::string>()->substr(0, 200)}};
}

Value Interpreter::without_grad(const std::string&, const Written&, Place) { return {Block{Block::Kind::no_grad, ""}}; }

Value Interpreter::print(const std::string&, const Written& written, Place) {
  std::string line;
  for (const WrittenArgument& w : written)
    if (w.name.empty()) line += (line.empty() ? "" : " ") + printed(w.value);
  recorder_.print(line.substr(0, longest_text));
  return {};
}

Value Interpreter::length(const std::string& name, const Written& written, Place) {
  const Parameters p(name, written, {"of"});
  const Value* of = p.find("of");
  const List* list = of ? of->as<List>() : nullptr;
  const Tensor* t = of ? of->as<Tensor>() : nullptr;
  if (!list && !(t && t->shape().rank() > 0)) throw ValueError("len: expected a list or a tensor with axes");
  return {Number{list ? double(list->items->size()) : double(t->shape()[0]), true}};
}

// float("inf"), int(3.7), round(x, 2)
Value Interpreter::plain_number(const std::string& name, const Written& written, Place) {
  const Parameters p(name, written, {"x", "digits"});
  const Value* of = p.find("x");
  const Tensor* t = of ? of->as<Tensor>() : nullptr;
  const std::string* words = of ? of->as<std::string>() : nullptr;
  double x = 0;
  if (words) x = parse_number(*words).value_or(NAN);
  else if (t && t->count() == 1) x = t->item();
  else x = p.number("x");
  const double places = std::pow(10, p.number("digits", 0));
  if (name == "round") return {Number{std::round(x * places) / places + 0.0, false}};  // no −0
  return {Number{name == "int" ? std::trunc(x) : x, name == "int"}};
}

std::string Interpreter::printed(const Value& value) const {
  constexpr ptrdiff_t most_printed = 64;  // elements of a tensor; of a larger one its shape and range
  if (value.none()) return "None";
  if (const bool* flag = value.as<bool>()) return *flag ? "True" : "False";
  if (const Number* number = value.as<Number>()) return with_minus(shortest(number->value));
  if (const std::string* words = value.as<std::string>()) return *words;
  if (const Tensor* t = value.as<Tensor>()) return t->count() <= most_printed ? nested_text(*t) : summary(*t);
  if (const List* list = value.as<List>()) {
    std::string out = "[";
    for (const Value& item : *list->items) {
      if (out.size() > longest_text) return out + "…";
      out += (out.size() > 1 ? ", " : "") + printed(item);
    }
    return out + "]";
  }
  return kind_of(value);
}

}  // namespace skew::explorer
