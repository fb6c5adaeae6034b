// Drawing a graph model with its layout.
#include "apps/explorer/picture.h"

#include <algorithm>

#include "apps/explorer/graph_model.h"
#include "apps/explorer/labels.h"
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

// Arrows leave and enter level, and bend in between; the last `lead` pixels are straight, for words.
Curve curve_through(const std::vector<Point>& route, double lead) {
  Curve out = {route.front()};
  const auto bend_to = [&](Point b) {
    const Point a = out.back();
    const double half = (b.x - a.x) / 2;
    out.insert(out.end(), {{a.x + half, a.y}, {b.x - half, b.y}, b});
  };
  for (size_t i = 0; i + 1 < route.size(); ++i) {
    const Point b = route[i + 1];
    if (i + 2 == route.size() && b.x - out.back().x > lead + 30) bend_to({b.x - lead, b.y});
    bend_to(b);
  }
  return out;
}

std::string arrow_classes(const GraphArrow& arrow) {
  if (arrow.bad) return "curve s-red";
  if (arrow.fresh) return "curve s-rust";
  if (arrow.step) return "curve s-teal dots";
  return arrow.wants_grad ? "wire s-slate" : "wire s-quiet dash";
}

void draw_arrow(Svg& svg, const GraphArrow& arrow, const Curve& curve) {
  const std::string classes = arrow_classes(arrow);
  svg.curve(curve, classes);
  const Point tip = curve.back();
  const double side = curve[curve.size() - 4].x <= tip.x ? -1 : 1;
  const std::string head = classes.substr(0, classes.find(" d"));
  for (const double across : {-4., 4.}) {
    const Point end{tip.x + side * 7, tip.y + across};
    svg.curve(Curve{end, end, tip, tip}, head);
  }
}

void draw_box(Svg& svg, const GraphBox& box, Point corner, const BoxSize& extent) {
  svg.begin_group(box.nodes.empty() ? "failed" : "n" + std::to_string(box.nodes[0]), box.tooltip);
  const std::string stroke = box.classes[0], fill = "f-" + stroke.substr(2);
  svg.rect(corner, extent.width, extent.height, "paper", 7);
  svg.rect(corner, extent.width, extent.height, fill + " soft", 7);
  svg.rect(corner, extent.width, extent.height, "rim-box " + stroke + (box.scope ? " dash" : ""), 7);
  if (box.fresh)  // a thick rim: lines of 2 pixels beside each other
    for (const double out : {1., 2.5})
      svg.rect({corner.x - out, corner.y - out}, extent.width + 2 * out, extent.height + 2 * out,
               "curve rim-now " + stroke, 7 + out);
  for (size_t i = 0; i < box.lines.size(); ++i) {
    const bool strong = box.classes[i + 1].starts_with("strong");
    const std::string words =
        report::fit_name(box.lines[i], extent.width - 2 * padding + 1, size * (strong ? report::bold : 1));
    svg.text({corner.x + extent.width / 2, corner.y + padding + 9 + double(i) * line_height}, words, box.classes[i + 1],
             report::Anchor::middle);
  }
  svg.end_group();
}

std::string label_of(const GraphArrow& arrow) { return arrow.step ? "step" : arrow.gradient; }

// Their places are those of the end, at every moment.
void draw_labels(Svg& svg, const GraphModel& whole, const GraphModel& now, const std::vector<Curve>& curves,
                 const std::vector<Rectangle>& boxes) {
  std::vector<LabelWish> wishes;
  for (size_t a = 0; a < whole.arrows.size(); ++a)
    if (const std::string words = label_of(whole.arrows[a]); !words.empty() && curves[a].size() > 3)
      wishes.push_back({a, report::text_width(words, 12)});
  const std::vector<Point> places = label_places(wishes, curves, boxes, 9);
  for (size_t i = 0; i < wishes.size(); ++i) {
    const GraphArrow& arrow = now.arrows[wishes[i].curve];
    const bool known = now.boxes[size_t(arrow.to)].known;
    if (const std::string words = label_of(arrow); known && !words.empty())
      svg.text(places[i], words, arrow.step ? "t-teal small halo" : "t-rust small halo");
  }
}

// What colours and lines mean, of those that the picture has.
struct Key {
  std::string classes, words;
  bool line = false;
};

std::vector<Key> keys_of(const GraphModel& model) {
  const auto has_box = [&](const char* stroke) {
    return std::any_of(model.boxes.begin(), model.boxes.end(),
                       [&](const GraphBox& b) { return !b.scope && b.classes[0] == stroke; });
  };
  const auto has_arrow = [&](const auto& which) {
    return std::any_of(model.arrows.begin(), model.arrows.end(), which);
  };
  std::vector<Key> keys;
  if (has_box("s-teal")) keys.push_back({"teal", "leaf: gets a gradient"});
  if (has_box("s-quiet")) keys.push_back({"quiet", "constant"});
  if (has_box("s-slate")) keys.push_back({"slate", "op"});
  if (has_box("s-rust")) keys.push_back({"rust", "result"});
  if (has_arrow([](const GraphArrow& a) { return !a.gradient.empty(); }))
    keys.push_back({"t-rust", "−2: the gradient that came back this way"});
  if (has_arrow([](const GraphArrow& a) { return !a.wants_grad && !a.bad && !a.step && !a.unseen; }))
    keys.push_back({"wire s-quiet dash", "no gradient goes back", true});
  if (has_arrow([](const GraphArrow& a) { return a.step; }))
    keys.push_back({"curve s-teal dots", "a step: the leaf's next value", true});
  return keys;
}

