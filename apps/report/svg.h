// A small writer of SVG drawings that look right in light and dark: shapes take classes, the style sheet inside the
// file gives the classes their colours by prefers-color-scheme. Inert: text is escaped, there are no scripts and no
// links. Not a plotting library; see line_chart.h, bar_chart.h, curve_chart.h, which draw with it.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace skew::report {

struct Point {
  double x, y;
};
enum class Anchor { start, middle, end };

// The colours a figure may use; each has stroke, fill and text classes. What each of them means, in every figure,
// stands in docs/figures.md: the first seven are losses', `quiet` is for what is not the subject, `teal` for what is
// measured (step0 … step7 from little to much), `rust` for gradients on their way back, `red` for a mistake. The seven
// keep apart for colour-blind readers, too: CIE76 differences ≥ 28 in either scheme, for protan, deutan and tritan
// eyes.
// clang-format off
enum class Colour { blue, green, orange, purple, pink, gold, slate, quiet, teal, rust, red,
                    step0, step1, step2, step3, step4, step5, step6, step7 };
// clang-format on
std::string stroke(Colour colour);   // class names: "s-blue"
std::string fill(Colour colour);     // "f-blue"
std::string ink(Colour colour);      // "t-blue", for text
Colour series_colour(size_t index);  // the index-th colour, from the start again after the last but quiet
constexpr size_t series_colours = size_t(Colour::quiet);
constexpr size_t colour_steps = 8;
Colour step_colour(size_t index, size_t count);  // of the index-th of `count` things in order: a sweep, the rarer
std::string colour_variables(bool dark);         // the same for a web page: "--blue:#…;--green:#…;"

// How a curve is drawn: 28 ways.
enum class Pattern { solid, dash, dots, dashdot };
struct LineStyle {
  Colour colour;
  Pattern pattern;
  bool operator==(const LineStyle&) const = default;
};
std::string line_classes(LineStyle line);  // "s-blue dash"
LineStyle series_line(size_t index);       // all colours solid, then dashed, …

// Which colours figures have from now on, in this process: those that the reader's system prefers, or one kind, for
// paper and slides.
enum class Theme { automatic, light, dark };
void set_theme(Theme theme);
Theme theme();

// Coordinates are pixels, y downwards. Shapes with a coordinate that is not finite are left out.
class Svg {
 public:
  // The title is drawn at the top left with the sentence below it, in two lines where one is too short; both also serve
  // screen readers. Without a title the sentence takes its place.
  Svg(double width, double height, std::string_view title, std::string_view sentence);

  void text(Point at, std::string_view words, std::string_view classes = "", Anchor anchor = Anchor::start);
  void line(Point from, Point to, std::string_view classes);
  void rect(Point corner, double width, double height, std::string_view classes, double radius = 0,
            std::string_view tooltip = "");
  // A filled rectangle of which `strength` in [0, 1] is seen: the ramp of a heat map, right in light and dark.
  void shade(Point corner, double width, double height, double strength, Colour colour, std::string_view tooltip = "");
  void circle(Point centre, double radius, std::string_view classes, std::string_view tooltip = "");
  void polyline(std::span<const Point> points, std::string_view classes);  // broken at points that are not finite
  // A PNG, as base64, drawn with sharp pixels where it is enlarged.
  void picture(Point corner, double width, double height, std::string_view png, std::string_view tooltip = "");
  // Cubic Bézier curves, one after the other: a point, then two handles and a point for each.
  void curve(std::span<const Point> points, std::string_view classes);
  // Shapes until end_group() belong together, for whoever looks for them by their id; ids are letters and digits.
  void begin_group(std::string_view id, std::string_view tooltip = "");
  void end_group();
  void area(std::span<const Point> points, double base_y, std::string_view classes);  // between points and base_y

  std::string str() const;  // the whole file

  static constexpr double top = 74;  // below title and sentence
  static constexpr double top_untitled = 38;
  static constexpr double margin = 24;  // free at every side

 private:
  void shape(std::string_view element, std::string_view classes, std::string_view tooltip = "");
  std::string body_;
};

// Text safe in XML, as content or attribute.
std::string escape(std::string_view utf8);

// An estimate of the width of text in a system sans-serif font; on the wide side. Bold is a tenth wider.
double text_width(std::string_view utf8, double font_size);
constexpr double bold = 1.1;  // factor of font_size

// A name shortened to a width by '…' in its middle, since names often differ at their end. Several: short_names.h.
std::string fit_name(std::string_view utf8, double width, double font_size);
// A sentence cut with '…' to a width.
std::string fit_width(std::string_view utf8, double width, double font_size);

}  // namespace skew::report
