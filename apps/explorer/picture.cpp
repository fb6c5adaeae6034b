// Drawing a graph model with its layout.
#include "apps/explorer/picture.h"

#include <algorithm>

#include "apps/explorer/graph_model.h"
#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "apps/report/number_text.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

using report::Point;
using report::Svg;

constexpr double size = 13, line_height = 17, padding = 9, least_width = 84, most_text = 240;

BoxSize size_of(const GraphBox& box) {
  double width = least_width;
  for (size_t i = 0; i < box.lines.size(); ++i) {
    const bool strong = box.classes[i + 1].starts_with("strong");
    width = std::max(
        width, std::min(most_text, report::text_width(box.lines[i], size * (strong ? report::bold : 1))) + 2 * padding);
  }
  return {width, double(box.lines.size()) * line_height + 2 * padding - 6};
}

// Arrows leave and enter level, and bend in between.
std::vector<Point> curve_through(const std::vector<Point>& route) {
  std::vector<Point> out = {route.front()};
  for (size_t i = 0; i + 1 < route.size(); ++i) {
    const Point a = route[i], b = route[i + 1];
    const double half = (b.x - a.x) / 2;
    out.insert(out.end(), {{a.x + half, a.y}, {b.x - half, b.y}, b});
  }
  return out;
}

void draw_arrow(Svg& svg, const GraphArrow& arrow, const std::vector<Point>& route) {
  if (route.size() < 2) return;
  std::string classes = arrow.wants_grad ? "wire s-slate" : "wire s-quiet dash";
  if (arrow.fresh) classes = "curve s-rust";
  if (arrow.bad) classes = "curve s-red";
  svg.curve(curve_through(route), classes);
  const Point tip = route.back();
  const double side = route[route.size() - 2].x <= tip.x ? -1 : 1;
  svg.curve(std::vector<Point>{{tip.x + side * 7, tip.y - 4}, {tip.x + side * 7, tip.y - 4}, tip, tip}, classes);
  svg.curve(std::vector<Point>{{tip.x + side * 7, tip.y + 4}, {tip.x + side * 7, tip.y + 4}, tip, tip}, classes);
}

void draw_box(Svg& svg, const GraphBox& box, Point corner, const BoxSize& extent) {
  svg.begin_group(box.nodes.empty() ? "failed" : "n" + std::to_string(box.nodes[0]), box.tooltip);
  const std::string stroke = box.classes[0], fill = "f-" + stroke.substr(2);
  svg.rect(corner, extent.width, extent.height, "paper", 7);
  svg.rect(corner, extent.width, extent.height, fill + (box.fresh ? " glow" : " soft"), 7);
  svg.rect(corner, extent.width, extent.height, "rim-box " + stroke + (box.scope ? " dash" : ""), 7);
  for (size_t i = 0; i < box.lines.size(); ++i) {
    const bool strong = box.classes[i + 1].starts_with("strong");
    const std::string words =
        report::fit_name(box.lines[i], extent.width - 2 * padding + 1, size * (strong ? report::bold : 1));
    svg.text({corner.x + extent.width / 2, corner.y + padding + 9 + double(i) * line_height}, words, box.classes[i + 1],
             report::Anchor::middle);
  }
  svg.end_group();
}

std::string sentence_of(const Recording& recording, const PictureOptions& options) {
  if (recording.failed)
    return "The graph until the mistake in line " + std::to_string(recording.problem.place.line) + ".";
  size_t ops = 0, leaves = 0;
  for (const RecordedNode& node : recording.nodes) {
    ops += node.kind == RecordedNode::Kind::op && (node.latest || options.all);
    leaves += node.kind == RecordedNode::Kind::leaf && (node.latest || options.all);
  }
  std::string out = report::counted(int64_t(ops), "op", "ops") + " from " +
                    report::counted(int64_t(leaves), "leaf", "leaves") + ", left to right";
  if (!recording.calls.empty())
    out += "; ∂: the gradient of " + recording.nodes[size_t(recording.result())].label() + " that came back";
  return out + ".";
}

}  // namespace

std::string graph_svg(const Recording& recording, const PictureOptions& options) {
  const GraphModel model = graph_model(recording, options);
  PictureOptions finished = options;  // sizes and places are those of the end, at every moment
  finished.moment = -1;
  const GraphModel whole = graph_model(recording, finished);
  std::vector<BoxSize> sizes;
  for (const GraphBox& box : whole.boxes) sizes.push_back(size_of(box));
  std::vector<Arrow> arrows;
  for (const GraphArrow& arrow : model.arrows) arrows.push_back({arrow.from, arrow.to});
  const bool labels =
      std::any_of(whole.arrows.begin(), whole.arrows.end(), [](const GraphArrow& a) { return !a.gradient.empty(); });
  const GraphLayout layout = layered_layout(
      sizes, arrows, LayoutGaps{.between_layers = labels ? 80.0 : 44.0, .between_ports = labels ? 20.0 : 12.0});

  const std::string title = options.title.empty() ? "Graph" : options.title, sentence = sentence_of(recording, options);
  const double width = std::max(layout.width, std::min(760.0, report::text_width(sentence, 12.4))) + 2 * Svg::margin;
  Svg svg(width, layout.height + Svg::top + 2 * Svg::margin, title, sentence);
  const Point origin{Svg::margin, Svg::top + Svg::margin / 2};
  const auto moved = [&](Point p) { return Point{p.x + origin.x, p.y + origin.y}; };
  for (size_t a = 0; a < model.arrows.size(); ++a) {
    std::vector<Point> route;
    for (const Point& p : layout.route[a]) route.push_back(moved(p));
    const GraphArrow& arrow = model.arrows[a];
    if (!model.boxes[size_t(arrow.from)].known || !model.boxes[size_t(arrow.to)].known) continue;
    draw_arrow(svg, arrow, route);
    if (!arrow.gradient.empty() && route.size() >= 2)
      svg.text({route.back().x - 10, route.back().y - 5}, arrow.gradient, "t-rust small halo", report::Anchor::end);
  }
  for (size_t b = 0; b < model.boxes.size(); ++b)
    if (model.boxes[b].known) draw_box(svg, model.boxes[b], moved(layout.corner[b]), sizes[b]);
  return svg.str();
}

std::vector<std::string> moments(const Recording& recording, const PictureOptions& options) {
  std::vector<std::string> out;
  for (const Moment& moment : moments_of(recording, options.all)) {
    const RecordedNode& node = recording.nodes[size_t(moment.node)];
    if (moment.contribution < 0) out.push_back(value_in_words(recording, node));
    else out.push_back(arrival_in_words(recording, node, node.contributions[size_t(moment.contribution)]));
  }
  return out;
}

}  // namespace skew::explorer
