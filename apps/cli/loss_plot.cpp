// skew loss plot: curves of several losses in the papers' axes, in the terminal and as figures with their numbers.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "apps/cli/field_flags.h"
#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/number_list.h"
#include "apps/loss_lab/curve.h"
#include "apps/loss_lab/zones.h"
#include "apps/report/braille_plot.h"
#include "apps/report/function_chart.h"
#include "apps/report/latex.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/fields.h"

namespace skew {
namespace {

using lab::Quantity;

struct PlotArgs {
  LossChoice choice;
  std::vector<std::string> of{"grad"};
  std::string y = "both", x = "p", sweep, folder;
};

struct QuantityName {
  Quantity quantity;
  const char *word, *symbol, *latex, *sentence;
};
constexpr QuantityName quantities[] = {
    {Quantity::value, "value", "ℓ", "\\ell", "What an example costs."},
    {Quantity::gradient, "grad", "∂ℓ/∂x", "|\\partial\\ell/\\partial x|", "How hard an example pulls its logit."},
    {Quantity::curvature, "curvature", "∂²ℓ/∂x²", "|\\partial^2\\ell/\\partial x^2|", "How fast the pull changes."},
    {Quantity::weight, "weight", "∂ℓ/∂x ÷ (p−y)", "(\\partial\\ell/\\partial x)/(p-y)",
     "The pull in units of cross-entropy's."}};

const QuantityName& quantity_of(const std::string& word) {
  std::vector<std::string> known;
  for (const QuantityName& q : quantities) {
    if (word == q.word) return q;
    known.push_back(q.word);
  }
  throw UsageError(unknown_word("--of", word, known));
}

// Where curves are drawn: p, p_t (the probability of the example's own label) or the logit.
struct XAxis {
  std::string word;
  std::vector<double> at;

