// The check as text: a line for each leaf and backward call, and for each way back that is wrong.
#include <algorithm>
#include <cmath>
#include <set>

#include "apps/explorer/views.h"
#include "apps/report/table.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

bool finite_throughout(const Tensor& t) {
  if (!t.defined()) return true;
  const std::vector<double> v = t.doubles();
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

// Where numbers stop being numbers: "it begins at #1 div".
std::string begin_of_not_finite(const Recording& recording) {
  if (recording.first_not_finite >= 0) {
    const RecordedNode& node = recording.nodes[size_t(recording.first_not_finite)];
    return text("it begins at #", node.id, ' ', node.op);
  }
  const Contribution* first = nullptr;
  for (const RecordedNode& node : recording.nodes)
    for (const Contribution& c : node.contributions)
      if ((!first || c.arrival < first->arrival) && !finite_throughout(c.value)) first = &c;
  if (!first || first->from < 0) return "nor is what came back";
  return text("it begins on the way back of #", first->from, ' ', recording.nodes[size_t(first->from)].op);
}

std::string verdict_words(const Recording& recording, const LeafCheck& c, int digits) {
  if (c.ok && c.kink) return "ok: a kink, between the slopes on both sides";
  if (c.ok) return "ok, relative error " + pretty(c.worst, 2);
  if (c.finite()) return "WRONG: the difference quotient says " + pretty(c.difference, digits);
  if (std::isfinite(c.gradient) && recording.first_not_finite < 0)
    return "cannot be checked: values beside it are not finite";
  return "not finite: cannot be checked; " + begin_of_not_finite(recording);
}

std::string check_line(const Recording& recording, const LeafCheck& c, int digits) {
  const RecordedNode& node = recording.nodes[size_t(c.node)];
  if (c.checked == 0) return "  " + node.label() + "  not checked: the program is too long for it";
  const std::string element = c.elements > 1 ? text("[", c.at, "]") : "";
  std::vector<std::string> notes;
  if (c.elements > 1 && c.checked == c.elements) notes.push_back(text("all ", c.elements, " checked"));
  else if (c.elements > 1) notes.push_back(text(c.checked, " of ", c.elements, " checked"));
  if (recording.calls.size() > 1) notes.push_back(text("backward ", c.call + 1, " of ", recording.calls.size()));
  return "  " + node.label() + element + "  " + pretty(c.gradient, digits) + "  " +
         verdict_words(recording, c, digits) + (notes.empty() ? "" : "  (" + joined(notes, ", ") + ")");
}

// What several backward calls brought to the leaf of this name, where no zero_grad came between: "a.grad = 12 …".
std::string sum_line(const Recording& recording, const std::string& name, int digits) {
  const RecordedNode* last = nullptr;
  std::set<int> calls;
  for (auto node = recording.nodes.rbegin(); node != recording.nodes.rend(); ++node) {
    if (node->kind != RecordedNode::Kind::leaf || node->name != name) continue;
    if (!last) last = &*node;
    for (const Contribution& c : node->contributions)
      if (!c.cleared) calls.insert(c.call);
    const bool made_by_step = std::any_of(recording.events.begin(), recording.events.end(), [&](const Event& e) {
      return e.kind == Event::Kind::step && e.node == node->id;
    });
    if (!made_by_step) break;  // before it the name meant another leaf
  }
  if (calls.size() < 2 || !last->grad.defined()) return "";
  const std::string sum = last->grad.count() <= 4 ? summary(last->grad, digits) + ": " : "";
  return text("  ", name, ".grad = ", sum, "the sum of ", calls.size(), " backward calls\n");
}

// Of each leaf, by its name, and each backward call the check that went worst.
std::vector<std::vector<const LeafCheck*>> checks_by_name(const Recording& recording) {
  std::vector<std::vector<const LeafCheck*>> out;
  const auto name_of = [&](const LeafCheck* c) { return recording.nodes[size_t(c->node)].name; };
  for (const LeafCheck& check : recording.check) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const auto& of_name) {
      return name_of(of_name[0]) == name_of(&check) && !name_of(&check).empty();
    });
    if (same == out.end()) {
      out.push_back({&check});
      continue;
    }
    const LeafCheck*& last = same->back();
    if (last->call != check.call) same->push_back(&check);
    else if (last->ok && (!check.ok || check.worst > last->worst)) last = &check;
  }
  return out;
}

}  // namespace

std::string check_text(const Recording& recording, int digits) {
  std::string out;
  if (!recording.check.empty()) out += "check (central difference, h=1e-4)\n";
  for (const auto& of_name : checks_by_name(recording)) {
    for (const LeafCheck* c : of_name) out += report::wrapped(check_line(recording, *c, digits), 4) + '\n';
    const std::string& name = recording.nodes[size_t(of_name[0]->node)].name;
    if (!name.empty()) out += sum_line(recording, name, digits);
  }
  for (const RuleCheck& c : recording.rules) {
    const bool own =
        std::find(recording.own_rules.begin(), recording.own_rules.end(), c.op) != recording.own_rules.end();
    const std::string what = text(own ? "  your rule of " : "  the way back of ", c.op, ", ", c.input, " at #", c.node);
    if (!c.words.empty()) out += what + ": " + c.words + '\n';
    else if (c.at < 0) out += what + text("  ok, ", c.checked, c.checked == 1 ? " element\n" : " elements\n");
    else
      out += what + text("  WRONG at element ", c.at, ": it says ") + pretty(c.rule, digits) +
             ", the difference quotient " + pretty(c.difference, digits) + '\n';
  }
  return out;
}

}  // namespace skew::explorer
