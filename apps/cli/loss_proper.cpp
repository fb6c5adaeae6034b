// skew loss proper: the probability that minimises a loss at a true rate, and the way back, which calibrates.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/number_list.h"
#include "apps/loss_lab/proper.h"
#include "apps/report/function_chart.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

struct ProperArgs {
  LossChoice choice;
  std::string rates = ".001,.01,.05,.1,.2,.5,.8,.9", folder;
  bool json = false;
};

// Both aims of one loss: what its value asks for, and where training with its gradient comes to rest.
struct Study {
  std::string label, in_figures;
  lab::ExpectedLoss<std::function<AtLogit(double, double)>> value, training;
  lab::RateMap map, training_map;
  bool trains_elsewhere = false;  // the gradient is not the value's derivative: training does not seek the least loss
};

bool differ(const lab::OptimalLogit& a, const lab::OptimalLogit& b) {
  return !a.at_end && !b.at_end && std::abs(a.p() - b.p()) > 1e-4;
}

Study study(const ChosenLoss& c, const std::vector<double>& rates) {
  const std::function<AtLogit(double, double)> at = [loss = c.loss](double x, double y) { return loss.at(x, y); };
  Study s{c.label,
          c.in_figures,
          {at, lab::Aim::value},
          {at, lab::Aim::training},
          lab::RateMap(at),
          lab::RateMap(at, lab::Aim::training)};
  for (const double rate : rates) s.trains_elsewhere |= differ(s.value.optimum(rate), s.training.optimum(rate));
  return s;
}

std::string p_text(const lab::OptimalLogit& o) {
  if (o.at_end) return o.x < 0 ? "→ 0" : "→ 1";
  return report::share(o.p());
}

void print_json(const Study& s, double rate) {
  const lab::OptimalLogit o = s.value.optimum(rate), t = s.training.optimum(rate);
  std::cout << nlohmann::ordered_json{{"loss", s.label},
                                      {"rate", rate},
                                      {"p", o.p()},
                                      {"x", o.x},
                                      {"p_low", sigmoid(o.low)},
                                      {"p_high", sigmoid(o.high)},
                                      {"at_end", o.at_end},
                                      {"p_training", t.p()},
                                      {"rate_of_p", s.map.rate_of(o.p())}}
                   .dump()
            << '\n';
}

std::string notes(const Study& s, const std::vector<double>& rates) {
  std::string out;
  for (const lab::Leap& leap : s.map.leaps())
    out += text(s.label, ": at a rate of ", report::significant(leap.rate), " the best p leaps from ",
                report::share(sigmoid(leap.from)), " to ", report::share(sigmoid(leap.to)), "\n");
  if (s.map.falls()) out += s.label + ": somewhere a higher rate has a lower p; the way back takes the lowest rate\n";
  if (s.trains_elsewhere)
    out +=
        s.label + ": its gradient is not its value's derivative (a detached weight); \"trained\" is where it rests\n";
  for (const double rate : rates) {
    const lab::OptimalLogit o = s.value.optimum(rate);
    if (o.high > o.low && !o.at_end)
      out += text(s.label, ": at a rate of ", report::significant(rate), " every p from ",
                  report::share(sigmoid(o.low)), " to ", report::share(sigmoid(o.high)), " is as good\n");
  }
  return out;
}

report::Pattern broken(report::Pattern pattern) {
  return pattern == report::Pattern::solid ? report::Pattern::dash : report::Pattern::dashdot;
}

