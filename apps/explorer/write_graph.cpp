// Pictures into files, and the graph in the language of Graphviz.
#include "apps/explorer/graph_model.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/views.h"
#include "apps/report/picture_file.h"
#include "core/error.h"
#include "core/file.h"

namespace skew::explorer {
namespace {

// A text between quotes.
std::string quoted(const std::string& words) {
  std::string out = "\"";
  for (const char c : words) {
    if (c == '"' || c == '\\') out += '\\';
    if (c != '\n') out += c;
    else out += "\\n";
  }
  return out + "\"";
}

}  // namespace

std::string dot_text(const Recording& recording) {
  const GraphModel model = graph_model(recording, {});
  std::string out = "digraph autograd {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
  for (size_t b = 0; b < model.boxes.size(); ++b) {
    std::string label;
    for (const std::string& line : model.boxes[b].lines) label += (label.empty() ? "" : "\n") + line;
    out += text("  b", b, " [label=", quoted(label), "];\n");
  }
  for (const GraphArrow& arrow : model.arrows) {
    out += text("  b", arrow.from, " -> b", arrow.to);
    if (!arrow.gradient.empty()) out += text(" [label=", quoted(arrow.gradient), "]");
    else if (!arrow.wants_grad) out += " [style=dashed]";
    out += ";\n";
  }
  return out + "}\n";
}

void write_graph(const Recording& recording, const std::string& path, const PictureOptions& options) {
  if (!report::picture_ending(path).empty()) report::write_picture(path, graph_svg(recording, options));
  else if (path.ends_with(".html")) write_file(path, graph_html(recording, options));
  else if (path.ends_with(".dot")) write_file(path, dot_text(recording));
  else throw ValueError(text(path, ": expected a name that ends with .svg, .png, .pdf, .html or .dot"));
}

}  // namespace skew::explorer
