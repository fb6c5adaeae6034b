// Expressions: numbers among themselves, tensors through the engine's ops.
#include <algorithm>
#include <cmath>

#include "apps/explorer/interpreter.h"
#include "core/error.h"
#include "core/op.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

using Form = Expression::Kind;

// A number where numbers alone meet.
Number of_numbers(const std::string& sign, Number a, Number b) {
  const bool whole = a.whole && b.whole;
  if (sign == "+") return {a.value + b.value, whole};
  if (sign == "-") return {a.value - b.value, whole};
  if (sign == "*") return {a.value * b.value, whole};
  if (sign == "/") return {a.value / b.value, false};
  if (sign == "//") return {std::floor(a.value / b.value), whole};
  if (sign == "%") return {a.value - b.value * std::floor(a.value / b.value), whole};
  if (sign == "**") return {std::pow(a.value, b.value), whole && b.value >= 0};
  throw ValueError(text("'", sign, "' is for tensors, not for numbers"));
}

bool truth(const std::string& sign, double a, double b) {
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  if (sign == ">") return a > b;
  if (sign == ">=") return a >= b;
  return sign == "==" ? a == b : a != b;
}

bool compares(const std::string& sign) {
  return sign == "<" || sign == "<=" || sign == ">" || sign == ">=" || sign == "==" || sign == "!=";
}

const char* row_of_sign(const std::string& sign) {
  if (sign == "+") return "add";
  if (sign == "-") return "sub";
  if (sign == "*") return "mul";
  if (sign == "/") return "div";
  return sign == "@" ? "matmul" : "pow";
}

// A value as Python's format() writes it: ".4f", "8.3e", "d", "". Throws ValueError for another form.
std::string in_form(double value, const std::string& form) {
  if (form.empty()) return with_minus(shortest(value));
  const char kind = form.back();
  const std::string digits =
      std::string("feEgGd%").find(kind) != std::string::npos ? form.substr(0, form.size() - 1) : form;
  const size_t point = digits.find('.');
  const auto width = parse_whole(digits.substr(0, point).empty() ? "0" : digits.substr(0, point));
  const auto places = point == digits.npos ? std::optional<int64_t>(6) : parse_whole(digits.substr(point + 1));
  if (!width || !places || *width < 0 || *width > 100 || *places < 0 || *places > 30)
    throw ValueError(text("the form ':", form, "' is not known here; write one as :.4f, :.3e or :.3g"));
  char out[512];
  const bool plain =
      kind != 'f' && kind != 'e' && kind != 'E' && kind != 'g' && kind != 'G' && kind != 'd' && kind != '%';
  const char* how = "%*.*g";
  if (kind == 'f' || kind == '%') how = "%*.*f";
  if (kind == 'e' || kind == 'E') how = "%*.*e";
  if (kind == 'd' || (plain && point == digits.npos)) std::snprintf(out, sizeof out, "%*.*g", int(*width), 15, value);
  else std::snprintf(out, sizeof out, how, int(*width), int(*places), kind == '%' ? 100 * value : value);
  return with_minus(out) + (kind == '%' ? "%" : "");
}

}  // namespace

Tensor Interpreter::as_tensor(const Value& value, Place place) {
  if (const Tensor* t = value.as<Tensor>()) return *t;
  if (!value.as<Number>() && !value.as<List>() && !value.as<bool>())
    wrong(place, value.none() ? "expected a tensor, got None: there is no gradient yet; call backward() first"
                              : text("expected a tensor, got ", kind_of(value)));
  return tensor_of(value, type_, device_);
}

