// skew loss heat: a number of a loss over two of its parameters, as a heat map and a table.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "apps/cli/field_flags.h"
#include "apps/cli/loss.h"
#include "apps/cli/loss_budget.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/number_list.h"
#include "apps/loss_lab/curve.h"
#include "apps/report/heat_map.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/fields.h"

namespace skew {
namespace {

struct HeatArgs {
  LossChoice choice;
  std::vector<std::string> over;
  std::string of = "peak-grad", y = "0", folder = "heat";
  double prior = .05;
  BudgetModel model;
};

struct Axis {
  std::string name;
  std::vector<double> values;
};

Axis axis(const std::string& words) {
  const auto [name, range] = name_and_value("--over", words);
  const Axis axis{name, number_list("--over", range)};
  if (axis.values.size() < 2 || axis.values.size() > 200)
    throw UsageError(text("--over: ", name, " has ", axis.values.size(), " values; expected 2 to 200"));
  for (size_t i = 1; i < axis.values.size(); ++i)
    if (!(axis.values[i] > axis.values[i - 1])) throw UsageError(text("--over: the values of ", name, " must rise"));
  return axis;
}

// What is shown, for one setting of the loss.
using Measure = std::function<double(const AnyLoss&)>;
Measure measure(const HeatArgs& a, double y) {
  const auto peak = [y](const AnyLoss& loss) { return lab::peak([&](double x) { return loss.at(x, y).dx; }); };
  if (a.of == "peak-grad") return [=](const AnyLoss& loss) { return std::abs(peak(loss).f); };
  if (a.of == "peak-p") return [=](const AnyLoss& loss) { return sigmoid(peak(loss).x); };
  if (a.of == "budget") {
    const lab::LogitModel logits = a.model.logits(a.prior);
    return [=](const AnyLoss& loss) {
      return lab::budget([&](double x, double label) { return loss.at(x, label); }, a.prior, 1, logits).share();
    };
  }
  throw UsageError(unknown_word("--of", a.of, {"peak-grad", "peak-p", "budget"}));
}

// "γ₋ (gamma_neg)"
std::string axis_name(const AnyLoss& loss, const std::string& parameter) {
  const std::string sign = symbol_of(loss, parameter);
  return sign == parameter ? parameter : text(sign, " (", parameter, ")");
}

// Where the loss stands by itself, with what --set says.
std::optional<report::Point> defaults_of(const ChosenLoss& c, const std::string& x, const std::string& y) {
  report::Point at{NAN, NAN};
  for (const FieldInfo& p : c.loss.parameters()) {
    if (p.name == x) at.x = p.number;
    if (p.name == y) at.y = p.number;
  }
  if (!std::isfinite(at.x) || !std::isfinite(at.y)) return {};
  return at;
}

// From nothing to twice what the parameter is, as far as it may go: 25 values.
std::string usual_range(const FieldInfo& p) {
  const Range& may = p.limits;
  double low = std::max(may.low, std::min(2 * p.number, 0.0)), high = std::min(may.high, std::max(2 * p.number, 0.0));
  if (!(low < high)) {
    low = std::max(may.low, p.number - 1);
    high = std::min(may.high, p.number + 1);
  }
  const double inside = (high - low) / 50;  // of an end that is itself no value
  if (may.low_open && low == may.low) low += inside;
  if (may.high_open && high == may.high) high -= inside;
  return text(p.name, '=', report::significant(low), ':', report::significant(high), ":25");
}

// Without --over: the first two numbers of the loss that change what is shown.
std::vector<std::string> usual_pair(const ChosenLoss& c, const Measure& value_of) {
  std::vector<std::string> pair;
  for (const FieldInfo& p : c.loss.parameters()) {
    if (p.kind != FieldKind::number || pair.size() == 2) continue;
    const std::string range = usual_range(p);
    const std::vector<double> values = axis(range).values;
    const auto at = [&](double v) { return value_of(c.loss.with({{p.name, field_text(v)}})); };
    if (std::abs(at(values.front()) - at(values.back())) > 1e-9) pair.push_back(range);
  }
  if (pair.size() < 2)
    throw UsageError(text("--over: ", c.label,
                          " has no two numbers that change this; name two of its parameters, as "
                          "gamma_neg=0:6:25,clip=0:.3:25; `skew loss show ",
                          c.name, "` lists them"));
  std::cout << report::wrapped(text("--over was not given: ", pair[0], ",", pair[1])) << '\n';
  return pair;
}

int heat(const HeatArgs& a) {
  if (a.over.size() != 2 && !a.over.empty())
    throw UsageError("--over: expected two parameters, as gamma_neg=0:6:25,clip=0:.3:25");
  const std::vector<ChosenLoss> chosen = chosen_pointwise(a.choice);
  if (chosen.size() != 1) throw UsageError("--loss: a heat map shows one loss");
  const std::vector<double> ys = labels(a.y);
  if (ys.size() != 1) throw UsageError("--y: a heat map shows one label, 0 or 1");
  const Measure value_of = measure(a, ys[0]);
  const std::vector<std::string> over = a.over.empty() ? usual_pair(chosen[0], value_of) : a.over;
  const Axis across = axis(over[0]), up = axis(over[1]);
  if (across.name == up.name) throw UsageError(text("--over: expected two parameters, got ", up.name, " twice"));
  report::HeatMap map{.title = {},
                      .sentence = {},
                      .x_name = axis_name(chosen[0].loss, across.name),
                      .y_name = axis_name(chosen[0].loss, up.name),
                      .value_name = a.of,
                      .x = across.values,
                      .y = up.values,
                      .values = {},
                      .mark = defaults_of(chosen[0], across.name, up.name),
                      .mark_name = chosen[0].set.empty() ? "default" : "as set",
                      .x_column = across.name,
                      .y_column = up.name};
  for (const double v : up.values) {
    // both at once: a pair may be valid where one of them alone is not (class_freq and train_num)
    for (const double u : across.values)
      map.values.push_back(value_of(chosen[0].loss.with({{up.name, field_text(v)}, {across.name, field_text(u)}})));
  }
  const std::string of_label = ys[0] == 0 ? "negatives" : ys[0] == 1 ? "positives" : text("label y=", ys[0]);
  map.title = chosen[0].label + ": " +
              (a.of == "peak-grad" ? "peak |∂ℓ/∂x| of " + of_label
               : a.of == "peak-p"  ? "where |∂ℓ/∂x| of " + of_label + " peaks (p)"
                                   : "negatives' share of the gradient");
  const auto [low, high] = std::minmax_element(map.values.begin(), map.values.end());
  const auto place = [&](auto at) {
    const size_t i = size_t(at - map.values.begin()), n = map.x.size();
    return text(report::significant(*at, 3), " at ", across.name, ' ', report::significant(map.x[i % n], 3), ", ",
                up.name, ' ', report::significant(map.y[i / n], 3));
  };
  const size_t most = size_t(high - map.values.begin()), columns = map.x.size();
  map.sentence = text("From ", report::in_figure(*low), " to ", report::in_figure(*high), " at ",
                      symbol_of(chosen[0].loss, across.name), " = ", report::in_figure(map.x[most % columns]), ", ",
                      symbol_of(chosen[0].loss, up.name), " = ", report::in_figure(map.y[most / columns]), ".");
  const bool one_file = report::is_one_picture(a.folder);
  std::string written;
  if (one_file) {
    report::prepare_picture(a.folder);
    written = report::write_figure_file(a.folder, report::heat_map(map));
  } else {
    make_folder(a.folder);
    report::write_figure(a.folder + "/heat", report::heat_map(map));
    written = a.folder + ": heat.svg heat.csv";
  }
  std::cout << report::wrapped(text(map.title, ": least ", place(low), "; most ", place(high))) << '\n';
  if (a.of == "budget")
    std::cout << report::wrapped(text("prior ", report::significant(a.prior), ". ", a.model.words())) << '\n';
  std::cout << report::wrapped(written) << '\n';
  return 0;
}

}  // namespace

void add_loss_heat(Command& loss) {
  auto a = std::make_shared<HeatArgs>();
  Command& command = loss.add("heat", "a number of a loss over two of its parameters", [a] { return heat(*a); });
  add_choice(command, a->choice);
  command.option("--over", a->over,
                 "two parameters: gamma_neg=0:6:25,clip=0:.3:25  [the first two numbers that matter]",
                 {.as = "NAME=RANGE,NAME=RANGE", .list = true});
  command.option("--of", a->of, "peak-grad, peak-p (where it is), or budget (negatives' share)  [peak-grad]");
  command.option("--y", a->y, "label of the peak  [0]");
  command.option("--prior", a->prior, "budget: share of positives  [0.05]");
  a->model.add_to(command);
  add_theme(command);
  command.option("-o,--out", a->folder,
                 "a folder for heat.svg and heat.csv; or the figure: x.svg, x.png, x.pdf  [heat]", {.as = "DIR|FILE"});
  command.example("skew loss heat --loss ral", "over the first two of its parameters that matter");
  command.example("skew loss heat --loss ral --over gamma_neg=0:6:13,clip=0:.3:13", "where the gradient's peak goes");
}

}  // namespace skew
