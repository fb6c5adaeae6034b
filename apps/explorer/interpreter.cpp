// Statements, one after the other.
#include "apps/explorer/interpreter.h"

#include <algorithm>
#include <optional>

#include "apps/explorer/parser.h"
#include "core/error.h"
#include "core/op.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

// Whether an expression reads a gradient: `w -= 0.1 * w.grad` is a step, not a part of the graph.
bool mentions_grad(const Expression& e) {
  if (e.kind == Expression::Kind::attribute && e.words == "grad") return true;
  const auto in = [](const ExpressionPtr& part) { return part && mentions_grad(*part); };
  return std::any_of(e.parts.begin(), e.parts.end(), in) ||
         std::any_of(e.arguments.begin(), e.arguments.end(), [&](const Argument& a) { return in(a.value); });
}

bool is_leaf(const Value& value) {
  const Tensor* t = value.as<Tensor>();
  return t && t->requires_grad() && !t->node();
}

}  // namespace

Interpreter::Interpreter(std::string source, const ProgramOptions& options)
    : source_(std::move(source)),
      options_(options),
      type_(options.floats ? DType::float32 : DType::float64),
      device_(options.floats ? Device::cpu : Device::reference),
      recorder_(options.limits) {
  if (!options_.broken_op.empty()) {
    const OpRow* row = row_called(options_.broken_op);
    if (!row)
      throw ValueError(
          text("--break: unknown op '", options_.broken_op, "'", suggestion(options_.broken_op, row_names())));
    recorder_.break_op(row->name);
  }
}

void Interpreter::run() {
  program_ = parse(source_);
  for (const auto& [name, value] : options_.let) assign_name(name, {Number{value}});
  execute(program_);
  if (options_.ends_backward) end_backward();
}

Value Interpreter::ask(const std::string& expression) {
  const std::vector<Statement> asked = parse(expression);
  if (asked.size() != 1 || asked[0].kind != Statement::Kind::evaluate)
    throw ValueError(text("expected an expression, got '", expression, "'"));
  const Recorder::Silence silence(recorder_);
  const NoGrad off;
  recorder_.begin_time();
  return evaluate(*asked[0].value);
}

std::string Interpreter::said(const std::string& expression) { return printed(ask(expression)); }

double Interpreter::number(const std::string& expression) {
  const Value value = ask(expression);
  const Tensor* t = value.as<Tensor>();
  if (t && t->count() == 1) return t->item();
  if (const Number* n = value.as<Number>()) return n->value;
  throw ValueError(text("expected '", expression, "' to be one number, found ", kind_of(value)));
}

void Interpreter::refuse_unused() const {
  for (const auto& [name, value] : options_.let)
    if (!let_used_.contains(name)) {
      std::vector<std::string> known;
      for (const auto& [other, bound] : globals_)
        if (other != name) known.push_back(other);
      throw ValueError(text("--let ", name, ": the program uses no ", name, suggestion(name, known)));
    }
}

// 'c = a*b; L = c**2' means L.backward(), too.
void Interpreter::end_backward() {
  const Recording& recording = recorder_.recording();
  if (!recording.calls.empty() || recording.nodes.empty()) return;
  const RecordedNode& last = recording.nodes.back();
  if (last.graph && last.value.count() == 1) backward(recorder_.handle(last.id), {}, last.place);
}

void Interpreter::tell_place(Place place) {
  place_ = place;
  recorder_.at(place, joined(loops_, " "));
}

void Interpreter::execute(const std::vector<Statement>& body) {
  for (const Statement& s : body) {
    execute(s);
    if (returning_) return;
  }
}

void Interpreter::execute(const Statement& s) {
  if (++statements_ > most_statements)
    wrong(s.place, text("the program executes more than ", most_statements, " statements; shorten its loops"));
  tell_place(s.place);
  recorder_.check_time();
  switch (s.kind) {
    case Statement::Kind::assign: return assign(*s.target, evaluate(*s.value));
    case Statement::Kind::augment: return augment(s);
    case Statement::Kind::evaluate: {
      const Value value = evaluate(*s.value);
      if (value.as<Method>() || value.as<Known>() || value.as<Function>())
        wrong(s.place, "this names a function and does not call it; write brackets behind it: ()");
      return;
    }
    case Statement::Kind::import: return import(s);
    case Statement::Kind::with: return with(s);
    case Statement::Kind::loop: return loop(s);
    case Statement::Kind::define: return s.rule ? use_rule(s) : void(globals_[s.words] = {Function{&s}});
    case Statement::Kind::result:
      if (!locals_) wrong(s.place, "'return' stands in no function");
      returned_ = s.value ? evaluate(*s.value) : Value{};
      returning_ = true;
      return;
    case Statement::Kind::nothing: return;
  }
}

// ---- names ---------------------------------------------------------------------------------------------------------

bool Interpreter::is_let(const std::string& name) const {
  return std::any_of(options_.let.begin(), options_.let.end(), [&](const auto& let) { return let.first == name; });
}

void Interpreter::assign_name(const std::string& name, Value value) {
  if (const Number* number = value.as<Number>()) {  // a leaf that wants a gradient
    Tensor leaf = Tensor::full({}, number->value, type_, device_).named(name);
    leaf.set_requires_grad();
    recorder_.leaf(leaf, name);
    value = {leaf};
  }
  if (const List* list = value.as<List>(); list && !list->items->empty() && !list->tuple) {
    const Value* first = &list->items->front();
    while (first->as<List>() && !first->as<List>()->items->empty()) first = &first->as<List>()->items->front();
    if (first->as<Number>()) value = {tensor_of(value, type_, device_)};  // data, without a gradient
  }
  if (const Tensor* t = value.as<Tensor>()) recorder_.name(*t, name);
  (locals_ ? *locals_ : globals_)[name] = std::move(value);
}