constexpr double swatch = 22, key_gap = 18, key_size = 12.4, key_line = 20, widest_key = 720;

double width_of(const Key& key) {
  return (key.classes.starts_with("t-") ? 0 : swatch) + report::text_width(key.words, key_size) + key_gap;
}

// Keys one after the other, as many lines as they need: where each begins, from {0, 0}, and how far they reach.
std::vector<Point> key_places(const std::vector<Key>& keys, double& width) {
  std::vector<Point> out;
  Point at{0, 0};
  for (const Key& key : keys) {
    if (at.x > 0 && at.x + width_of(key) > widest_key) at = {0, at.y + key_line};
    out.push_back(at);
    at.x += width_of(key);
    width = std::max(width, at.x - key_gap);
  }
  return out;
}

void draw_key(Svg& svg, const Key& key, Point at) {
  const bool words_alone = key.classes.starts_with("t-");
  if (key.line) {
    svg.curve(Curve{{at.x, at.y - 4}, {at.x, at.y - 4}, {at.x + 16, at.y - 4}, {at.x + 16, at.y - 4}}, key.classes);
  } else if (!words_alone) {
    svg.rect({at.x + 2, at.y - 10}, 13, 11, "f-" + key.classes + " soft", 3);
    svg.rect({at.x + 2, at.y - 10}, 13, 11, "rim-box s-" + key.classes, 3);
  }
  svg.text({at.x + (words_alone ? 0 : swatch), at.y}, key.words, words_alone ? "small " + key.classes : "small muted");
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
  if (!recording.calls.empty()) {
    const RecordedNode& result = recording.nodes[size_t(recording.result())];
    out += "; ∂: the gradient of " + (result.name.empty() ? result.op + " " : "") + result.label() + " that came back";
  }
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
  for (const GraphArrow& arrow : whole.arrows) arrows.push_back({arrow.from, arrow.to});
  const bool labels =
      std::any_of(whole.arrows.begin(), whole.arrows.end(), [](const GraphArrow& a) { return !label_of(a).empty(); });
  double widest = 0;  // of the labels: so much room there is between boxes, and so far arrows run level there
  for (const GraphArrow& arrow : whole.arrows)
    if (!arrow.unseen) widest = std::min(150.0, std::max(widest, report::text_width(label_of(arrow), 12)));
  const GraphLayout layout = layered_layout(
      sizes, arrows,
      LayoutGaps{.between_layers = labels ? std::max(84.0, widest + 40) : 18.0, .between_ports = labels ? 20.0 : 12.0});

  const std::string sentence = sentence_of(recording, options);
  const std::vector<Key> keys = keys_of(whole);
  double words = std::min(760.0, report::text_width(sentence, key_size));
  const std::vector<Point> key_at = key_places(keys, words);
  const double top = options.title.empty() ? Svg::top_untitled : Svg::top, below = layout.height + top + 32;
  const double height = below + (keys.empty() ? 0 : key_at.back().y + 10);
  Svg svg(std::max(layout.width, words) + 2 * Svg::margin, height, options.title, sentence);
  const Point origin{Svg::margin, top + 10};
  const auto moved = [&](Point p) { return Point{p.x + origin.x, p.y + origin.y}; };
  const auto seen = [&](const GraphArrow& arrow) {
    return !arrow.unseen && model.boxes[size_t(arrow.from)].known && model.boxes[size_t(arrow.to)].known;
  };
  std::vector<Curve> curves(model.arrows.size());
  for (size_t a = 0; a < model.arrows.size(); ++a) {
    std::vector<Point> route;
    for (const Point& p : layout.route[a]) route.push_back(moved(p));
    if (route.size() < 2 || model.arrows[a].unseen) continue;
    curves[a] = curve_through(route, labels ? std::max(44.0, widest + 4) : 0);
    if (seen(model.arrows[a])) draw_arrow(svg, model.arrows[a], curves[a]);
  }
  std::vector<Rectangle> boxes;
  for (size_t b = 0; b < model.boxes.size(); ++b) {
    const Point corner = moved(layout.corner[b]);
    boxes.push_back({corner.x, corner.y, corner.x + sizes[b].width, corner.y + sizes[b].height});
    if (model.boxes[b].known) draw_box(svg, model.boxes[b], corner, sizes[b]);
  }
  draw_labels(svg, whole, model, curves, boxes);
  for (size_t k = 0; k < keys.size(); ++k) draw_key(svg, keys[k], {Svg::margin + key_at[k].x, below + key_at[k].y});
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
