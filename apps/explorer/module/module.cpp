// The explorer as WebAssembly: what a page, or Node, calls. The engine is the one that trains networks, in double on
// the reference; a program goes in as text, a recording comes out as JSON, pictures as SVG.
//
// An error cannot be caught in here: throw.cpp hands its words to the page, which throws them as an error of its own
// and then may ask failed() for the recording until there. Destructors do not run on the way, so the page makes a new
// instance afterwards.
#include <memory>
#include <string>
#include <vector>

#include "apps/explorer/as_cpp.h"
#include "apps/explorer/check.h"
#include "apps/explorer/examples.h"
#include "apps/explorer/forward_mode.h"
#include "apps/explorer/graph_model.h"
#include "apps/explorer/json_text.h"
#include "apps/explorer/live_net.h"
#include "apps/explorer/memory_curve.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/program.h"
#include "apps/explorer/read_recording.h"
#include "apps/explorer/routes.h"
#include "apps/explorer/views.h"
#include "apps/module/thrown.h"
#include "apps/module/words.h"
#include "core/registry.h"

using namespace skew;
using namespace skew::explorer;

namespace {

std::vector<std::pair<std::string, double>> let;
std::unique_ptr<Interpreter> interpreter;
Recording recording;
std::unique_ptr<Jacobians> jacobians;  // of the recording
std::unique_ptr<LiveNet> live_net;

void take(Recording from) {
  recording = std::move(from);
  jacobians = std::make_unique<Jacobians>(recording);
}

const RecordedNode& node_at(int id) {
  if (id < 0 || size_t(id) >= recording.nodes.size()) throw ValueError(text("there is no node #", id));
  return recording.nodes[size_t(id)];
}

void put_numbers(JsonText& json, const Tensor& t) {  // row-major, without their shape: the node says it
  json.open('[');
  for (const double v : t.doubles()) json.value(v);
  json.close(']');
}

// {"3": [...], …}: by node, of those that have one.
const char* by_node(const std::vector<Tensor>& of) {
  JsonText json;
  json.open('{');
  for (size_t id = 0; id < of.size(); ++id)
    if (of[id].defined()) put_numbers(json.key(std::to_string(id)), of[id]);
  json.close('}');
  return answered(json.str());
}

LiveNet& net() {
  if (!live_net) throw ValueError("net_begin() comes first");
  return *live_net;
}

// conv2d(x, w, b, stride=1)
std::string call_of(const OpRow& row) {
  std::vector<std::string> taken = inputs_of(row);
  for (const FieldInfo& argument : row.arguments) taken.push_back(argument.name + "=" + argument.value);
  return row.name + "(" + joined(taken, ", ") + ")";
}

const char* checked() {
  check_leaves(recording);
  check_rules(recording, recording.own_rules);
  name_culprits(recording);
  return answered(json_text(recording));
}

}  // namespace

// Sliders: numbers for the next run, each named by the words.
EXPORT(let_clear) void let_clear() { let.clear(); }
EXPORT(let_set) void let_set(double value) { let.emplace_back(words, value); }

// Runs the words as a program; the recording with its checks as JSON.
EXPORT(run) const char* run() {
  interpreter.reset();  // watches end in the reverse order of their beginning
  interpreter = std::make_unique<Interpreter>(words, ProgramOptions{.let = let});
  interpreter->run();
  take(interpreter->recorder().recording());
  return checked();
}

// After an error in run(): the same, until there.
EXPORT(failed) const char* failed() {
  const ProgramError* told = thrown.as<ProgramError>();
  take(explorer::failed(*interpreter, thrown.words, told ? &told->place : nullptr));
  return answered(json_text(recording));
}

// Of the last recording: the picture, numbers 0 where short, 1 always, 2 never; moment −1: everything.
EXPORT(picture) const char* picture(int scope_depth, int numbers, int all, int moment) {
  return answered(graph_svg(
      recording, {.scope_depth = scope_depth, .numbers = Numbers(numbers), .all = all != 0, .moment = moment}));
}
EXPORT(table) const char* table(int all, int width) {
  return answered(table_text(recording, {.all = all != 0, .width = width}));
}
// What picture() shows at each moment, as a JSON list of sentences.
EXPORT(story) const char* story(int all) {
  JsonText json;
  json.open('[');
  for (const std::string& sentence : moments(recording, {.all = all != 0})) json.value(sentence);
  json.close(']');
  return answered(json.str());
}
// Of each of these sentences [node, contribution]; −1: the node is made.
EXPORT(walk) const char* walk(int all) {
  JsonText json;
  json.open('[');
  for (const Moment& m : moments_of(recording, all != 0))
    json.open('[').value(double(m.node)).value(double(m.contribution)).close(']');
  json.close(']');
  return answered(json.str());
}
// The chain rule with respect to the name in the words.
EXPORT(explanation) const char* explanation() {
  return answered(explanation_text(recording, explain(recording, words)));
}

