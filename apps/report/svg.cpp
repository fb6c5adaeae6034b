// Writing the elements, the style sheet, and measuring text.
#include "apps/report/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "apps/formats/utf8.h"
#include "apps/report/number_text.h"

namespace skew::report {
namespace {

// The parts one after the other. Words alone, so that no stream (three quarters of the studio's module) is needed.
template <class... Parts> std::string joined(const Parts&... parts) {
  std::string out;
  ((out += parts), ...);
  return out;
}

// Lines and areas, and text: darker or lighter where a line's colour could not be read (contrast 4.5 to the paper).
struct Ink {
  std::string_view name, light, dark, light_text, dark_text;
};
constexpr std::array inks{Ink{"blue", "#1f45af", "#6287cb", "#1f45af", "#6287cb"},
                          Ink{"green", "#0fa25f", "#8adf94", "#0c864f", "#8adf94"},
                          Ink{"orange", "#6c2d06", "#c7693c", "#6c2d06", "#e5976c"},
                          Ink{"purple", "#8214f8", "#9c4df7", "#8214f8", "#a45cf8"},
                          Ink{"pink", "#c12281", "#e52174", "#c12281", "#e83c85"},
                          Ink{"gold", "#a38708", "#f5cb14", "#8b7307", "#f5cb14"},
                          Ink{"slate", "#23252a", "#e8ebee", "#23252a", "#e8ebee"},
                          Ink{"quiet", "#8a94a3", "#77818f", "#6a7586", "#788290"},
                          Ink{"teal", "#00757d", "#65c0c7", "#00757d", "#65c0c7"},
                          Ink{"rust", "#963f0a", "#ffb27d", "#963f0a", "#ffb27d"},
                          Ink{"red", "#c62828", "#ff7b7b", "#b71c1c", "#ff8a8a"}};
// From little to much, away from the paper: lightness in equal steps at one hue (CIELAB).
constexpr std::array<Ink, colour_steps> step_inks{
    Ink{"step0", "#00a6b0", "#217378", "#007c85", "#4b979c"}, Ink{"step1", "#00969e", "#2d868c", "#007b84", "#43989e"},
    Ink{"step2", "#00858e", "#3a99a0", "#007b83", "#3a99a0"}, Ink{"step3", "#00757d", "#46adb5", "#00757d", "#46adb5"},
    Ink{"step4", "#00666d", "#65c0c7", "#00666d", "#65c0c7"}, Ink{"step5", "#00565d", "#80d3d9", "#00565d", "#80d3d9"},
    Ink{"step6", "#00474e", "#9be6ec", "#00474e", "#9be6ec"}, Ink{"step7", "#00393f", "#b5faff", "#00393f", "#b5faff"}};
constexpr std::array<std::string_view, 4> patterns{"", " dash", " dots", " dashdot"};

constexpr std::string_view light_page =
    ".paper{fill:#fff}text{fill:#1c2128}.muted{fill:#57616d}.grid{stroke:#e9ecf0}.halo{stroke:#fff}"
    ".axis{stroke:#b9c0ca}.rim{stroke:#fff}text.inside{fill:#fff}";
constexpr std::string_view dark_page =
    ".paper{fill:#14171b}text{fill:#e6e9ed}.muted{fill:#99a2ae}.grid{stroke:#262b32}.halo{stroke:#14171b}.axis{stroke:#"
    "4a525d}"
    ".rim{stroke:#14171b}text.inside{fill:#14171b}";
constexpr std::string_view shapes =
    "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
    "font-variant-numeric:tabular-nums}"
    ".title{font-size:18px;font-weight:600}.panel{font-size:14px;font-weight:600}.strong{font-weight:600}"
    ".small{font-size:12px}.tiny{font-size:11.5px}.pixels{image-rendering:optimizeSpeed;image-rendering:pixelated}"
    ".grid,.axis{stroke-width:1;fill:none;shape-rendering:crispEdges}.dash{stroke-dasharray:3 3;shape-rendering:auto}"
    ".curve.dash{stroke-dasharray:5 7}.dots{stroke-dasharray:0 6}.dashdot{stroke-dasharray:9 6 0 6}"
    ".cell{shape-rendering:crispEdges}"
    ".curve{stroke-width:2;fill:none;stroke-linejoin:round;stroke-linecap:round}.soft{opacity:.14}.zone{opacity:.08}."
    "deep{opacity:.18}"
    ".glow{opacity:.42}.wire{stroke-width:1.25;fill:none}.rim-box{stroke-width:1.5;fill:none}"
    ".halo{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}.rim{stroke-width:1."
    "5}";

// The colour classes of one scheme. Text in a colour stands before `text` alone in specificity, so order is free.
std::string classes_of(std::span<const Ink> some, bool dark) {
  std::string css;
  for (const Ink& ink : some) {
    const std::string_view hex = dark ? ink.dark : ink.light;
    css += joined(".s-", ink.name, "{stroke:", hex, "}.f-", ink.name, "{fill:", hex, "}text.t-", ink.name,
                  "{fill:", dark ? ink.dark_text : ink.light_text, '}');
  }
  return css;
}

Theme chosen_theme = Theme::automatic;

// What the function says of light and of dark, as the theme asks for them.
template <class F> std::string themed(F&& css) {
  if (chosen_theme != Theme::automatic) return css(chosen_theme == Theme::dark);
  return joined(css(false), "@media(prefers-color-scheme:dark){", css(true), "}");
}

std::string page_colours(bool dark) { return std::string(dark ? dark_page : light_page) + classes_of(inks, dark); }
std::string steps_colours(bool dark) { return classes_of(step_inks, dark); }

std::string number(double value) {
  std::string out = fixed(value, 2);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

bool finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }

std::string attribute(std::string_view name, double value) { return joined(' ', name, "=\"", number(value), '"'); }

std::string box(Point corner, double width, double height) {
  return "rect" + attribute("x", corner.x) + attribute("y", corner.y) + attribute("width", width) +
         attribute("height", height);
}

// A sentence that is wider than its figure goes on in a second line, broken at the last blank that fits.
std::pair<std::string, std::string> two_lines(std::string_view sentence, double width, double font_size) {
  if (text_width(sentence, font_size) <= width) return {std::string(sentence), ""};
  size_t at = 0;
  for (size_t blank = sentence.find(' '); blank != sentence.npos; blank = sentence.find(' ', blank + 1))
    if (text_width(sentence.substr(0, blank), font_size) <= width) at = blank;
  if (at == 0) return {fit_width(sentence, width, font_size), ""};
  return {std::string(sentence.substr(0, at)), fit_width(sentence.substr(at + 1), width, font_size)};
}

std::string_view name_of(Colour colour) {
  return colour < Colour::step0 ? inks[size_t(colour)].name : step_inks[size_t(colour) - size_t(Colour::step0)].name;
}

// Widths in a common sans-serif font, in units of its size.
double width_of(char32_t c) {
  constexpr std::u32string_view narrow = U"iljtfrI.,:;'|!()[] ", broad = U"mwMW%@";
  if (narrow.find(c) != std::u32string_view::npos) return 0.38;
  if (broad.find(c) != std::u32string_view::npos) return 0.88;
  if (c >= U'A' && c <= U'Z') return 0.67;
  return c < 0x2e80 ? 0.6 * column_width(c) : 0.52 * column_width(c);
}

}  // namespace

std::string stroke(Colour colour) { return joined("s-", name_of(colour)); }
std::string fill(Colour colour) { return joined("f-", name_of(colour)); }
std::string ink(Colour colour) { return joined("t-", name_of(colour)); }
Colour series_colour(size_t index) { return static_cast<Colour>(index % series_colours); }
Colour step_colour(size_t index, size_t count) {
  if (count < 2) return Colour::step4;
  return static_cast<Colour>(size_t(Colour::step0) + (index * (colour_steps - 1) + (count - 1) / 2) / (count - 1));
}
std::string colour_variables(bool dark) {
  std::string css;
  for (const Ink& ink : inks) css += joined("--", ink.name, ':', dark ? ink.dark : ink.light, ';');
  return css;
}

std::string line_classes(LineStyle line) { return joined(stroke(line.colour), patterns[size_t(line.pattern)]); }
LineStyle series_line(size_t index) {
  return {series_colour(index), static_cast<Pattern>(index / series_colours % patterns.size())};
}

void set_theme(Theme theme) { chosen_theme = theme; }
Theme theme() { return chosen_theme; }

Svg::Svg(double width, double height, std::string_view title, std::string_view sentence) {
  body_ = joined("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", number(width), ' ', number(height),
                 "\" width=\"", number(width), "\" height=\"", number(height), "\" role=\"img\">\n<title>",
                 escape(title.empty() ? sentence : title), "</title>\n<desc>", escape(sentence), "</desc>\n<style>",
                 shapes, themed(page_colours), "</style>\n");
  rect({0, 0}, width, height, "paper");
  if (!title.empty()) text({margin, 34}, fit_width(title, width - 2 * margin, 18 * bold), "title");
  const auto [first, second] = two_lines(sentence, width - 2 * margin, 12.4);
  const double y = title.empty() ? 24. : 55.;
  text({margin, second.empty() ? y : y - 4}, first, "muted");
  if (!second.empty()) text({margin, y + 12}, second, "muted");
}

void Svg::text(Point at, std::string_view words, std::string_view classes, Anchor anchor) {
  if (!finite(at)) return;
  body_ += "<text" + attribute("x", at.x) + attribute("y", at.y);
  if (!classes.empty()) body_ += joined(" class=\"", classes, '"');
  if (anchor != Anchor::start) body_ += joined(" text-anchor=\"", anchor == Anchor::end ? "end" : "middle", '"');
  body_ += '>' + escape(words) + "</text>\n";
}

void Svg::shape(std::string_view element, std::string_view classes, std::string_view tooltip) {
  body_ += joined('<', element, " class=\"", classes, '"');
  const std::string_view name = element.substr(0, element.find(' '));
  body_ += tooltip.empty() ? "/>\n" : joined("><title>", escape(tooltip), "</title></", name, ">\n");
}

void Svg::line(Point from, Point to, std::string_view classes) {
  if (!finite(from) || !finite(to)) return;
  shape("line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) + attribute("y2", to.y),
        classes);
}

void Svg::rect(Point corner, double width, double height, std::string_view classes, double radius,
               std::string_view tooltip) {
  if (!finite(corner) || !finite({width, height})) return;
  shape(box(corner, width, height) + (radius > 0 ? attribute("rx", radius) : ""), classes, tooltip);
}

void Svg::shade(Point corner, double width, double height, double strength, Colour colour, std::string_view tooltip) {
  if (!finite(corner) || !finite({width, height}) || !std::isfinite(strength)) return;
  shape(box(corner, width, height) + attribute("fill-opacity", strength), "cell " + fill(colour), tooltip);
}

void Svg::circle(Point centre, double radius, std::string_view classes, std::string_view tooltip) {
  if (!finite(centre) || !std::isfinite(radius)) return;
  shape("circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius), classes, tooltip);
}

void Svg::polyline(std::span<const Point> points, std::string_view classes) {
  std::string path;
  bool drawing = false;
  for (const Point& p : points) {
    if (!finite(p)) {
      drawing = false;
      continue;
    }
    path += joined(drawing ? 'L' : 'M', number(p.x), ' ', number(p.y));
    drawing = true;
  }
  if (!path.empty()) shape("path d=\"" + path + '"', classes);
}

void Svg::picture(Point corner, double width, double height, std::string_view png, std::string_view tooltip) {
  if (!finite(corner) || !finite({width, height})) return;
  shape(joined("image", attribute("x", corner.x), attribute("y", corner.y), attribute("width", width),
               attribute("height", height), " href=\"data:image/png;base64,", png, '"'),
        "pixels", tooltip);
}

void Svg::curve(std::span<const Point> points, std::string_view classes) {
  if (points.size() < 4 || !std::all_of(points.begin(), points.end(), finite)) return;
  std::string path = joined('M', number(points[0].x), ' ', number(points[0].y));
  for (size_t i = 1; i < points.size(); ++i)
    path += joined(i % 3 == 1 ? 'C' : ' ', number(points[i].x), ' ', number(points[i].y));
  shape("path d=\"" + path + '"', classes);
}

void Svg::begin_group(std::string_view id, std::string_view tooltip) {
  body_ += joined("<g id=\"", escape(id), "\">");
  if (!tooltip.empty()) body_ += joined("<title>", escape(tooltip), "</title>");
  body_ += '\n';
}

void Svg::end_group() { body_ += "</g>\n"; }

void Svg::area(std::span<const Point> points, double base_y, std::string_view classes) {
  std::string path;
  double last_x = 0;
  for (const Point& p : points) {
    if (!finite(p)) continue;
    path += path.empty() ? joined('M', number(p.x), ' ', number(base_y), 'L') : "L";
    path += number(p.x) + ' ' + number(p.y);
    last_x = p.x;
  }
  if (!path.empty()) shape(joined("path d=\"", path, 'L', number(last_x), ' ', number(base_y), "Z\""), classes);
}

std::string Svg::str() const {
  const bool steps = body_.find("-step") != body_.npos;
  return joined(body_, steps ? joined("<style>", themed(steps_colours), "</style>\n") : "", "</svg>\n");
}

std::string escape(std::string_view utf8) {
  std::string out;
  for (const char c : encode(decode_printable(utf8))) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

double text_width(std::string_view utf8, double font_size) {
  double width = 0;
  for (const char32_t c : decode_printable(utf8)) width += width_of(c);
  return width * font_size;
}

std::string fit_name(std::string_view utf8, double width, double font_size) {
  const std::u32string all = decode_printable(utf8);
  if (text_width(utf8, font_size) <= width) return encode(all);
  const double room = (width - width_of(U'…') * font_size) / font_size;
  size_t head = 0, tail = all.size();
  double used = 0;
  for (double half = room / 2; head < tail && used + width_of(all[head]) <= half;) used += width_of(all[head++]);
  while (tail > head && used + width_of(all[tail - 1]) <= room) used += width_of(all[--tail]);
  while (tail < all.size() && column_width(all[tail]) == 0) ++tail;  // a mark without its letter
  return encode(all.substr(0, head) + U"…" + all.substr(tail));
}

std::string fit_width(std::string_view utf8, double width, double font_size) {
  if (text_width(utf8, font_size) <= width) return encode(decode_printable(utf8));
  std::u32string cut;
  double used = width_of(U'…') * font_size;
  for (const char32_t c : decode_printable(utf8)) {
    used += width_of(c) * font_size;
    if (used > width) break;
    cut += c;
  }
  while (!cut.empty() && cut.back() == U' ') cut.pop_back();
  return encode(cut + U"…");
}

}  // namespace skew::report
