// The functions of the language that make tensors, and numbers one after the other.
#include <cmath>

#include "apps/explorer/interpreter.h"
#include "apps/explorer/parameters.h"
#include "core/random.h"

namespace skew::explorer {
namespace {

Shape shape_of(const std::string& function, const Values& items, ptrdiff_t most) {
  std::vector<ptrdiff_t> lengths;
  double count = 1;
  for (const Value& item : items) {
    const Tensor* t = item.as<Tensor>();
    const Number* number = item.as<Number>();
    double length = NAN;
    if (number) length = number->value;
    else if (t && t->count() == 1) length = t->item();
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

// first, first + step, … before `stop`; one number alone is the stop.
std::vector<double> counted_up(const std::string& name, const std::vector<WrittenArgument>& written, double most) {
  const Parameters p(name, written, {"start", "stop", "step"});
  const bool alone = !p.find("stop");
  const double start = alone ? 0 : p.number("start"), stop = p.number(alone ? "start" : "stop"),
               step = p.number("step", 1);
  if (step == 0) throw ValueError(text(name, ": expected a step other than 0"));
  const double count = std::max(0.0, std::ceil((stop - start) / step));
  if (!(count <= most)) throw ValueError(text(name, ": expected at most ", most, " numbers, got ", count));
  std::vector<double> out(static_cast<size_t>(count));
  for (size_t i = 0; i < out.size(); ++i) out[i] = start + double(i) * step;
  return out;
}

}  // namespace

Tensor Interpreter::from_numbers(const std::vector<double>& numbers, const Shape& shape) const {
  return Tensor::from(numbers, shape, Device::reference).to(type_).to(device_);
}

// randn(2, 3, seed=1), zeros([2, 3]), full((2, 3), 7)
Value Interpreter::filled(const std::string& name, const Written& written, Place) {
  Values lengths;
  Written rest;
  for (const WrittenArgument& w : written) {
    const bool first = lengths.empty() && rest.empty();
    const List* list = w.value.as<List>();
    if ((w.name.empty() || w.name == "size") && list && first) lengths = *list->items;
    else if (w.name.empty() && name != "full" && !list) lengths.push_back(w.value);
    else rest.push_back(w);
  }
  std::vector<std::string> names = {"requires_grad"};
  if (name == "full") names = {"fill_value", "requires_grad"};
  if (name.starts_with("rand")) names = {"seed", "requires_grad", "generator"};
  const Parameters p(name, rest, names);
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
  Tensor t = from_numbers(values, shape);
  if (p.flag("requires_grad")) t.set_requires_grad();
  return {t};
}

// param(x), Value(3.0), tensor([1, 2], requires_grad=True)
Value Interpreter::tensor_made(const Written& written, bool wants_grad, Place place) {
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

Value Interpreter::leaf_made(const std::string&, const Written& written, Place place) {
  return tensor_made(written, true, place);
}
Value Interpreter::constant_made(const std::string&, const Written& written, Place place) {
  return tensor_made(written, false, place);
}

// for i in range(2, 10, 2)
Value Interpreter::range(const std::string& name, const Written& written, Place) {
  Values items;
  for (const double x : counted_up(name, written, double(most_statements)))
    items.push_back({Number{x, x == std::floor(x)}});
  return {list_of(std::move(items))};
}

Value Interpreter::arange(const std::string& name, const Written& written, Place) {
  const std::vector<double> numbers = counted_up(name, written, double(options_.limits.elements));
  return {from_numbers(numbers, {ptrdiff_t(numbers.size())})};
}

Value Interpreter::linspace(const std::string& name, const Written& written, Place) {
  const Parameters p(name, written, {"start", "end", "steps"});
  const Shape shape = shape_of(name, {{Number{p.number("steps"), true}}}, options_.limits.elements);
  std::vector<double> numbers(size_t(shape.count()));
  const double start = p.number("start"), end = p.number("end"), gaps = std::max(1.0, double(numbers.size()) - 1);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = start + (end - start) * double(i) / gaps;
  return {from_numbers(numbers, shape)};
}

Value Interpreter::eye(const std::string& name, const Written& written, Place) {
  const Number n{Parameters(name, written, {"n"}).number("n"), true};
  const Shape shape = shape_of(name, {{n}, {n}}, options_.limits.elements);
  std::vector<double> numbers(size_t(shape.count()));
  for (size_t i = 0; i < numbers.size(); i += size_t(shape[0]) + 1) numbers[i] = 1;
  return {from_numbers(numbers, shape)};
}

Value Interpreter::seeded(const std::string& name, const Written& written, Place) {
  const double seed = Parameters(name, written, {"seed"}).number("seed");
  if (!(seed >= 0 && seed < 0x1p53)) throw ValueError(text(name, ": expected a whole number ≥ 0, got ", seed));
  seed_ = uint64_t(seed);
  drawn_ = 0;
  return {};
}

}  // namespace skew::explorer
