// A learner's own way back: `@backward def d_mul(g, a, b): return g*b, g*a` in the place of the engine's.
#include "apps/explorer/interpreter.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

Tensor like(const Tensor& t, const Tensor& model) {
  return (is_floating(t.dtype()) ? t.to(model.dtype()) : t).to(model.device());
}

}  // namespace

void Interpreter::use_rule(const Statement& s) {
  const std::string by_name = s.words.starts_with("d_") ? s.words.substr(2) : "";
  const std::string op = s.rule_of.empty() ? by_name : s.rule_of;
  if (op.empty())
    wrong(s.place,
          "a rule is called d_ and the name of its op, as d_mul, or decorated with the name: @backward(\"mul\")");
  const OpRow* row = row_called(op);
  if (!row) wrong(s.place, text("a rule for an unknown op '", op, "'", suggestion(op, row_names())));
  if (s.names.empty())
    wrong(s.place, text("a rule takes g, the gradient of the result, and what it needs: def d_", op, "(g, …)"));
  recorder_.use_rule(row->name, [this, &s](const RecordedNode& node, const Tensor& dy, Tensors& dx) {
    const NoGrad off;
    take_rule(s, node, call_function(s, rule_arguments(s, node, dy), s.place), dx);
  });
}

// g, then inputs by their names or in their order; y is the result.
Values Interpreter::rule_arguments(const Statement& s, const RecordedNode& node, const Tensor& dy) const {
  Values out = {{dy.detach()}};
  size_t next = 0;
  for (size_t p = 1; p < s.names.size(); ++p) {
    size_t i = 0;
    while (i < node.inputs.size() && node.inputs[i].name != s.names[p]) ++i;
    if (i == node.inputs.size() && s.names[p] == "y") {
      out.push_back({like(node.value, dy)});
      continue;
    }
    if (i == node.inputs.size()) i = next;
    if (i >= node.inputs.size())
      wrong(s.place, text("a rule of ", node.op, " takes g, its ", node.inputs.size(), " inputs, and y, the result"));
    next = i + 1;
    const RecordedInput& input = node.inputs[i];
    const Tensor& value = input.node >= 0 ? recorder_.node(input.node).value : input.number;
    out.push_back(value.defined() ? Value{like(value, dy)} : Value{});
  }
  return out;
}

// One gradient for each input, or a single one where a single one is wanted.
void Interpreter::take_rule(const Statement& s, const RecordedNode& node, const Value& result, Tensors& dx) {
  const List* list = result.as<List>();
  size_t wanted = 0;
  for (const Tensor& t : dx) wanted += t.defined();
  if (list && list->items->size() > dx.size())
    wrong(s.place, text(node.op, " has ", dx.size(), dx.size() == 1 ? " input" : " inputs", "; its rule returns ",
                        list->items->size(), " gradients"));
  for (size_t i = 0; i < dx.size(); ++i) {
    if (!dx[i].defined()) continue;
    Value mine;
    if (list && i < list->items->size()) mine = (*list->items)[i];
    else if (!list && wanted == 1) mine = result;
    if (mine.none()) {
      std::vector<std::string> names;
      for (size_t k = 0; k < dx.size(); ++k)
        if (dx[k].defined()) names.push_back(node.inputs[k].name);
      wrong(s.place, text("the rule of ", node.op, " returns no gradient of ", node.inputs[i].name,
                          "; return one for each input, with a comma between: of ", joined(names, ", of ")));
    }
    if (const Known* word = mine.as<Known>()) wrong(s.place, unknown_name(word->dotted));
    Tensor t = as_tensor(mine, s.place);
    if (t.count() == 1 && !(t.shape() == dx[i].shape()))
      t = Tensor::full(dx[i].shape(), t.item(), t.dtype(), t.device());
    check_like(text("the rule of ", node.op), text("a gradient of ", node.inputs[i].name), t, dx[i].shape(),
               dx[i].dtype(), dx[i].device());
    dx[i] = t.detach();
  }
}

}  // namespace skew::explorer
