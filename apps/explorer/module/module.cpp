// The explorer as WebAssembly: what a page, or Node, calls. The engine is the one that trains networks, in double on
// the reference; a program goes in as text, a recording comes out as JSON, pictures as SVG.
//
// An error cannot be caught in here: throw.cpp hands its words to the page, which throws them as an error of its own
// and then may ask failed() for the recording until there. Destructors do not run on the way, so the page makes a new
// instance afterwards.
#include <memory>
#include <string>
#include <vector>

#include "apps/explorer/check.h"
#include "apps/explorer/examples.h"
#include "apps/explorer/json_text.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/program.h"
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
  recording = interpreter->recorder().recording();
  return checked();
}

// After an error in run(): the same, until there.
EXPORT(failed) const char* failed() {
  const ProgramError* told = thrown.as<ProgramError>();
  recording = explorer::failed(*interpreter, thrown.words, told ? &told->place : nullptr);
  return answered(json_text(recording));
}

// Of the last recording: the picture, numbers 0 where short, 1 always, 2 never; moment −1: everything.
EXPORT(picture) const char* picture(int scope_depth, int numbers, int all, int moment) {
  return answered(graph_svg(
      recording, {.scope_depth = scope_depth, .numbers = Numbers(numbers), .all = all != 0, .moment = moment}));
}
EXPORT(table) const char* table(int all) { return answered(table_text(recording, {.all = all != 0})); }
// What picture() shows at each moment, as a JSON list of sentences.
EXPORT(story) const char* story(int all) {
  JsonText json;
  json.open('[');
  for (const std::string& sentence : moments(recording, {.all = all != 0})) json.value(sentence);
  json.close(']');
  return answered(json.str());
}
// The chain rule with respect to the name in the words.
EXPORT(explanation) const char* explanation() {
  return answered(explanation_text(recording, explain(recording, words)));
}

// What can be written: the examples and all ops, as JSON.
EXPORT(catalogue) const char* catalogue() {
  JsonText json;
  json.open('{').key("examples").open('[');
  for (const Example& e : examples())
    json.open('{').key("name").value(e.name).key("about").value(e.about).key("program").value(e.program).close('}');
  json.close(']').key("ops").open('[');
  for (const auto& [name, row] : registered_ops()) {
    json.open('{').key("name").value(name).key("doc").value(row.doc).key("formula").value(row.formula);
    json.key("back").open('{');
    for (const auto& [input, rule] : row.back) json.key(input).value(rule);
    json.close('}').close('}');
  }
  json.close(']').close('}');
  return answered(json.str());
}
