// The studio page's engine: the loss headers, the loss laboratory and the figure writer as one WebAssembly module.
// No files, no clock, no allocation that outlives a call but the buffers below.
// page.js calls these functions, tests/apps/studio compares them with the native library.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "apps/loss_lab/budget.h"
#include "apps/loss_lab/curve.h"
#include "apps/loss_lab/proper.h"
#include "apps/loss_lab/zones.h"
#include "apps/module/words.h"
#include "apps/report/function_chart.h"
#include "apps/report/number_text.h"
#include "apps/studio/losses.h"

namespace skew {
namespace {

// ---- losses, by their place in the table of the page ---------------------------------------------------------------

using Evaluate = AtLogit (*)(const double* parameters, double x, bool y);

// Parameters arrive as numbers in the order in which the loss describes them: field_number().
struct SetFrom {
  const double* next;
  template <class V> void operator()(const char*, V& v, const Range&, const char*) {
    if constexpr (requires { V::from_number(0.0); }) v = V::from_number(*next++);
    else v = V(*next++);
  }
};

template <class L> AtLogit evaluate_one(const double* parameters, double x, bool y) {
  L loss;
  L::fields(loss, SetFrom{parameters});
  return at_logit(loss, x, y);
}

constexpr Evaluate table[] = {SKEW_STUDIO_LOSSES};

// ---- what the page has chosen --------------------------------------------------------------------------------------

constexpr size_t most_numbers = 32;

struct Chosen {
  std::string name;
  size_t loss = 0, line = 0;
  double parameters[most_numbers] = {};
  AtLogit operator()(double x, double y) const { return table[loss](parameters, x, y == 1); }
};
std::vector<Chosen> chosen;
report::Figure figure;
std::string said;
std::vector<double> numbers;

std::string place(const lab::Peak& peak) {
  if (peak.at_end) return peak.x < 0 ? "p → 0" : "p → 1";
  return "p = " + report::share(sigmoid(peak.x), 2);
}

constexpr const char* verbs[] = {"cost ", "pull ", "bend ", "weigh "};

// "at most .558 at p = .91"; "up to 1 as p → 1" where it is only approached; "without bound as p → 1" where it is not.
std::string peak_words(const Chosen& c, lab::Quantity q, double y) {
  const auto f = [&](double x) { return lab::quantity(q, c(x, y), x, y); };
  const lab::Peak p = lab::peak(f);
  const double height = std::abs(p.f), beyond = std::abs(f(2 * p.x));
  const auto is_height = [&](double x) { return std::abs(std::abs(f(x)) - height) <= 1e-9 * height; };
  if (height == 0) return "nothing";
  if (is_height(-lab::far_logit) && is_height(0) && is_height(lab::far_logit))
    return report::in_figure(height) + " everywhere";
  if (!p.at_end) return "at most " + report::in_figure(height) + " at " + place(p);
  if (!(beyond <= height * (1 + 1e-3))) return "without bound as " + place(p);
  return "up to " + report::in_figure(height) + " as " + place(p);
}

// "Negatives pull at most .558 at p = .91 (ral); up to 1 as p → 1 (bce)."
std::string peaks_sentence(lab::Quantity q, double y) {
  std::string out = std::string(y == 1 ? "Positives " : "Negatives ") + verbs[size_t(q)];
  for (size_t i = 0; i < chosen.size(); ++i)
    out += (i ? "; " : "") + peak_words(chosen[i], q, y) + " (" + chosen[i].name + ")";
  return out + ".";
}

}  // namespace
}  // namespace skew

using namespace skew;

// A buffer of `count` doubles for a call's input or output, valid until the next.
EXPORT(buffer) double* buffer(int count) {
  if (numbers.size() < size_t(count)) numbers.resize(size_t(count));
  return numbers.data();
}

