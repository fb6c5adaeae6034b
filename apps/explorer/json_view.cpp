// The recording as JSON: everything that it holds.
#include <cmath>

#include "apps/explorer/json_text.h"
#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"

namespace skew::explorer {
namespace {

void put_axis(JsonText& json, const std::vector<double>& v, const Shape& shape, int axis, size_t first) {
  if (axis == shape.rank()) {
    json.value(v[first]);
    return;
  }
  json.open('[');
  const ptrdiff_t step = shape.count(axis + 1, shape.rank());
  for (ptrdiff_t i = 0; i < shape[axis]; ++i) put_axis(json, v, shape, axis + 1, first + size_t(i * step));
  json.close(']');
}

void put(JsonText& json, const char* key, const Tensor& t) {
  json.key(key);
  if (!t.defined()) return void(json.null());
  put_axis(json, t.doubles(), t.shape(), 0, 0);
}

void put_shape(JsonText& json, const Shape& shape) {
  json.key("shape").open('[');
  for (const ptrdiff_t length : shape) json.value(double(length));
  json.close(']');
}

void put_statistics(JsonText& json, const char* key, const std::optional<Statistics>& s) {
  if (!s) return;
  json.key(key).open('{').key("count").value(double(s->count)).key("not_finite").value(double(s->not_finite));
  json.key("zeros").value(double(s->zeros)).key("least").value(s->least).key("most").value(s->most);
  json.key("mean").value(s->mean).key("deviation").value(s->deviation).key("rms").value(s->rms).key("bins").open('[');
  for (const int64_t bin : s->bins) json.value(double(bin));
  json.close(']').close('}');
}

void put_place(JsonText& json, Place place) { json.key("line").value(place.line).key("column").value(place.column); }

void put_contribution(JsonText& json, const Contribution& c) {
  json.open('{').key("from");
  if (c.from < 0) json.value("seed");
  else json.value(c.from);
  json.key("input").value(double(c.input)).key("call").value(c.call).key("order").value(c.arrival);
  put(json, "value", c.value);
  json.key("numbers").value(c.numbers).key("cleared").value(c.cleared).close('}');
}

void put_inputs(JsonText& json, const RecordedNode& node) {
  json.key("inputs").open('[');
  for (const RecordedInput& in : node.inputs) {
    if (in.node >= 0) {
      json.value(in.node);
    } else {
      json.open('{');
      put(json, "number", in.number);
      json.close('}');
    }
  }
  json.close(']').key("input_names").open('[');
  for (const RecordedInput& in : node.inputs) json.value(in.name);
  json.close(']');
}

void put_node(JsonText& json, const Recording& recording, const RecordedNode& node) {
  json.open('{').key("id").value(node.id).key("op").value(node.op).key("name").value(node.name);
  put_inputs(json, node);
  put(json, "value", node.value);
  json.key("saved").open('[');
  for (const SavedTensor& saved : node.saved) {
    json.open('{').key("name").value(saved.name).key("here").value(saved_in_names(recording, node, saved));
    put_shape(json, saved.shape);
    json.key("bytes").value(double(saved.bytes)).key("storage").value(saved.storage).close('}');
  }
  json.close(']').key("saved_note").value(saved_note(node));
  json.key("bytes").value(double(node.bytes));
  put(json, "grad", node.grad);
  json.key("contributions").open('[');
  for (const Contribution& c : node.contributions) put_contribution(json, c);
  json.close(']').key("label").value(node.label()).key("arguments").value(node.arguments);
  json.key("scope").value(node.scope).key("iteration").value(node.iteration).key("latest").value(node.latest);
  json.key("wants_grad").value(node.wants_grad);
  put_shape(json, node.shape);
  json.key("rules").open('[');
  for (const LocalRule& rule : node.rules)
    json.open('{')
        .key("input")
        .value(double(rule.input))
        .key("rule")
        .value(rule.rule)
        .key("here")
        .value(rule.rule.empty()
                   ? ""
                   : input_in_names(recording, node, rule.input) + " += " + rule_in_names(recording, node, rule.rule))
        .close('}');
  json.close(']');
  json.key("layout").value(node.layout).key("kernels").value(node.kernels).key("source").value(node.source);
  if (node.seconds) json.key("seconds").open('[').value(node.seconds->forward).value(node.seconds->backward).close(']');
  put_statistics(json, "statistics", node.statistics);
  put_statistics(json, "grad_statistics", node.grad_statistics);
  put_place(json, node.place);
  json.close('}');
}

void put_check(JsonText& json, const Recording& recording, const LeafCheck& c) {
  json.open('{').key("leaf").value(c.node).key("name").value(recording.nodes[size_t(c.node)].label());
  json.key("call").value(c.call).key("checked").value(double(c.checked)).key("elements").value(double(c.elements));
  json.key("worst").value(c.worst).key("at").value(double(c.at)).key("gradient").value(c.gradient);
  json.key("difference").value(c.difference).key("kink").value(c.kink).key("ok").value(c.ok).close('}');
}

void put_event(JsonText& json, const Event& event) {
  constexpr const char* words[] = {"backward", "zero_grad", "step", "print"};
  json.open('{').key("kind").value(words[int(event.kind)]).key("node").value(event.node);
  json.key("nodes").value(event.nodes).key("words").value(event.words);
  put_place(json, event.place);
  json.close('}');
}

}  // namespace

std::string json_text(const Recording& recording) {
  JsonText json;
  json.open('{').key("nodes").open('[');
  for (const RecordedNode& node : recording.nodes) put_node(json, recording, node);
  json.close(']').key("check").open('[');
  for (const LeafCheck& check : recording.check) put_check(json, recording, check);
  json.close(']').key("events").open('[');
  for (const Event& event : recording.events) put_event(json, event);
  json.close(']').key("rules").open('[');
  for (const RuleCheck& c : recording.rules) {
    json.open('{').key("op").value(c.op).key("input").value(c.input).key("node").value(c.node);
    json.key("checked").value(double(c.checked)).key("at").value(double(c.at)).key("rule").value(c.rule);
    json.key("difference").value(c.difference).key("words").value(c.words).close('}');
  }
  json.close(']').key("device").value(recording.device);
  if (!recording.library.empty()) json.key("library").value(recording.library);
  if (!recording.title.empty()) json.key("title").value(recording.title);
  json.key("result").value(recording.result());
  json.key("not_finite").value(recording.first_not_finite).key("error");
  if (recording.failed) {
    json.open('{').key("message").value(recording.problem.message).key("op").value(recording.problem.op);
    json.key("inputs").open('[');
    for (const int id : recording.problem.inputs) json.value(id);
    json.close(']');
    put_place(json, recording.problem.place);
    json.close('}');
  } else {
    json.null();
  }
  json.close('}');
  return json.str() + "\n";
}

}  // namespace skew::explorer
