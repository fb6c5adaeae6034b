// The functions of the language that are no ops: making tensors, blocks, loops, print.
#include <cmath>
#include <map>
#include <numbers>

#include "apps/explorer/interpreter.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

// Sorts a call's words by the names of its parameters, as Python does. What PyTorch's users write and nothing here
// needs (dtype, device, label) is passed over.
class Parameters {
 public:
  Parameters(const std::string& function, const std::vector<WrittenArgument>& written,
             const std::vector<std::string>& names) {
    size_t place = 0;
    for (const WrittenArgument& w : written) {
      if (w.name == "dtype" || w.name == "device" || w.name == "label" || w.name == "_children" || w.name == "_op")
        continue;
      std::string name = w.name;
      if (name.empty() && place < names.size()) name = names[place++];
      if (name.empty())
        throw ValueError(
            text(function, ": too many arguments; it takes ", names.empty() ? "none" : joined(names, ", ")));
      if (std::find(names.begin(), names.end(), name) == names.end())
        throw ValueError(text(function, ": ", unknown_word("argument", name, names)));
      values_[name] = w.value;
    }
    function_ = function;
  }

  const Value* find(const std::string& name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? nullptr : &at->second;
  }
  double number(const std::string& name, double otherwise) const {
    const Value* value = find(name);
    if (!value) return otherwise;
    if (const Number* n = value->as<Number>()) return n->value;
    if (const Tensor* t = value->as<Tensor>(); t && t->count() == 1 && !t->node()) return t->item();
    throw ValueError(text(function_, ": expected a number for ", name, ", got ", kind_of(*value)));
  }
  double number(const std::string& name) const {
    if (!find(name)) throw ValueError(text(function_, ": ", name, " is missing"));
    return number(name, 0);
  }
  bool flag(const std::string& name) const {
    const Value* value = find(name);
    const bool* flag = value ? value->as<bool>() : nullptr;
    if (value && !flag)
      throw ValueError(text(function_, ": expected True or False for ", name, ", got ", kind_of(*value)));
    return flag && *flag;
  }

 private:
  std::string function_;
  std::map<std::string, Value> values_;
};

Shape shape_of(const std::string& function, const Values& items, ptrdiff_t most) {
  std::vector<ptrdiff_t> lengths;
  double count = 1;
  for (const Value& item : items) {
    const Tensor* t = item.as<Tensor>();
    const Number* number = item.as<Number>();
    const double length = number ? number->value : t && t->count() == 1 ? t->item() : NAN;
    if (!(length >= 0 && length == std::floor(length)))
      throw ShapeError(
          text(function, ": expected whole lengths ≥ 0, got ", number ? text(length) : std::string(kind_of(item))));
    count *= length;
    if (!(count <= double(most)))
      throw ShapeError(text(function, ": more than ", most, " elements; the explorer is for small tensors"));
    lengths.push_back(ptrdiff_t(length));
  }
  if (lengths.size() > size_t(Shape::max_rank)) throw ShapeError(text(function, ": more than eight axes"));
  return Shape(lengths);
}

}  // namespace

const std::vector<std::string>& function_names() {
  static const std::vector<std::string> names = {
      "param", "Value", "Parameter", "tensor", "randn", "rand",        "zeros", "ones",  "full", "arange", "linspace",
      "eye",   "scope", "no_grad",   "range",  "print", "manual_seed", "len",   "float", "int",  "round"};
  return names;
}

