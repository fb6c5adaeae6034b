// The table of a terminal: a line for each node, and below it one for each gradient that arrived, in its order.
#include <algorithm>
#include <array>

#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "apps/formats/utf8.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

constexpr int widest = 80;  // columns

std::string padded(const std::string& words, int width, bool right) {
  const std::string blanks(size_t(std::max(0, width - report::column_width(words))), ' ');
  return right ? blanks + words : words + blanks;
}

void add_line(std::string& out, std::string line) {
  while (line.ends_with(' ')) line.pop_back();
  out += line + '\n';
}

// ---- cells
// -----------------------------------------------------------------------------------------------------------

// A number, a few, or the shape of more: contributions below say how large they are.
std::string cell(const Tensor& t) { return t.count() <= 2 ? summary(t) : text(t.shape()); }

std::string input_text(const Recording& recording, const RecordedInput& in) {
  if (in.node >= 0) return recording.nodes[size_t(in.node)].label();
  return summary(in.number);
}

std::string inputs_text(const Recording& recording, const RecordedNode& node) {
  std::vector<std::string> words;
  for (const RecordedInput& in : node.inputs)
    if (in.node >= 0 || in.number.defined()) words.push_back(input_text(recording, in));
  return joined(words, " ");
}

std::string saved_text(const RecordedNode& node) {
  std::vector<std::string> words;
  for (const SavedTensor& saved : node.saved) words.push_back(saved.name == "made forward" ? "…" : saved.name);
  return joined(words, ",");
}

// "c += a·g, a += c·g"
std::string rules_text(const Recording& recording, const RecordedNode& node) {
  std::vector<std::string> words;
  for (const LocalRule& rule : node.rules)
    if (!rule.rule.empty())
      words.push_back(input_in_names(recording, node, rule.input) + " += " + rule_in_names(recording, node, rule.rule));
  return joined(words, ", ");
}

std::string value_text(const RecordedNode& node) {
  if (node.statistics) return text(node.shape, ' ', short_text(*node.statistics));
  return node.value.defined() ? cell(node.value) : text(node.shape);
}

std::string grad_text(const RecordedNode& node) {
  if (!node.wants_grad) return "";
  if (node.grad_statistics) return "rms " + pretty(node.grad_statistics->rms, 3);
  return node.grad.defined() ? cell(node.grad) : "not yet";
}

// "   += 12   from #2 mul: b·g = −2·−6 = 12"
std::string contribution_text(const Recording& recording, const Contribution& c, const RecordedNode& to) {
  std::string line = "      += " + (c.value.defined() ? summary(c.value) : std::string("…"));
  if (c.from < 0)
    return line + (to.kind == RecordedNode::Kind::leaf ? "  seed" : "  seed: the gradient of the result itself");
  const RecordedNode& from = recording.nodes[size_t(c.from)];
  line += text("  from #", from.id, ' ', from.op);
  std::string rule;
  for (const LocalRule& local : from.rules)
    if (local.input == c.input) rule = rule_in_names(recording, from, local.rule);
  if (!c.numbers.empty()) line += ": " + (rule.empty() || rule == "g" ? "" : rule + " = ") + c.numbers;
  else if (!rule.empty()) line += ": " + rule;
  if (c.cleared) line += "  (forgotten by zero_grad)";
  return line;
}

// ---- the table
// ---------------------------------------------------------------------------------------------------------

struct TableColumn {
  const char* name;
  bool right;
  int most;
};
constexpr std::array<TableColumn, 8> columns{{{"#", true, 6},
                                              {"op", false, 20},
                                              {"in", false, 16},
                                              {"out", false, 12},
                                              {"value", true, 26},
                                              {"saved", false, 10},
                                              {"way back", false, 40},
                                              {"grad", true, 26}}};
constexpr size_t back_column = 6;

using Cells = std::array<std::string, columns.size()>;

Cells cells_of(const Recording& recording, const RecordedNode& node) {
  const std::string op = node.op + (node.arguments.empty() ? "" : " " + node.arguments);
  return {text(node.id),
          op,
          inputs_text(recording, node),
          node.name.empty() ? "" : node.label(),
          value_text(node),
          saved_text(node),
          rules_text(recording, node),
          grad_text(node)};
}

// As wide as their longest cell; the way back takes what is left of a line, then the others give way.
std::array<int, columns.size()> widths_of(const std::vector<Cells>& rows) {
  std::array<int, columns.size()> widths{};
  int sum = 0;
  for (size_t c = 0; c < columns.size(); ++c) {
    for (const Cells& row : rows) widths[c] = std::max(widths[c], report::column_width(row[c]));
    widths[c] = std::min(std::max(widths[c], report::column_width(columns[c].name)), columns[c].most);
    sum += widths[c] + (c > 0 ? 2 : 0);
  }
  const auto shrink = [&](size_t c, int least) {
    const int less = std::min(std::max(0, sum - widest), std::max(0, widths[c] - least));
    widths[c] -= less;
    sum -= less;
  };
  shrink(back_column, 14);
  for (const size_t c : {1, 2, 4, 7, 3, 5, 6}) shrink(c, 8);
  return widths;
}

std::string row_text(const Cells& cells, const std::array<int, columns.size()>& widths) {
  std::string line;
  for (size_t c = 0; c < columns.size(); ++c)
    line += (c > 0 ? "  " : "") + padded(report::cut_columns(cells[c], widths[c]), widths[c], columns[c].right);
  return line;
}

