// The table of a terminal: a line for each node, and below it one for each gradient that arrived, in its order.
#include <algorithm>
#include <array>
#include <cctype>

#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "apps/formats/utf8.h"
#include "apps/report/table.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

std::string padded(const std::string& words, int width, bool right) {
  const std::string blanks(size_t(std::max(0, width - report::column_width(words))), ' ');
  return right ? blanks + words : words + blanks;
}

void add_line(std::string& out, std::string line) {
  while (line.ends_with(' ')) line.pop_back();
  out += line + '\n';
}

// ---- cells ----------------------------------------------------------------------------------------------------------

constexpr int few_digits = 4;  // where a line has no room for more

// How values are written in their columns.
struct CellForm {
  int digits = 7;
  ptrdiff_t most = 2;   // elements: of more the shape
  bool narrow = false;  // a shape without its word
};

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '#'; }

// Cut at its end, and not behind a number, which could be the beginning of a longer one.
std::string shortened(const std::string& words, int width) {
  const std::string cut = report::cut_columns(words, width);
  constexpr std::string_view dots = "…";
  if (cut == words || !cut.ends_with(dots)) return cut;
  size_t end = cut.size() - dots.size(), number = end;
  while (number > 0 && ((words[number - 1] >= '0' && words[number - 1] <= '9') || words[number - 1] == '.')) --number;
  if (number == 0 || !is_name_character(words[number - 1])) end = number;
  return words.substr(0, end) + std::string(dots);
}

std::string shape_cell(const Shape& shape, const CellForm& form) {
  const std::string words = shape_text(shape);
  return form.narrow && shape.rank() > 1 ? words.substr(words.find(' ') + 1) : words;
}

// A number, a few, or the shape of more: contributions below say how large they are.
std::string cell(const Tensor& t, const CellForm& form) {
  return t.count() <= form.most && t.count() > 0 ? summary(t, form.digits) : shape_cell(t.shape(), form);
}

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