// randn(2, 3, seed=1), zeros([2, 3]), full((2, 3), 7)
Value Interpreter::make_filled(const std::string& name, const Written& written, Place) {
  Values lengths;
  Written rest;
  for (const WrittenArgument& w : written) {
    const bool first = lengths.empty() && rest.empty();
    const List* list = w.value.as<List>();
    if ((w.name.empty() || w.name == "size") && list && first) lengths = *list->items;
    else if (w.name.empty() && name != "full" && !list) lengths.push_back(w.value);
    else rest.push_back(w);
  }
  const Parameters p(name, rest,
                     name == "full"             ? std::vector<std::string>{"fill_value", "requires_grad"}
                     : name.starts_with("rand") ? std::vector<std::string>{"seed", "requires_grad", "generator"}
                                                : std::vector<std::string>{"requires_grad"});
  const Shape shape = shape_of(name, lengths, options_.limits.elements);
  std::vector<double> values(size_t(shape.count()), name == "ones" ? 1 : 0);
  if (name == "full") values.assign(values.size(), p.number("fill_value"));
  if (name.starts_with("rand")) {
    const double seed = p.number("seed", double(seed_));
    if (!(seed >= 0 && seed < 0x1p53 && seed == std::floor(seed)))
      throw ValueError(text(name, ": expected a whole seed ≥ 0, got ", seed));
    Generator random(uint64_t(seed), p.find("seed") ? 0 : ++drawn_);
    for (double& v : values) v = name == "randn" ? random.normal() : random.uniform();
  }
  Tensor t = Tensor::from(values, shape, Device::reference).to(type_).to(device_);
  if (p.flag("requires_grad")) t.set_requires_grad();
  return {t};
}

// param(x), Value(3.0), tensor([1, 2], requires_grad=True)
Value Interpreter::make_tensor(const Written& written, bool wants_grad, Place place) {
  const Parameters p("tensor", written, {"data", "requires_grad"});
  const Value* data = p.find("data");
  if (!data) throw ValueError("tensor: its numbers are missing");
  Tensor t = as_tensor(*data, place);
  if (t.node() || t.requires_grad()) t = t.detach().copy();
  else if (recorder_.id_of(t) >= 0) t = t.copy();  // a leaf of its own
  t = t.to(type_);
  if (wants_grad || p.flag("requires_grad")) t.set_requires_grad();
  return {t};
}

