// The picture, the table and the check as one page without scripts, to be mailed or shown. A box is a link to what the
// recording holds of its node, which shows while it is the page's target.
#include "apps/explorer/picture.h"
#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "apps/report/svg.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

// Text safe in HTML; line ends stay.
std::string escape_lines(std::string_view words) {
  std::string out;
  while (true) {
    const size_t end = words.find('\n');
    out += report::escape(words.substr(0, end));
    if (end == words.npos) return out;
    out += '\n';
    words.remove_prefix(end + 1);
  }
}

// Boxes as links: the group of node 3 leads to #d3.
std::string with_links(const std::string& svg) {
  constexpr std::string_view begin = "<g id=\"n", end = "</g>";
  std::string out;
  for (size_t at = 0;;) {
    const size_t group = svg.find(begin, at);
    if (group == svg.npos) return out + svg.substr(at);
    const size_t number = group + begin.size(), behind = svg.find(end, group) + end.size();
    out += svg.substr(at, group - at) + "<a href=\"#d" + svg.substr(number, svg.find('"', number) - number) + "\">" +
           svg.substr(group, behind - group) + "</a>";
    at = behind;
  }
}

std::string node_details(const Recording& recording, const RecordedNode& node) {
  std::string out =
      text("<section id=\"d", node.id, "\"><h2>", report::escape(text('#', node.id, ' ', node.label())), "</h2><dl>");
  const auto add = [&](std::string_view term, const std::string& words) {
    if (!words.empty()) out += text("<dt>", term, "</dt><dd>", report::escape(words), "</dd>");
  };
  add("op", node.op + (node.arguments.empty() ? "" : " " + node.arguments));
  add("in", node.scope);
  add("shape", shape_text(node.shape));
  add("value", summary(node.value));
  add("gradient", node.grad.defined() ? summary(node.grad) : std::string(node.wants_grad ? "not yet" : "not wanted"));
  for (const LocalRule& rule : node.rules)
    if (!rule.rule.empty())
      add("way back", input_in_names(recording, node, rule.input) + " += " + rule_in_names(recording, node, rule.rule));
  for (const Contribution& c : node.contributions)
    add("arrived", "+= " + summary(c.value) +
                       (c.from < 0 ? std::string(": the seed")
                                   : text(" from ", recording.nodes[size_t(c.from)].label(), ' ',
                                          recording.nodes[size_t(c.from)].op)) +
                       (c.numbers.empty() ? "" : ": " + c.numbers) + (c.cleared ? " (forgotten)" : ""));
  for (const SavedTensor& saved : node.saved)
    add("keeps",
        text(saved_in_names(recording, node, saved), ", ", shape_text(saved.shape), ", ", saved.bytes, " bytes"));
  return out + "</dl></section>\n";
}

}  // namespace

std::string graph_html(const Recording& recording, const PictureOptions& options) {
  const std::string svg = with_links(graph_svg(recording, options)), table = table_text(recording);
  std::string details;
  for (const RecordedNode& node : recording.nodes)
    if (svg.find(text("\"#d", node.id, "\"")) != svg.npos) details += node_details(recording, node);
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>autograd graph</title>\n"
         "<style>body{margin:0 auto;max-width:110rem;padding:1rem;font:16px/1.4 "
         "system-ui,sans-serif;background:#fff;color:#1c2128}"
         "figure{margin:0;overflow-x:auto}pre{overflow-x:auto;font-size:14px}section{display:none}"
         "section:target{display:block}h2{font-size:17px}dl{display:grid;grid-template-columns:auto 1fr;gap:4px "
         "12px}dd{margin:0}a:focus-visible{outline:3px solid #6287cb}"
         "@media(prefers-color-scheme:dark){body{background:#14171b;color:#e6e9ed}}</style>\n"
         "<figure tabindex=\"0\">\n" +
         svg + "</figure>\n" + details +
         "<p>A click on a box lists below the picture what its node holds: its value, its gradient and where that came "
         "from, its way back, and what it keeps for that.</p>\n<pre tabindex=\"0\">" +
         escape_lines(table + (recording.failed ? "\n" + recording.problem.message + "\n" : "")) + "</pre>\n</html>\n";
}

}  // namespace skew::explorer