Value Interpreter::evaluate(const Expression& e) {
  const Deeper deeper(*this, e.place);
  switch (e.kind) {
    case Form::number: return {Number{e.number, e.whole}};
    case Form::string: return {e.words};
    case Form::format: return format(e);
    case Form::constant:
      if (e.words == "None") return {};
      if (e.words == "...") wrong(e.place, "'...' stands in brackets behind a tensor alone: x[..., 0]");
      return {e.words == "True"};
    case Form::name: return name(e);
    case Form::list:
    case Form::tuple: {
      Values items;
      for (const ExpressionPtr& part : e.parts) items.push_back(evaluate(*part));
      return {list_of(std::move(items), e.kind == Form::tuple)};
    }
    case Form::unary: {
      const Value of = evaluate(*e.parts[0]);
      if (const Number* number = of.as<Number>())
        return {Number{e.words == "-" ? -number->value : number->value, number->whole}};
      return e.words == "+" ? of : Value{call_row("neg", {{"", {as_tensor(of, e.place)}}}, e.place)};
    }
    case Form::binary: return binary(e);
    case Form::call: return call(e);
    case Form::attribute: return attribute(e);
    case Form::subscript: return subscript(e);
    case Form::slice: break;
  }
  wrong(e.place, "a slice stands in brackets alone: x[1:3]");
}

Value Interpreter::name(const Expression& e) {
  if (locals_)
    if (const auto at = locals_->find(e.words); at != locals_->end()) return at->second;
  if (const auto at = globals_.find(e.words); at != globals_.end()) {
    if (is_let(e.words)) let_used_.insert(e.words);
    return at->second;
  }
  return {Known{e.words}};  // a function, perhaps: its call or its attribute says
}

Value Interpreter::binary(const Expression& e) {
  const Value a = evaluate(*e.parts[0]), b = evaluate(*e.parts[1]);
  for (size_t i = 0; i < 2; ++i)
    if (const Known* unknown = (i ? b : a).as<Known>()) wrong(e.parts[i]->place, unknown_name(unknown->dotted));
  return compares(e.words) ? compare(e.words, a, b, e.place) : arithmetic(e.words, a, b, e.place);
}

Value Interpreter::arithmetic(const std::string& sign, const Value& a, const Value& b, Place place) {
  const Number *x = a.as<Number>(), *y = b.as<Number>();
  if (x && y) return {of_numbers(sign, *x, *y)};
  if (sign == "%" && a.as<std::string>()) wrong(place, "write values into a text as f\"{x:.4f}\"");
  if (sign == "+" && a.as<std::string>() && b.as<std::string>()) {
    if (a.as<std::string>()->size() + b.as<std::string>()->size() > longest_text) wrong(place, "this text is too long");
    return {*a.as<std::string>() + *b.as<std::string>()};
  }
  if (sign == "//" || sign == "%") wrong(place, text("'", sign, "' is for numbers, not for tensors"));
  const Tensor left = as_tensor(a, place);
  if (sign != "**") return {call_row(row_of_sign(sign), {{"", {left}}, {"", {as_tensor(b, place)}}}, place)};
  if (y && a.as<Tensor>()) return {call_row("pow", {{"", {left}}, {"", b}}, place)};
  // aᵇ where b wants a gradient: exp(b·ln a)
  const Value log = {call_row("log", {{"", {left}}}, place)};
  const Value product = {call_row("mul", {{"", {as_tensor(b, place)}}, {"", log}}, place)};
  return {call_row("exp", {{"", product}}, place)};
}

// 0 and 1: what where() takes. No gradient goes through a comparison.
Value Interpreter::compare(const std::string& sign, const Value& a, const Value& b, Place place) {
  const Number *x = a.as<Number>(), *y = b.as<Number>();
  if (x && y) return {truth(sign, x->value, y->value)};
  const Tensor left = as_tensor(a, place), right = as_tensor(b, place);
  const Shape shape = broadcast(left.shape(), right.shape(), "'" + sign + "'");
  std::vector<double> values;
  {
    const Recorder::Silence silence(recorder_);
    const NoGrad off;
    const std::vector<ptrdiff_t> lengths(shape.begin(), shape.end());
    const auto stretched = [&](const Tensor& t) {
      return registered_ops()
          .at("expand")
          .run({{"x", t}}, {{"shape", std::vector<double>(lengths.begin(), lengths.end())}})
          .at("y")
          .doubles();
    };
    values = stretched(left);
    const std::vector<double> others = stretched(right);
    for (size_t i = 0; i < values.size(); ++i) values[i] = truth(sign, values[i], others[i]);
  }
  const Tensor result = Tensor::from(values, shape, Device::reference).to(type_).to(device_);
  recorder_.note(sign, {left, right}, result);
  return {result};
}