std::string nodes_table(const Recording& recording, const TableOptions& options) {
  const std::vector<int> shown = shown_nodes(recording, options.all);
  std::vector<Cells> rows;
  for (const int id : shown) rows.push_back(cells_of(recording, recording.nodes[size_t(id)]));
  const auto widths = widths_of(rows);
  Cells names;
  for (size_t c = 0; c < columns.size(); ++c) names[c] = columns[c].name;
  std::string out;
  add_line(out, options.styled ? "\x1b[1m" + row_text(names, widths) + "\x1b[0m" : row_text(names, widths));
  for (size_t i = 0; i < rows.size(); ++i) {
    const RecordedNode& node = recording.nodes[size_t(shown[i])];
    add_line(out, row_text(rows[i], widths));
    for (const Contribution& c : node.contributions)
      add_line(out, report::cut_columns(contribution_text(recording, c, node), widest));
  }
  if (const size_t hidden = recording.nodes.size() - shown.size(); hidden > 0)
    out += text(hidden, hidden == 1 ? " node" : " nodes", " of earlier repetitions left out; --all shows them\n");
  return out;
}

// What backward, zero_grad and steps did, where there was more than one backward call.
std::string events_text(const Recording& recording) {
  if (recording.events.size() < 2) return "";
  std::string out;
  size_t count = 0;
  for (const Event& event : recording.events) {
    if (event.kind == Event::Kind::print) continue;
    if (++count > 12) continue;
    const std::string label = event.node >= 0 ? recording.nodes[size_t(event.node)].label() : "";
    const char* what = "zero_grad of ";
    if (event.kind == Event::Kind::backward) what = "backward from ";
    if (event.kind == Event::Kind::step) what = "step makes ";
    out += text("  line ", event.place.line, ": ", what, label, '\n');
  }
  if (count < 2) return "";
  if (count > 12) out += text("  … ", count - 12, " more\n");
  return "in this order:\n" + out;
}

}  // namespace

std::vector<int> shown_nodes(const Recording& recording, bool all) {
  std::vector<bool> shown(recording.nodes.size(), all);
  for (size_t id = recording.nodes.size(); id-- > 0;) {
    const RecordedNode& node = recording.nodes[id];
    if (node.latest &&
        !(node.kind == RecordedNode::Kind::leaf && node.inputs.empty() && !node.iteration.empty() && node.version == 1))
      shown[id] = true;
    if (node.latest)
      for (const RecordedInput& in : node.inputs)
        if (in.node >= 0) shown[size_t(in.node)] = true;
  }
  std::vector<int> out;
  for (size_t id = 0; id < shown.size(); ++id)
    if (shown[id]) out.push_back(int(id));
  return out;
}

std::string check_text(const Recording& recording) {
  std::string out;
  std::vector<const LeafCheck*> worst;  // of each name
  for (const LeafCheck& check : recording.check) {
    const std::string& name = recording.nodes[size_t(check.node)].name;
    const auto same = std::find_if(worst.begin(), worst.end(), [&](const LeafCheck* other) {
      return recording.nodes[size_t(other->node)].name == name && !name.empty();
    });
    if (same == worst.end()) worst.push_back(&check);
    else if ((*same)->ok && (!check.ok || check.worst > (*same)->worst)) *same = &check;
  }
  if (!worst.empty()) out += "check (central difference, h=1e-4)\n";
  for (const LeafCheck* c : worst) {
    const RecordedNode& node = recording.nodes[size_t(c->node)];
    std::string line =
        "  " + node.label() + (c->elements > 1 ? text("[", c->at, "]") : "") + "  " + pretty(c->gradient);
    if (c->checked == 0) line = "  " + node.label() + "  not checked: the program is too long for it";
    else if (c->ok && c->kink) line += "  ok: a kink, between the slopes on both sides";
    else if (c->ok) line += text("  ok, relative error ", pretty(c->worst));
    else line += "  WRONG: the difference quotient says " + pretty(c->difference);
    if (c->elements > 1 && c->checked == c->elements) line += text("  (all ", c->elements, " checked)");
    else if (c->elements > 1 && c->checked > 0) line += text("  (", c->checked, " of ", c->elements, " checked)");
    out += report::cut_columns(line, widest) + '\n';
  }
  for (const RuleCheck& c : recording.rules) {
    const bool own =
        std::find(recording.own_rules.begin(), recording.own_rules.end(), c.op) != recording.own_rules.end();
    const std::string what = text(own ? "  your rule of " : "  the way back of ", c.op, ", ", c.input, " at #", c.node);
    if (!c.words.empty()) out += what + ": " + c.words + '\n';
    else if (c.at < 0) out += what + text("  ok, ", c.checked, c.checked == 1 ? " element\n" : " elements\n");
    else
      out += what + text("  WRONG at element ", c.at, ": it says ") + pretty(c.rule) + ", the difference quotient " +
             pretty(c.difference) + '\n';
  }
  return out;
}

std::string table_text(const Recording& recording, const TableOptions& options) {
  std::string out;
  for (const Event& event : recording.events)
    if (event.kind == Event::Kind::print) out += event.words + '\n';
  if (!out.empty() && !recording.nodes.empty()) out += '\n';
  if (!recording.nodes.empty()) out += nodes_table(recording, options);
  out += events_text(recording) + check_text(recording);
  if (recording.first_not_finite >= 0) {
    const RecordedNode& node = recording.nodes[size_t(recording.first_not_finite)];
    out += text("the first value that is not finite: #", node.id, ' ', node.op, " (", node.label(), "), line ",
                node.place.line, '\n');
  }
  return out;
}

}  // namespace skew::explorer
