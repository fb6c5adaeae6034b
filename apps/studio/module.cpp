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
std::vector<double> numbers;

std::string place(const lab::Peak& peak) {
  if (peak.at_end) return peak.x < 0 ? "p → 0" : "p → 1";
  return "p = " + report::share(sigmoid(peak.x), 2);
}

constexpr const char* phrases[] = {"cost at most ", "pull at most ", "bend at most ", "weigh at most "};

// "Negatives pull at most 0.558 at p = .91 (ral); 0.361 at p = .87 (ral-paper)."
std::string peaks_sentence(lab::Quantity q, double y) {
  std::string out = y == 1 ? "Positives " : "Negatives ";
  out += phrases[size_t(q)];
  for (size_t i = 0; i < chosen.size(); ++i) {
    const lab::Peak p = lab::peak([&](double x) { return lab::quantity(q, chosen[i](x, y), x, y); });
    out += (i ? "; " : "") + report::significant(std::abs(p.f), 3) + " at " + place(p) + " (" + chosen[i].name + ")";
  }
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

// Draws a quantity (0 value, 1 gradient, 2 curvature, 3 weight) over p or the logit; returns the SVG.
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
  figure = report::function_chart(chart);
  return figure.svg.c_str();
}

// Draws the p that minimises the expected loss over the true rate.
EXPORT(draw_optimum) const char* draw_optimum() {
  report::FunctionChart chart{
      .title = "Best p for a true rate", .sentence = "", .x_name = "true rate η", .y_name = "p", .diagonal = true};
  for (const Chosen& c : chosen) {
    const lab::ExpectedLoss<Chosen> expected(c, lab::Aim::value);
    report::FunctionCurve curve{c.name, {}, {}};
    for (int i = 1; i < 200; ++i) {
      curve.x.push_back(i / 200.0);
      curve.y.push_back(expected.optimum(i / 200.0).p());
    }
    chart.sentence += (chart.sentence.empty() ? "At a rate of .10 it is " : ", ") +
                      report::share(expected.optimum(.1).p(), 2) + " (" + c.name + ")";
    chart.curves.push_back(curve), chart.lines.push_back(report::series_line(c.line));
  }
  chart.sentence += "; dashed: p is the rate.";
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