  std::string name(double y) const {
    return word == "logit" ? "logit x" : word == "p" ? "p" : y == 1 ? "p_t = p" : "p_t = 1−p";
  }
  double logit(double v, double y) const {
    return word == "logit" ? v : word == "pt" && y == 0 ? -lab::logit(v) : lab::logit(v);
  }
};

XAxis x_axis(const std::string& words, const std::vector<double>& ys) {
  const size_t equals = words.find('=');
  XAxis axis{words.substr(0, equals), {}};
  if (axis.word != "p" && axis.word != "pt" && axis.word != "logit")
    throw UsageError(unknown_word("--x", axis.word, {"p", "pt", "logit"}));
  const std::string standard = axis.word == "logit" ? "-8:8:801" : "0.0025:0.9975:399";
  axis.at = number_list("--x", equals == std::string::npos ? standard : words.substr(equals + 1));
  if (axis.at.size() < 2) throw UsageError("--x: a curve needs two places at least, as logit=-8:8:801");
  for (size_t i = 0; i < axis.at.size(); ++i) {
    if (i > 0 && !(axis.at[i] > axis.at[i - 1])) throw UsageError("--x: the numbers must rise");
    if (axis.word != "logit" && !(axis.at[i] > 0 && axis.at[i] < 1))
      throw UsageError(text("--x: a probability lies in (0, 1), got ", axis.at[i]));
  }
  for (const double y : ys)
    if (axis.word == "pt" && y != 0 && y != 1) throw UsageError("--x pt: needs hard labels, --y 0, 1 or both");
  return axis;
}

// Each loss that has the swept parameter once a value; the others as they are.
std::vector<ChosenLoss> swept(std::vector<ChosenLoss> losses, const std::string& words) {
  if (words.empty()) return losses;
  const auto [name, range] = name_and_value("--sweep", words);
  const std::vector<double> values = number_list("--sweep", range);
  std::vector<ChosenLoss> all;
  std::vector<std::string> known;
  bool taken = false;
  for (const ChosenLoss& c : losses) {
    for (const FieldInfo& p : c.loss.parameters()) known.push_back(p.name);
    if (!c.loss.has_parameter(name)) {
      all.push_back(c);
      continue;
    }
    taken = true;
    for (const double value : values) {
      all.push_back(c.with(name, field_text(value)));
      all.back().label += text(' ', name, '=', report::significant(value));
      all.back().in_figures += text(' ', symbol_of(c.loss, name), '=', report::in_figure(value, 4));
    }
  }
  if (!taken) throw UsageError("--sweep: " + unknown_word("parameter", name, known));
  if (all.size() > 24) throw UsageError(text("--sweep: ", all.size(), " curves; 24 are the most one can tell apart"));
  return all;
}

lab::Peak peak_of(const ChosenLoss& c, Quantity q, double y) {
  return lab::peak([&](double x) { return lab::quantity(q, c.loss.at(x, y), x, y); });
}
std::string place(const lab::Peak& peak) {
  if (peak.at_end) return peak.x < 0 ? "p → 0" : "p → 1";
  return "p = " + report::share(sigmoid(peak.x), 2);
}
std::string label_name(double y) {
  return y == 0 ? "negatives (y=0)" : y == 1 ? "positives (y=1)" : text("label y=", y);
}

std::vector<std::string> names_of(const std::vector<ChosenLoss>& losses) {
  std::vector<std::string> names;
  for (const ChosenLoss& c : losses) names.push_back(c.label);
  return names;
}

// ".558 at p = .91", "∞ at p → 1".
std::string peak_note(const ChosenLoss& c, Quantity q, double y, const XAxis& axis) {
  const lab::Peak peak = peak_of(c, q, y);
  if (!std::isfinite(peak.f)) return "";
  const auto height = [&](double x) { return std::abs(lab::quantity(q, c.loss.at(x, y), x, y)); };
  const bool endless = peak.at_end && height(2 * peak.x) > 1.01 * height(peak.x);
  const std::string at = axis.word == "logit" && !peak.at_end ? "x = " + report::in_figure(peak.x) : place(peak);
  return (endless ? "∞" : report::in_figure(std::abs(peak.f))) + " at " + at;
}

std::vector<report::Zone> zones_of(double y, const XAxis& axis) {
  lab::Zones over_axis = lab::zones_of_own;
  if (axis.word == "p") over_axis = lab::zones_over_p(y == 1);
  if (axis.word == "logit") over_axis = lab::zones_over_logit(y == 1);
  std::vector<report::Zone> zones;
  for (const lab::Zone& zone : over_axis) zones.push_back({zone.from, zone.to, zone.name, zone.shade});
  return zones;
}

report::FunctionChart chart_of(const std::vector<ChosenLoss>& losses, const QuantityName& q, double y,
                               const XAxis& axis) {
  report::FunctionChart chart{.title = text(q.symbol, " of ", label_name(y)),
                              .sentence = text(q.sentence, " Beside each name where it is largest."),
                              .x_name = axis.name(y),
                              .y_name = q.symbol};
  for (const ChosenLoss& c : losses) {
    report::FunctionCurve curve{c.label, axis.at, {}, c.in_figures, peak_note(c, q.quantity, y, axis)};
    for (const double v : axis.at) {
      const double x = axis.logit(v, y);
      curve.y.push_back(lab::quantity(q.quantity, c.loss.at(x, y), x, y));
    }
    chart.curves.push_back(std::move(curve));
  }
  const std::string first = chart.curves[0].note;
  const auto is_first = [&](const report::FunctionCurve& c) { return c.note == first; };
  if (chart.curves.size() > 1 && std::ranges::all_of(chart.curves, is_first)) {  // once is enough
    chart.sentence = text(q.sentence, first.empty() ? "" : text(" The largest of all: ", first, "."));
    for (report::FunctionCurve& c : chart.curves) c.note.clear();
  }
  chart.lines = report::loss_lines(names_of(losses));
  if (y == 0 || y == 1) chart.zones = zones_of(y, axis);
  return chart;
}

std::string in_terminal(const report::FunctionChart& chart, bool styled) {
  report::BraillePlot plot{
      .title = chart.title, .x_name = chart.x_name, .x = chart.curves[0].x, .curves = {}, .losses = true};
  for (const report::FunctionCurve& c : chart.curves) plot.curves.push_back({c.name, c.y});
  return braille_plot(plot, styled);
}

std::string curves_csv(const std::vector<ChosenLoss>& losses, const std::vector<double>& ys, const XAxis& axis) {
  const std::vector<std::string> header{"loss", "y", "x", "p", "value", "dx", "d2x", "weight"};
  CsvText csv(header);
  for (const ChosenLoss& c : losses)
    for (const double y : ys)
      for (const double v : axis.at) {
        const double x = axis.logit(v, y);
        const AtLogit l = c.loss.at(x, y);
        std::vector<std::string> row{c.label};
        for (const double n : {y, x, sigmoid(x), l.value, l.dx, l.d2x, lab::quantity(Quantity::weight, l, x, y)})
          row.push_back(report::exact(n));
        csv.add(row);
      }
  return csv.str();
}

// Rows: loss and label; columns: the quantity at six probabilities, and its peak.
std::string latex_table(const std::vector<ChosenLoss>& losses, const std::vector<double>& ys, const QuantityName& q) {
  const double probabilities[] = {.01, .1, .5, .9, .99, .999};
  std::string out = text("% $", q.latex, "$ at probabilities p\n\\begin{tabular}{lrrrrrrrrr}\n\\hline\nloss & $y$");
  for (const double p : probabilities) out += text(" & $p=", p, "$");
  out += " & peak & at $p$ \\\\\n\\hline\n";
  for (const ChosenLoss& c : losses)
    for (const double y : ys) {
      out += report::latex_text(c.label) + " & " + report::significant(y);
      for (const double p : probabilities) {
        const double x = lab::logit(p);
        out += " & $" + report::latex_number(lab::quantity(q.quantity, c.loss.at(x, y), x, y)) + "$";
      }
      const lab::Peak peak = peak_of(c, q.quantity, y);
      out += " & $" + report::latex_number(std::abs(peak.f)) + "$ & $";
      out += (peak.at_end ? (peak.x < 0 ? "\\to 0" : "\\to 1") : report::share(sigmoid(peak.x), 2)) + "$ \\\\\n";
    }
  return out + "\\hline\n\\end{tabular}\n";
}

int plot(const PlotArgs& a) {
  const std::vector<ChosenLoss> losses = swept(chosen_pointwise(a.choice), a.sweep);
  if (losses.empty()) throw UsageError("--loss: none of these has a value at a single logit");
  const std::vector<double> ys = labels(a.y);
  const XAxis axis = x_axis(a.x, ys);
  std::vector<QuantityName> asked;
  for (const std::string& word : a.of) asked.push_back(quantity_of(word));
  for (const QuantityName& q : asked)
    for (const double y : ys)
      if (q.quantity == Quantity::weight && y != 0 && y != 1)
        throw UsageError(text("--of weight: cross-entropy's gradient, its unit, is 0 at p = ", y,
                              "; it is defined for --y 0 and 1"));
  const bool styled = report::wants_style(stdout);
  std::string tex;
  std::vector<std::string> written;
  const bool one_file = report::is_one_picture(a.folder);
  if (one_file && asked.size() * ys.size() > 1)
    throw UsageError(
        text("-o ", a.folder, ": ", asked.size() * ys.size(),
             " figures, one for each of --of and --y; name a folder (-o curves), or one of each: --of grad --y 0"));
  if (one_file) report::prepare_picture(a.folder);
  else if (!a.folder.empty()) make_folder(a.folder);
  for (const QuantityName& q : asked) {
    report::Table peaks({report::left("loss"), "y", text("peak |", q.symbol, "|"), "at"});
    for (const double y : ys) {
      const report::FunctionChart chart = chart_of(losses, q, y, axis);
      std::cout << in_terminal(chart, styled) << '\n';
      for (const ChosenLoss& c : losses) {
        const lab::Peak peak = peak_of(c, q.quantity, y);
        peaks.add_row({c.label, report::significant(y), report::significant(std::abs(peak.f), 3), place(peak)});
      }
      if (one_file) written.push_back(report::write_figure_file(a.folder, report::function_chart(chart)));
      if (a.folder.empty() || one_file) continue;
      const std::string stem = text(q.word, "_y", report::significant(y));
      report::write_figure(a.folder + "/" + stem, report::function_chart(chart));
      written.push_back(stem + ".svg");
    }
    if (q.quantity != Quantity::value) std::cout << peaks.str(styled) << '\n';
    tex += latex_table(losses, ys, q);
  }
  if (a.folder.empty()) {
    std::cout << "next: the same with -o DIR writes figures and their numbers\n";
    return 0;
  }
  if (one_file) {
    std::cout << report::wrapped(written[0]) << '\n';
    return 0;
  }
  write_text(a.folder + "/curves.csv", curves_csv(losses, ys, axis));
  write_text(a.folder + "/table.tex", tex);
  std::string files = a.folder + ":";
  for (const std::string& name : written) files += " " + name;
  std::cout << report::wrapped(files + "; a .csv of each beside it; curves.csv and table.tex of all") << '\n';
  return 0;
}

}  // namespace

void add_loss_plot(Command& loss) {
  auto a = std::make_shared<PlotArgs>();
  Command& command = loss.add("plot", "curves of losses, in the terminal and as figures", [a] { return plot(*a); });
  add_choice(command, a->choice);
  command.option("--of", a->of, "value, grad, curvature, weight (gradient ÷ cross-entropy's), or several  [grad]",
                 {.list = true});
  command.option("--y", a->y, "labels: 0, 1, both, or soft ones  [both]");
  command.option("--x", a->x, "axis: p, pt, logit, with numbers if wanted: logit=-8:8:801  [p]");
  command.option("--sweep", a->sweep, "one curve a value: lambda=1.1:2:5", {.as = "NAME=RANGE"});
  add_theme(command);
  command.option("-o,--out", a->folder,
                 "a folder for figures, curves.csv and table.tex; or x.svg, x.png, x.pdf: one figure",
                 {.as = "DIR|FILE"});
  command.example("skew loss plot --loss bce,asl,ral --y 0 --of grad", "in the terminal");
  command.example("skew loss plot --loss bce,asl,ral --y 0 --of grad -o grad.svg",
                  "one figure, and its numbers beside it");
  command.example("skew loss plot --loss ral --sweep lambda=1.1:2:5 -o curves", "figures and their numbers");
}

}  // namespace skew