std::string saved_text(const Recording& recording, const RecordedNode& node) {
  std::vector<std::string> words;
  for (const SavedTensor& saved : node.saved) words.push_back(saved_in_names(recording, node, saved));
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

std::string value_text(const RecordedNode& node, const CellForm& form) {
  const std::string shape = shape_cell(node.shape, form);
  if (node.statistics && form.narrow) return shape;
  if (node.statistics) return shape + ": " + short_text(*node.statistics);
  return node.value.defined() ? cell(node.value, form) : shape;
}

std::string grad_text(const RecordedNode& node, const CellForm& form) {
  if (!node.wants_grad) return "";
  if (node.grad_statistics) return "rms " + pretty(node.grad_statistics->rms, 3);
  return node.grad.defined() ? cell(node.grad, form) : "not yet";
}

// "   += 12   from #2 mul: b·g = −2·(−6) = 12"
std::string contribution_text(const Recording& recording, const Contribution& c, const RecordedNode& to, int digits) {
  std::string line = "      += " + (c.value.defined() ? summary(c.value, digits) : std::string("…"));
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

// ---- the table ------------------------------------------------------------------------------------------------------

struct TableColumn {
  const char* name;
  bool right;
  int most;
};
constexpr std::array<TableColumn, 8> columns{{{"#", true, 6},
                                              {"op", false, 20},
                                              {"in", false, 16},
                                              {"out", false, 36},
                                              {"value", true, 26},
                                              {"saved", false, 16},
                                              {"way back", false, 1000},
                                              {"grad", true, 26}}};
constexpr size_t out_column = 3, value_column = 4, back_column = 6, grad_column = 7;

using Cells = std::array<std::string, columns.size()>;
using Widths = std::array<int, columns.size()>;

Cells cells_of(const Recording& recording, const RecordedNode& node, int digits) {
  const std::string op = node.op + (node.arguments.empty() ? "" : " " + node.arguments);
  return {text(node.id),
          op,
          inputs_text(recording, node),
          node.name.empty() ? "" : node.label(),
          value_text(node, {.digits = digits}),
          saved_text(recording, node),
          rules_text(recording, node),
          grad_text(node, {.digits = digits})};
}

int width_of(const std::vector<Cells>& rows, size_t c) {
  int width = report::column_width(columns[c].name);
  for (const Cells& row : rows) width = std::max(width, report::column_width(row[c]));
  return width;
}

// As wide as their longest cell; where that is too much, the way back of each node gets a line of its own, then numbers
// are written with fewer digits, then words give way. A width of 0: no column.
Widths fit_widths(const Recording& recording, const std::vector<int>& shown, std::vector<Cells>& rows,
                  const TableOptions& options) {
  Widths widths{};
  int sum = 2 * int(columns.size() - 1);
  for (size_t c = 0; c < columns.size(); ++c) {
    widths[c] = std::min(width_of(rows, c), columns[c].most);
    sum += widths[c];
  }
  const auto shrink = [&](size_t c, int least) {
    const int less = std::min(std::max(0, sum - options.width), std::max(0, widths[c] - least));
    widths[c] -= less;
    sum -= less;
  };
  const auto write_shorter = [&](size_t c, ptrdiff_t most) {
    if (sum <= options.width && width_of(rows, c) <= widths[c]) return;
    const CellForm form{.digits = std::min(options.digits, few_digits), .most = most, .narrow = true};
    for (size_t i = 0; i < rows.size(); ++i) {
      const RecordedNode& node = recording.nodes[size_t(shown[i])];
      rows[i][c] = c == value_column ? value_text(node, form) : grad_text(node, form);
    }
    sum += width_of(rows, c) - widths[c];
    widths[c] = width_of(rows, c);
  };
  if (sum > options.width) {
    sum -= widths[back_column] + 2;
    widths[back_column] = 0;
  }
  for (const size_t c : {value_column, grad_column}) write_shorter(c, 2);
  shrink(out_column, 12);
  for (const size_t c : {1, 2, 3, 5}) shrink(c, 8);
  for (const size_t c : {grad_column, value_column}) write_shorter(c, 1);
  for (const size_t c : {5, 2, 3}) shrink(c, 5);
  return widths;
}

std::string row_text(const Cells& cells, const Widths& widths) {
  std::string line;
  for (size_t c = 0; c < columns.size(); ++c)
    if (widths[c] > 0)
      line += (c > 0 ? "  " : "") + padded(shortened(cells[c], widths[c]), widths[c], columns[c].right);
  return line;
}

std::string nodes_table(const Recording& recording, const TableOptions& options) {
  const std::vector<int> shown = shown_nodes(recording, options.all);
  std::vector<Cells> rows;
  for (const int id : shown) rows.push_back(cells_of(recording, recording.nodes[size_t(id)], options.digits));
  const Widths widths = fit_widths(recording, shown, rows, options);
  Cells names;
  for (size_t c = 0; c < columns.size(); ++c) names[c] = columns[c].name;
  std::string out;
  add_line(out, options.styled ? "\x1b[1m" + row_text(names, widths) + "\x1b[0m" : row_text(names, widths));
  for (size_t i = 0; i < rows.size(); ++i) {
    const RecordedNode& node = recording.nodes[size_t(shown[i])];
    add_line(out, row_text(rows[i], widths));
    if (widths[back_column] == 0 && !rows[i][back_column].empty())
      add_line(out, report::wrapped("      way back: " + rows[i][back_column], 9, options.width));
    for (const Contribution& c : node.contributions)
      add_line(out, report::wrapped(contribution_text(recording, c, node, options.digits), 9, options.width));
  }
  if (const size_t hidden = recording.nodes.size() - shown.size(); hidden > 0)
    out += text(hidden, hidden == 1 ? " node" : " nodes", " of earlier repetitions left out; --all shows them\n");
  return out;
}

// What some ops keep though their way back is written in something else: "saved by sigmoid, tanh: the input; …".
std::string saved_notes(const Recording& recording) {
  std::vector<std::pair<std::string, std::vector<std::string>>> notes;
  for (const RecordedNode& node : recording.nodes) {
    const std::string note = saved_note(node);
    if (note.empty()) continue;
    auto at = std::find_if(notes.begin(), notes.end(), [&](const auto& known) { return known.first == note; });
    if (at == notes.end()) at = notes.insert(notes.end(), {note, {}});
    std::vector<std::string>& ops = at->second;
    if (std::find(ops.begin(), ops.end(), node.op) == ops.end()) ops.push_back(node.op);
  }
  std::string out;
  for (const auto& [note, ops] : notes)
    out += report::wrapped(text("saved by ", joined(ops, ", "), ": ", note), 2) + "\n";
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

std::string table_text(const Recording& recording, const TableOptions& options) {
  std::string out;
  for (const Event& event : recording.events)
    if (event.kind == Event::Kind::print) out += report::wrapped(event.words, 2) + '\n';
  if (!out.empty() && !recording.nodes.empty()) out += '\n';
  if (!recording.nodes.empty()) out += nodes_table(recording, options);
  out += saved_notes(recording) + events_text(recording) + check_text(recording, options.digits);
  if (recording.first_not_finite >= 0) {
    const RecordedNode& node = recording.nodes[size_t(recording.first_not_finite)];
    out += text("the first value that is not finite: #", node.id, ' ', node.op, " (", node.label(), "), line ",
                node.place.line, '\n');
  }
  return out;
}

}  // namespace skew::explorer