// Into a folder, or the figure alone into a file of a picture. Returns what was written.
std::string write(const std::vector<Study>& studies, const std::string& out) {
  const bool one_file = report::is_one_picture(out);
  if (one_file) report::prepare_picture(out);
  else make_folder(out);
  report::FunctionChart chart{.title = "Optimal p over the true rate",
                              .sentence = "Least expected loss, or where training rests. η: the rate that gets p = .5.",
                              .x_name = "true rate η",
                              .y_name = "optimal p",
                              .diagonal = true};
  const std::vector<std::string> map_header{"loss", "rate", "p", "logit", "p_low", "p_high", "at_end", "p_training"};
  const std::vector<std::string> inverse_header{"loss", "p", "rate", "rate_training"};
  CsvText map(map_header), inverse(inverse_header);
  for (const Study& s : studies) {
    report::FunctionCurve curve{s.label, {}, {}};
    for (const lab::OptimalLogit& k : s.map.knots()) {
      curve.x.push_back(k.rate), curve.y.push_back(k.p());
      std::vector<std::string> row{s.label};
      for (const double v : {k.rate, k.p(), k.x, sigmoid(k.low), sigmoid(k.high)}) row.push_back(report::exact(v));
      row.push_back(k.at_end ? "1" : "0");
      row.push_back(report::exact(s.training.optimum(k.rate).p()));
      map.add(row);
    }
    for (int i = 1; i < 1000; ++i) {
      std::vector<std::string> row{s.label};
      for (const double v : {i / 1000.0, s.map.rate_of(i / 1000.0), s.training_map.rate_of(i / 1000.0)})
        row.push_back(report::exact(v));
      inverse.add(row);
    }
    curve.shown = s.in_figures;
    curve.note = "η = " + report::in_figure(s.map.rate_of(.5), 2);
    chart.curves.push_back(std::move(curve));
    if (!s.trains_elsewhere) continue;
    report::FunctionCurve trained{s.label + " trained", {}, {}, s.in_figures + " trained"};
    trained.note = "η = " + report::in_figure(s.training_map.rate_of(.5), 2);
    for (const lab::OptimalLogit& k : s.training_map.knots()) trained.x.push_back(k.rate), trained.y.push_back(k.p());
    chart.curves.push_back(std::move(trained));
  }
  std::vector<std::string> names;
  for (const Study& s : studies) names.push_back(s.label);
  const std::vector<report::LineStyle> lines = report::loss_lines(names);
  for (size_t i = 0; i < studies.size(); ++i) {  // where training rests: in the loss's colour, broken
    chart.lines.push_back(lines[i]);
    if (studies[i].trains_elsewhere) chart.lines.push_back({lines[i].colour, broken(lines[i].pattern)});
  }
  const report::Figure figure{function_chart(chart).svg, map.str()};
  if (one_file) return report::write_figure_file(out, figure);
  report::write_figure(out + "/proper", figure);
  write_text(out + "/inverse.csv", inverse.str());
  return out + ": proper.svg proper.csv (rate → p) inverse.csv (p → rate; rate_training is the one for trained models)";
}

int proper(const ProperArgs& a) {
  const std::vector<ChosenLoss> chosen = chosen_pointwise(a.choice);
  const std::vector<double> rates = number_list("--rates", a.rates);
  for (const double rate : rates)
    if (!(rate > 0 && rate < 1)) throw UsageError(text("--rates: a rate lies in (0, 1), got ", rate));
  std::vector<Study> studies;
  for (const ChosenLoss& c : chosen) studies.push_back(study(c, rates));
  if (a.json) {
    for (const Study& s : studies)
      for (const double rate : rates) print_json(s, rate);
  } else {
    std::vector<report::Column> columns{{"true rate"}};
    for (const Study& s : studies) {
      columns.push_back(s.label);
      if (s.trains_elsewhere) columns.push_back(s.label + " trained");
    }
    report::Table table(columns);
    for (const double rate : rates) {
      std::vector<std::string> row{report::significant(rate)};
      for (const Study& s : studies) {
        row.push_back(p_text(s.value.optimum(rate)));
        if (s.trains_elsewhere) row.push_back(p_text(s.training.optimum(rate)));
      }
      table.add_row(row);
    }
    std::cout << table.str(report::wants_style(stdout)) << "the p that minimises the expected loss at a true rate\n";
    for (const Study& s : studies) std::cout << notes(s, rates);
    for (const Study& s : studies)
      std::cout << s.label << ": a trained model's p = .50 stands for a rate of "
                << report::significant(s.training_map.rate_of(.5), 3) << '\n';
  }
  if (a.folder.empty()) return 0;
  (a.json ? std::cerr : std::cout) << report::wrapped(write(studies, a.folder)) << '\n';
  return 0;
}

}  // namespace

void add_loss_proper(Command& loss) {
  auto a = std::make_shared<ProperArgs>();
  Command& command = loss.add("proper", "optimal p against true rate, and the way back", [a] { return proper(*a); });
  add_choice(command, a->choice);
  command.option("--rates", a->rates, "true rates to print  [.001,.01,.05,.1,.2,.5,.8,.9]");
  add_theme(command);
  command.option("-o,--out", a->folder,
                 "a folder for proper.svg, proper.csv and inverse.csv; or the figure: x.svg, x.png, x.pdf",
                 {.as = "DIR|FILE"});
  command.flag("--json", a->json, "one JSON line a loss and rate");
  command.example("skew loss proper --loss ral", "which p it makes of a true rate");
}

}  // namespace skew