// Shows the recording in the words, JSON, from now on.
EXPORT(open_recording) const char* open_recording() {
  interpreter.reset();
  take(read_recording(words));
  return answered("{}");
}

// ---- Jacobians
// Of every node that the element was made from: ∂element/∂node.
EXPORT(made_from) const char* made_from(int node, int element) {
  node_at(node);
  return by_node(explorer::made_from(recording, node, element));
}
// The same of the op's inputs by the program's own rule: {} where it has none.
EXPORT(made_by_rule) const char* made_by_rule(int node, int element) {
  node_at(node);
  if (!interpreter) return answered("{}");
  return by_node(explorer::made_by_rule(recording, node, element, interpreter->recorder()));
}
// Of every node that the element reaches: ∂node/∂element.
EXPORT(reached_from) const char* reached_from(int node, int element) {
  return by_node(jacobians->reached_from(node, one_hot(node_at(node).shape, element)));
}
EXPORT(two_modes) const char* two_modes() {
  const TwoModes modes = explorer::two_modes(recording, *jacobians);
  JsonText json;
  json.open('{').key("result").value(modes.result).key("inputs").value(double(modes.inputs));
  json.key("outputs").value(double(modes.outputs)).key("compared").value(double(modes.compared));
  json.key("worst").value(modes.worst);
  const auto put = [&](const char* name, const PassCost& cost) {
    json.key(name).open('{').key("passes").value(double(cost.passes)).key("ops").value(double(cost.ops));
    json.key("products").value(double(cost.products)).close('}');
  };
  put("forward", modes.forward);
  put("reverse", modes.reverse);
  json.close('}');
  return answered(json.str());
}
EXPORT(tangents) const char* tangents(int leaf, int element) {
  node_at(leaf);
  const Tangents along = explorer::tangents(recording, *jacobians, leaf, element);
  JsonText json;
  json.open('{').key("result").value(along.result).key("at_result").value(along.at_result).key("gradient");
  if (along.has_gradient) json.value(along.gradient);
  else json.null();
  json.key("of").open('{');
  for (size_t id = 0; id < along.of.size(); ++id)
    if (along.of[id].defined()) put_numbers(json.key(std::to_string(id)), along.of[id]);
  json.close('}').close('}');
  return answered(json.str());
}

// Bytes that the graph keeps at each moment of story(): [[all, of them leaves'], …]
EXPORT(memory_curve) const char* memory_curve(int all) {
  JsonText json;
  json.open('[');
  for (const MemoryMoment& m : explorer::memory_curve(recording, all != 0))
    json.open('[').value(double(m.bytes)).value(double(m.of_leaves)).close(']');
  json.close(']');
  return answered(json.str());
}

// The last program as C++ that links libskew.
EXPORT(as_cpp) const char* as_cpp() { return answered(explorer::as_cpp(recording)); }

// ---- a network that learns (live_net.h); data 0: points, 1: shapes
EXPORT(net_begin) const char* net_begin(int data, int seed, int shown, double missing) {
  interpreter.reset();  // its recorder would listen
  live_net = std::make_unique<LiveNet>(data == 0 ? LiveData::points : LiveData::shapes, uint64_t(seed), missing);
  return answered(live_net->data(shown));
}
EXPORT(net_step) void net_step() { net().step(); }
EXPORT(net_state) const char* net_state() { return answered(net().state()); }
EXPORT(net_scores) const char* net_scores() { return answered(net().scores()); }
EXPORT(net_map) const char* net_map(int size) { return answered(net().map(size)); }
EXPORT(net_look) const char* net_look(int index) { return answered(net().look(index)); }

// What can be written: the examples, the language's own functions and all ops, as JSON.
EXPORT(catalogue) const char* catalogue() {
  JsonText json;
  json.open('{').key("examples").open('[');
  for (const Example& e : examples())
    json.open('{').key("name").value(e.name).key("about").value(e.about).key("program").value(e.program).close('}');
  json.close(']').key("functions").open('[');
  for (const auto& [call, doc] : Interpreter::own_functions())
    json.open('{').key("call").value(call).key("doc").value(doc).close('}');
  json.close(']').key("ops").open('[');
  for (const auto& [name, row] : registered_ops()) {
    json.open('{').key("name").value(name).key("call").value(call_of(row)).key("doc").value(row.doc);
    json.key("formula").value(row.formula);
    json.key("back").open('{');
    for (const auto& [input, rule] : row.back) json.key(input).value(rule);
    json.close('}').close('}');
  }
  json.close(']').close('}');
  return answered(json.str());
}
