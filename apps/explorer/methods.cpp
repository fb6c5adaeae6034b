// What stands behind a point: attributes and methods of tensors, and the parts of torch, F and math.
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "apps/explorer/interpreter.h"
#include "core/backward.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

// Constants of math, numpy and torch.
bool is_constant(const std::string& name, double& value) {
  if (name == "pi") value = std::numbers::pi;
  else if (name == "e") value = std::numbers::e;
  else if (name == "inf") value = std::numeric_limits<double>::infinity();
  else if (name == "nan") value = std::numeric_limits<double>::quiet_NaN();
  else return false;
  return true;
}

// Words whose own functions stand behind a point.
bool is_module(const std::string& name) {
  for (const char* known : {"torch", "F", "nn", "np", "numpy", "math", "random", "functional"})
    if (name == known) return true;
  return false;
}

// A number, or lists within lists, as Python's tolist() makes them.
Value nested_list(const Tensor& t) {
  const std::vector<double> numbers = t.doubles();
  size_t next = 0;
  const std::function<Value(int)> from_axis = [&](int axis) -> Value {
    if (axis == t.shape().rank()) return {Number{numbers[next++], false}};
    Values items;
    for (ptrdiff_t i = 0; i < t.shape()[axis]; ++i) items.push_back(from_axis(axis + 1));
    return {list_of(std::move(items))};
  };
  return from_axis(0);
}

}  // namespace

Value Interpreter::attribute(const Expression& e) {
  const Value self = evaluate(*e.parts[0]);
  if (const Known* known = self.as<Known>()) {
    const bool imported = e.parts[0]->kind == Expression::Kind::name && globals_.contains(e.parts[0]->words);
    if (!imported && known->dotted.find('.') == std::string::npos && !is_module(known->dotted))
      wrong(e.parts[0]->place, unknown_name(known->dotted));
    double value = 0;
    if (is_constant(e.words, value)) return {Number{value, false}};
    return {Known{known->dotted + "." + e.words}};
  }
  const Tensor* t = self.as<Tensor>();
  if (!t) {
    if (self.none() && e.words != "data")
      wrong(e.place, text("there is no .", e.words, " of None; is there no gradient yet? call backward() first"));
    if (self.none()) return self;
    if (self.as<Number>() && (e.words == "data" || e.words == "item"))
      return e.words == "data" ? self : Value{Method{std::make_shared<Value>(self), e.words}};
    wrong(e.place, text(kind_of(self), " has no .", e.words));
  }
  if (e.words == "grad") {
    const Tensor grad = recorder_.grad_of(*t);
    return grad.defined() ? Value{grad.to(t->device())} : Value{};
  }
  if (e.words == "data") return {t->detach()};
  if (e.words == "T" || e.words == "mT") {
    if (t->shape().rank() < 2) return self;
    return {
        call_row("transpose", {{"", self}, {"axes", {list_of({{Number{-2, true}}, {Number{-1, true}}})}}}, e.place)};
  }
  if (e.words == "shape") {
    Values lengths;
    for (const ptrdiff_t length : t->shape()) lengths.push_back({Number{double(length), true}});
    return {list_of(std::move(lengths), true)};
  }
  if (e.words == "ndim") return {Number{double(t->shape().rank()), true}};
  if (e.words == "requires_grad") return {t->requires_grad()};
  if (e.words == "dtype" || e.words == "device")
    return {text(e.words == "dtype" ? text(t->dtype()) : text(t->device()))};
  return {Method{std::make_shared<Value>(self), e.words}};
}

void Interpreter::backward(const Tensor& y, const Written& written, Place place) {
  Tensor seed;
  for (const WrittenArgument& w : written) {
    if (w.name == "retain_graph" || w.name == "create_graph" || w.name == "inputs")
      continue;  // graphs always stay here
    if (!w.name.empty() && w.name != "gradient")
      wrong(place, unknown_word("argument", w.name, {"gradient", "retain_graph"}));
    if (!w.value.none()) seed = as_tensor(w.value, place);
  }
  if (y.requires_grad() && (seed.defined() || y.count() == 1)) recorder_.begin_backward(y, seed);
  skew::backward(y, seed, {.retain = true});
  recorder_.end_backward();
}

Value Interpreter::call_method(const Value& self, const std::string& name, const Written& written,
                               const Expression& e) {
  const Place place = e.parts[0]->place;
  if (const Number* number = self.as<Number>(); number && name == "item") return self;
  Tensor t = *self.as<Tensor>();
  if (name == "backward") return backward(t, written, place), Value{};
  if (name == "tolist") return nested_list(t);
  if (name == "item") {
    if (t.count() == 1) return {Number{t.item(), false}};
    throw ShapeError(text("item: expected one element, got ", t.shape()));
  }
  if (name == "detach" || name == "numpy" || name == "cpu") return {name == "detach" ? t.detach() : t};
  if (name == "clone")
    return {t.node() || t.requires_grad() ? call_row("mul", {{"", self}, {"", {Number{1, false}}}}, place) : t.copy()};
  if (name == "float" || name == "double" || name == "to" || name == "contiguous") return {t.to(type_)};
  if (name == "long" || name == "int") return {t.detach().to(DType::int64)};
  if (name == "t")
    return {call_row("transpose", {{"", self}, {"axes", {list_of({{Number{0, true}}, {Number{1, true}}})}}}, place)};
  if (name == "numel") return {Number{double(t.count()), true}};
  if (name == "dim") return {Number{double(t.shape().rank()), true}};
  if (name == "size") {
    if (written.empty()) wrong(place, "write x.shape, or x.size(0)");
    const Number* axis = written[0].value.as<Number>();
    if (!axis || !(std::abs(axis->value) <= Shape::max_rank)) wrong(place, "expected the number of an axis: x.size(0)");
    return {Number{double(t.shape()[t.shape().axis(ptrdiff_t(axis->value), "size")]), true}};
  }
  if (name == "requires_grad_" || name == "retain_grad") {
    if (name == "requires_grad_") t.set_requires_grad();
    return {t};
  }
  if (name == "named") {
    const std::string* words = written.size() == 1 ? written[0].value.as<std::string>() : nullptr;
    if (!words) wrong(place, "expected a name in quotes");
    recorder_.name(t, words->substr(0, 200));
    return {t};
  }
  const OpRow* row = row_called(name);
  if (!row) {
    std::vector<std::string> known = row_names();
    for (const char* word : {"backward", "zero_grad", "grad", "data", "item", "detach", "shape", "numel", "T"})
      known.emplace_back(word);
    const std::string near = suggestion(name, known);
    wrong(place, text("a tensor has no .", name, near.empty() ? where_functions_are : near));
  }
  Written all = {{"", self}};
  // x.transpose(0, 1), x.permute(1, 0): numbers that are one list
  all.insert(all.end(), written.begin(), written.end());
  return {call_row(row->name, all, place)};
}

}  // namespace skew::explorer