// Value, slope and curvature of a loss at `count` logits: out[3i…] for x[i].
EXPORT(evaluate)
void evaluate_many(int loss, const double* parameters, int y, int count, const double* x, double* out) {
  for (int i = 0; i < count; ++i) {
    const AtLogit l = table[loss](parameters, x[i], y == 1);
    out[3 * i] = l.value;
    out[3 * i + 1] = l.dx;
    out[3 * i + 2] = l.d2x;
  }
}

// The losses that figures show: cleared, then one call each, with its name in text_buffer and the
// number of its line (series_line).
EXPORT(clear) void clear() { chosen.clear(); }
EXPORT(choose) void choose(int loss, int count, const double* parameters, int line) {
  Chosen c;
  c.name = words.c_str();
  c.loss = size_t(loss);
  c.line = size_t(line);
  std::copy(parameters, parameters + std::min(size_t(count), most_numbers), c.parameters);
  chosen.push_back(c);
}

// A quantity (0 value, 1 gradient, 2 curvature, 3 weight) of a chosen loss at `count` logits.
EXPORT(quantities) void quantities(int which, int quantity, int y, int count, const double* x, double* out) {
  for (int i = 0; i < count; ++i)
    out[i] = lab::quantity(lab::Quantity(quantity), chosen[size_t(which)](x[i], y), x[i], y);
}
// How large it gets, in words.
EXPORT(peak) const char* peak(int which, int quantity, int y) {
  said = peak_words(chosen[size_t(which)], lab::Quantity(quantity), y);
  return said.c_str();
}
// The p that minimises the expected loss, for `count` true rates.
EXPORT(optima) void optima(int which, int count, const double* rates, double* out) {
  const lab::ExpectedLoss<Chosen> expected(chosen[size_t(which)], lab::Aim::value);
  for (int i = 0; i < count; ++i) out[i] = expected.optimum(rates[i]).p();
}
// A number as the program's tables write it.
EXPORT(number) const char* number(double value, int digits) {
  said = report::significant(value, digits);
  return said.c_str();
}

// Draws a quantity over p or the logit, for a file; returns the SVG. csv() is its table then.
EXPORT(draw_quantity) const char* draw_quantity(int quantity, int y, int logits) {
  const auto q = lab::Quantity(quantity);
  constexpr int steps = 400;
  report::FunctionChart chart{.title = lab::quantity_names[size_t(quantity)],
                              .sentence = peaks_sentence(q, y),
                              .x_name = logits ? "logit x" : "p",
                              .y_name = ""};
  for (const Chosen& c : chosen) {
    report::FunctionCurve curve{c.name, {}, {}};
    for (int i = 0; i <= steps; ++i) {
      const double t = double(i) / steps, v = logits ? -8 + 16 * t : .0025 + .995 * t, x = logits ? v : lab::logit(v);
      curve.x.push_back(v);
      curve.y.push_back(lab::quantity(q, c(x, y), x, y));
    }
    chart.curves.push_back(curve), chart.lines.push_back(report::series_line(c.line));
  }
  for (const lab::Zone& zone : logits ? lab::zones_over_logit(y == 1) : lab::zones_over_p(y == 1))
    chart.zones.push_back({zone.from, zone.to, zone.name, zone.shade});
  figure = report::function_chart(chart);
  return figure.svg.c_str();
}

EXPORT(csv) const char* csv() { return figure.csv.c_str(); }

// Who drives the update of loss `which`: expected Σ|∂ℓ/∂x| of an image from positives, easy, hard, suspect negatives.
// auroc ≤ .5: an untrained network.
EXPORT(budget) void budget(int which, double prior, double classes, double auroc, double* out) {
  const lab::LogitModel model = auroc > .5 ? lab::calibrated_logits(prior, auroc) : lab::untrained_logits();
  const lab::Budget b = lab::budget(chosen[size_t(which)], prior, classes, model);
  out[0] = b.positives;
  out[1] = b.easy;
  out[2] = b.hard;
  out[3] = b.suspect;
}