Value Interpreter::format(const Expression& e) {
  std::string out;
  for (const ExpressionPtr& part : e.parts) {
    if (part->kind == Form::string) {
      out += part->words;
      continue;
    }
    const Value value = evaluate(*part->parts[0]);
    const Number* number = value.as<Number>();
    const Tensor* t = value.as<Tensor>();
    if (number) out += in_form(number->value, part->words);
    else if (t && t->count() == 1) out += in_form(t->item(), part->words);
    else out += printed(value);
    if (out.size() > longest_text) wrong(e.place, "this text is too long");
  }
  return {out};
}

double Interpreter::number_of(const Expression& e, const char* what) {
  const Value value = evaluate(e);
  if (const Number* number = value.as<Number>()) return number->value;
  if (const Tensor* t = value.as<Tensor>(); t && t->count() == 1 && !t->node()) return t->item();
  wrong(e.place, text("expected ", what, ", got ", kind_of(value)));
}

// ---- x[1:3, 0] ------------------------------------------------------------------------------------------------------

Value Interpreter::subscript(const Expression& e) {
  const Value of = evaluate(*e.parts[0]);
  if (const List* list = of.as<List>()) {
    const ptrdiff_t length = ptrdiff_t(list->items->size());
    const double at = e.parts.size() == 2 && e.parts[1]->kind != Form::slice ? number_of(*e.parts[1], "a number") : NAN;
    if (!(at >= double(-length) && at < double(length) && at == std::floor(at)))
      wrong(e.place, text("expected a whole number below ", length, ", the length of the list"));
    return (*list->items)[size_t(at < 0 ? at + double(length) : at)];
  }
  const Tensor* t = of.as<Tensor>();
  if (!t) wrong(e.place, text("only tensors and lists have elements in brackets; this is ", kind_of(of)));
  Value value = of;
  ptrdiff_t axis = 0;
  for (size_t i = 1; i < e.parts.size(); ++i) {
    if (e.parts[i]->kind == Form::constant && e.parts[i]->words == "...")
      axis = value.as<Tensor>()->shape().rank() - ptrdiff_t(e.parts.size() - 1 - i);
    else value = subscript_axis(*value.as<Tensor>(), *e.parts[i], axis);
  }
  return value;
}

// What one index or slice makes of a tensor; `axis` moves on to the axis of the next one.
Value Interpreter::subscript_axis(const Tensor& t, const Expression& index, ptrdiff_t& axis) {
  const WrittenArgument along{"axis", {Number{double(axis), true}}}, of{"", {t}};
  if (index.kind == Form::constant && index.words == "None") {
    ++axis;
    return {call_row("unsqueeze", {of, along}, index.place)};
  }
  if (axis < 0 || axis >= t.shape().rank()) wrong(index.place, text("too many indices for ", t.shape()));
  if (index.kind == Form::slice) {
    Written written = {of, along};
    const char* names[] = {"start", "stop", "step"};
    for (size_t k = 0; k < 3; ++k)
      if (index.parts[k]) written.push_back({names[k], {Number{number_of(*index.parts[k], "a number"), true}}});
    ++axis;
    return {written.size() == 2 ? t : call_row("slice", written, index.place)};
  }
  const Value value = evaluate(index);
  const Tensor* list = value.as<Tensor>();
  if (value.as<List>() || (list && list->shape().rank() == 1)) {
    ++axis;
    return {call_row("index_select", {of, {"index", value}, along}, index.place)};
  }
  const double at = number_of(index, "a number, a slice or a list of numbers");
  const ptrdiff_t length = t.shape()[int(axis)];
  if (!(at >= double(-length) && at < double(length) && at == std::floor(at)))
    wrong(index.place, text("index ", at, " is outside axis ", axis, " of ", t.shape()));
  const double start = at < 0 ? at + double(length) : at;
  const Tensor part = call_row(
      "slice", {of, along, {"start", {Number{start, true}}}, {"stop", {Number{start + 1, true}}}}, index.place);
  return {call_row("squeeze", {{"", {part}}, along}, index.place)};
}