bool Interpreter::call_known(const std::string& name, const Written& written, Place place, Value& result) {
  const auto numbers = [&](std::initializer_list<double> otherwise) {  // arange(stop), arange(start, stop, step)
    std::vector<double> out(otherwise);
    const Parameters p(name, written, {"first", "second", "third"});
    const char* names[] = {"first", "second", "third"};
    for (size_t i = 0; i < out.size(); ++i) out[i] = p.number(names[i], out[i]);
    if (!p.find("second")) out = {0, p.number("first"), 1};
    return out;
  };
  const auto counted = [&](double count) {
    if (!(count >= 0 && count <= double(options_.limits.elements)))
      throw ValueError(text(name, ": expected at most ", options_.limits.elements, " numbers, got ", count));
    return size_t(count);
  };
  const auto of_numbers = [&](const std::vector<double>& v) {
    return Value{Tensor::from(v, {ptrdiff_t(v.size())}, Device::reference).to(type_).to(device_)};
  };
  if (name == "param" || name == "Value" || name == "Parameter") {
    result = make_tensor(written, true, place);
  } else if (name == "tensor" || name == "as_tensor" || name == "array" || name == "Tensor") {
    result = make_tensor(written, false, place);
  } else if (name == "randn" || name == "rand" || name == "zeros" || name == "ones" || name == "full") {
    result = make_filled(name, written, place);
  } else if (name == "range" || name == "arange") {
    const std::vector<double> n = numbers({0, 0, 1});
    if (n[2] == 0) throw ValueError(text(name, ": expected a step other than 0"));
    const size_t count = counted(std::max(0.0, std::ceil((n[1] - n[0]) / n[2])));
    std::vector<double> v(count);
    for (size_t i = 0; i < count; ++i) v[i] = n[0] + double(i) * n[2];
    if (name == "arange") return result = of_numbers(v), true;
    if (double(count) > double(most_statements))
      throw ValueError(text("range: more than ", most_statements, " repetitions"));
    Values items;
    for (const double x : v) items.push_back({Number{x, x == std::floor(x)}});
    result = {list_of(std::move(items))};
  } else if (name == "linspace") {
    const Parameters p(name, written, {"start", "end", "steps"});
    const size_t count = counted(p.number("steps"));
    std::vector<double> v(count);
    for (size_t i = 0; i < count; ++i)
      v[i] = p.number("start") + (p.number("end") - p.number("start")) * double(i) / std::max(1.0, double(count) - 1);
    result = of_numbers(v);
  } else if (name == "eye") {
    const double n = Parameters(name, written, {"n"}).number("n");
    const Shape shape = shape_of(name, {{Number{n, true}}, {Number{n, true}}}, options_.limits.elements);
    std::vector<double> v(size_t(shape.count()));
    for (size_t i = 0; i < size_t(n); ++i) v[i * size_t(n) + i] = 1;
    result = {Tensor::from(v, shape, Device::reference).to(type_).to(device_)};
  } else if (name == "scope") {
    const Value* label = Parameters(name, written, {"name"}).find("name");
    if (!label || !label->as<std::string>()) throw ValueError("scope: expected a name, as scope(\"block1\")");
    result = {Block{Block::Kind::scope, label->as<std::string>()->substr(0, 200)}};
  } else if (name == "no_grad" || name == "inference_mode") {
    result = {Block{Block::Kind::no_grad, ""}};
  } else if (name == "manual_seed" || name == "seed") {
    const double seed = Parameters(name, written, {"seed"}).number("seed");
    if (!(seed >= 0 && seed < 0x1p53)) throw ValueError(text(name, ": expected a whole number ≥ 0, got ", seed));
    seed_ = uint64_t(seed);
    drawn_ = 0;
  } else if (name == "print") {
    std::string line;
    for (const WrittenArgument& w : written)
      if (w.name.empty()) line += (line.empty() ? "" : " ") + printed(w.value);
    recorder_.print(line.substr(0, longest_text));
  } else if (name == "len") {
    const Value* of = Parameters(name, written, {"of"}).find("of");
    const List* list = of ? of->as<List>() : nullptr;
    const Tensor* t = of ? of->as<Tensor>() : nullptr;
    if (!list && !(t && t->shape().rank() > 0)) throw ValueError("len: expected a list or a tensor with axes");
    result = {Number{list ? double(list->items->size()) : double(t->shape()[0]), true}};
  } else if (name == "float" || name == "int" || name == "round") {
    const Parameters p(name, written, {"x", "digits"});
    const Value* of = p.find("x");
    const Tensor* t = of ? of->as<Tensor>() : nullptr;
    double x = t && t->count() == 1 ? t->item() : 0;
    if (of && of->as<std::string>()) x = parse_number(*of->as<std::string>()).value_or(NAN);
    else if (!t) x = p.number("x");
    const double places = std::pow(10, p.number("digits", 0));
    result = {Number{name == "int"     ? std::trunc(x)
                     : name == "round" ? std::round(x * places) / places
                                       : x,
                     name == "int"}};
  } else if (name == "sum" && written.size() == 1 && written[0].value.as<List>() &&
             !written[0].value.as<List>()->items->empty()) {
    const Values& items = *written[0].value.as<List>()->items;  // Python's own: one after the other
    result = items[0];
    for (size_t i = 1; i < items.size(); ++i) result = arithmetic("+", result, items[i], place);
  } else {
    return false;
  }
  return true;
}

std::string Interpreter::printed(const Value& value) const {
  if (value.none()) return "None";
  if (const bool* flag = value.as<bool>()) return *flag ? "True" : "False";
  if (const Number* number = value.as<Number>()) return shortest(number->value);
  if (const std::string* words = value.as<std::string>()) return *words;
  if (const Tensor* t = value.as<Tensor>()) return t->count() == 1 ? pretty(t->item()) : summary(*t);
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