void Interpreter::assign(const Expression& target, Value value) {
  if (target.kind == Expression::Kind::name) {
    const bool let = !locals_ && loops_.empty() && value.as<Number>() && is_let(target.words);
    if (let) let_used_.insert(target.words);  // --let says another number
    return let ? void() : assign_name(target.words, std::move(value));
  }
  if (target.kind == Expression::Kind::attribute) {
    const Value self = evaluate(*target.parts[0]);
    if (target.words == "grad") {
      const Number* number = value.as<Number>();
      if (!value.none() && !(number && number->value == 0))
        wrong(target.place, "a gradient can be forgotten (None or 0), and comes from backward() alone");
      return zero_grad(self, target.place);
    }
    if (!is_leaf(self) && target.words != "requires_grad")
      wrong(target.place, "only a leaf can be changed: a name made from a number, or param(…)");
    Tensor leaf = *self.as<Tensor>();
    if (target.words == "data") return step(leaf, leaf.name(), as_tensor(value, target.place));
    if (target.words == "requires_grad" && value.as<bool>()) {
      leaf.set_requires_grad(*value.as<bool>());
      return;
    }
    wrong(target.place, text("a tensor's .", target.words, " cannot be set; .data and .grad can"));
  }
  const List* list = value.as<List>();
  if (!list || list->items->size() != target.parts.size())
    wrong(target.place, text("expected ", target.parts.size(), " values, got ",
                             list ? text(list->items->size()) : std::string(kind_of(value))));
  for (size_t i = 0; i < target.parts.size(); ++i) assign(*target.parts[i], (*list->items)[i]);
}

// x += y is the step of a leaf where a gradient is read, under no_grad, or at .data; else x = x + y.
void Interpreter::augment(const Statement& s) {
  const bool data = s.target->kind == Expression::Kind::attribute;
  if (data && s.target->words != "data")
    wrong(s.target->place, text("a tensor's .", s.target->words, " cannot be changed"));
  const Value before = evaluate(data ? *s.target->parts[0] : *s.target);
  const bool steps = is_leaf(before) && (data || no_grad_ > 0 || mentions_grad(*s.value));
  if (data && !is_leaf(before))
    wrong(s.target->place, "only a leaf can be changed: a name made from a number, or param(…)");
  if (!steps) return assign(*s.target, arithmetic(s.words, before, evaluate(*s.value), s.place));
  const Tensor leaf = *before.as<Tensor>();
  std::optional<Tensor> after;
  {
    const Recorder::Silence silence(recorder_);
    const NoGrad off;
    const Value change = evaluate(*s.value);
    after = as_tensor(arithmetic(s.words, {leaf.detach()}, change, s.place), s.place);
  }
  step(leaf, s.target->kind == Expression::Kind::name ? s.target->words : leaf.name(), *after);
}

void Interpreter::step(Tensor leaf, const std::string& name, const Tensor& value) {
  check_like("step", "a value", value, leaf.shape(), leaf.dtype(), leaf.device());
  const NoGrad off;
  leaf.assign(value.detach().copy(), "step");
  recorder_.step(leaf, name);
}

void Interpreter::zero_grad(const Value& of, Place place) {
  if (const List* list = of.as<List>()) {
    for (const Value& item : *list->items) zero_grad(item, place);
    return;
  }
  const Tensor* t = of.as<Tensor>();
  if (!t) wrong(place, text("expected a tensor whose gradient is to be forgotten, got ", kind_of(of)));
  Tensor leaf = *t;
  if (!leaf.node()) leaf.set_grad({});
  recorder_.zero_grad(leaf);
}

// ---- statements with a body -----------------------------------------------------------------------------------------

void Interpreter::import(const Statement& s) {
  for (size_t i = 0; i + 1 < s.names.size(); i += 2) globals_[s.names[i]] = {Known{s.names[i + 1]}};
}

void Interpreter::with(const Statement& s) {
  const Value value = evaluate(*s.value);
  const Block* block = value.as<Block>();
  if (!block) wrong(s.value->place, "expected scope(\"name\") or no_grad() after 'with'");
  if (block->kind == Block::Kind::scope) {
    const Scope scope(block->name);
    return execute(s.body);
  }
  const NoGrad off;
  ++no_grad_;
  execute(s.body);
  --no_grad_;
}

void Interpreter::loop(const Statement& s) {
  const Value over = evaluate(*s.value);
  const List* list = over.as<List>();
  if (!list) wrong(s.value->place, text("expected range(n) or a list after 'in', got ", kind_of(over)));
  if (loops_.size() >= 10) wrong(s.place, "loops within loops, more than ten deep");
  loops_.emplace_back();
  for (size_t i = 0; i < list->items->size() && !returning_; ++i) {
    const Value& item = (*list->items)[i];
    const Number* number = item.as<Number>();
    loops_.back() = text(s.words, '=', number ? shortest(number->value) : text(i));
    (locals_ ? *locals_ : globals_)[s.words] = item;
    execute(s.body);
  }
  loops_.pop_back();
}

}  // namespace skew::explorer