// ---- calls ----------------------------------------------------------------------------------------------------------

std::string Interpreter::unknown_name(const std::string& name) const {
  std::vector<std::string> known = row_names();
  for (const auto& [other, value] : globals_) known.push_back(other);
  if (locals_)
    for (const auto& [other, value] : *locals_) known.push_back(other);
  for (const auto& [function, run] : functions()) known.push_back(function);
  const std::string near = suggestion(name.substr(name.rfind('.') + 1), known);
  return text("unknown name '", name, "'", near.empty() ? where_functions_are : near);
}

Value Interpreter::call(const Expression& e) {
  const Expression& function_part = *e.parts[0];
  if (function_part.kind == Form::attribute && (function_part.words == "zero_" || function_part.words == "zero_grad"))
    return forget_gradient(function_part);
  const Value called = evaluate(function_part);
  Written written;
  for (const Argument& argument : e.arguments) {
    written.push_back({argument.name, evaluate(*argument.value)});
    if (const Known* known = written.back().value.as<Known>(); known && known->dotted.find('.') == std::string::npos)
      wrong(argument.value->place, unknown_name(known->dotted));
  }
  const Place place = e.parts[0]->place;
  tell_place(place);
  if (const Method* method = called.as<Method>()) {
    return call_method(*method->self, method->name, written, e);
  }
  if (const Function* function = called.as<Function>()) {
    Values arguments;
    for (WrittenArgument& w : written) {
      if (!w.name.empty()) wrong(place, "functions of your own take arguments by place");
      arguments.push_back(std::move(w.value));
    }
    return call_function(*function->definition, arguments, place);
  }
  const Known* known = called.as<Known>();
  if (!known) wrong(place, text("only functions can be called; this is ", kind_of(called)));
  Value result;
  if (call_known(known->last(), written, place, result)) return result;
  const OpRow* row = row_called(known->last());
  if (!row) wrong(place, unknown_name(known->dotted));
  return {call_row(row->name, written, place)};
}

// w.zero_grad(), w.grad.zero_(), w.grad.data.zero_()
Value Interpreter::forget_gradient(const Expression& method) {
  const Expression* of = method.parts[0].get();
  if (method.words == "zero_") {
    while (of->kind == Form::attribute && of->words == "data") of = of->parts[0].get();
    if (of->kind != Form::attribute || of->words != "grad")
      wrong(method.place, "only gradients are set to zero: w.grad.zero_()");
    of = of->parts[0].get();
  }
  tell_place(method.place);
  zero_grad(evaluate(*of), method.place);
  return {};
}

Value Interpreter::call_function(const Statement& definition, const Values& arguments, Place place) {
  if (arguments.size() != definition.names.size())
    wrong(place, text(definition.words, " takes ", definition.names.size(), " arguments, got ", arguments.size()));
  if (++calls_ > deepest_call)
    wrong(place,
          text("functions call each other more than ", deepest_call, " deep; a function cannot call itself here"));
  Names own;
  for (size_t i = 0; i < arguments.size(); ++i) own[definition.names[i]] = arguments[i];
  Names* const before = std::exchange(locals_, &own);
  const Scope scope(definition.rule ? "" : definition.words);
  execute(definition.body);
  locals_ = before;
  --calls_;
  returning_ = false;
  return std::exchange(returned_, Value{});
}

Tensor Interpreter::call_row(const std::string& name, const Written& written, Place place) {
  const OpRow& row = registered_ops().at(name);
  tell_place(place);
  current_op_ = row.name;
  current_inputs_.clear();
  for (const WrittenArgument& w : written)
    if (const Tensor* t = w.value.as<Tensor>())
      if (const int id = recorder_.id_of(*t); id >= 0) current_inputs_.push_back(id);
  BoundCall call = bind(row, written, type_, device_);
  call.site.place = place;
  recorder_.calls(std::move(call.site));
  const Tensor y = row.run(call.inputs, call.args).at("y");
  recorder_.calls({});
  current_op_.clear();
  return y;
}

}  // namespace skew::explorer
