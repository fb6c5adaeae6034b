// Made-up numbers in, one figure of each kind out. The figures of `skew loss` come from the program itself.
#include "tests/apps/figures/every_figure.h"

#include <cmath>

#include "apps/explorer/examples.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/program.h"
#include "apps/report/bar_chart.h"
#include "apps/report/compare_chart.h"
#include "apps/report/confusion_chart.h"
#include "apps/report/contact_sheet.h"
#include "apps/report/curve_chart.h"
#include "apps/report/interval_chart.h"
#include "apps/report/line_chart.h"
#include "apps/report/loss_colour.h"
#include "core/random.h"
#include "core/text.h"

namespace skew::figures {
namespace {

std::string class_name(size_t i, const std::string& script) {
  const std::string number = std::to_string(i + 1);
  if (script == "long") {
    const std::string end = text(" side ", number);
    return std::string("Pleural effusion with blunted costophrenic angle").substr(0, 40 - end.size()) + end;
  }
  if (script == "middle")
    return "Lesion of the " + std::string(i % 2 ? "upper " : "lower ") + number +
           " left anterior lobe of the whole lung";
  if (script == "chinese") return "右下肺野胸腔积液伴肋膈角变钝" + number;
  if (script == "arabic") return "انصباب جنبي مع زاوية ضلعية حجابية " + number;
  return "🫁🩻 heart 🫀 " + number;
}

std::vector<std::string> class_names(size_t classes, const std::string& script) {
  std::vector<std::string> names;
  for (size_t i = 0; i < classes; ++i) names.push_back(class_name(i, script));
  return names;
}

int64_t count_of(size_t i) { return int64_t(std::llround(2600 / std::pow(double(i + 1), 1.3))); }

struct Scored {
  std::vector<double> scores, targets;
};
Scored scored(size_t i) {
  Scored out;
  Generator generator(i + 1);
  for (int k = 0; k < 160; ++k) {
    const double score = generator.uniform();
    out.scores.push_back(score);
    out.targets.push_back(generator.uniform() < .8 * score * score ? 1 : 0);
  }
  return out;
}

report::LineChart training(size_t epochs) {
  report::LineChart chart{.title = "Training", .sentence = "Loss and quality after each epoch."};
  report::Line train{"train", {}}, val{"val", {}}, map{"val", {}}, balanced{"balanced", {}}, all{"all", {}};
  for (size_t e = 1; e <= epochs; ++e) {
    chart.x.push_back(double(e));
    train.y.push_back(.06 / std::sqrt(double(e)));
    val.y.push_back(.05 / std::sqrt(double(e)) + .01);
    map.y.push_back(.9 - .6 / double(e));
    balanced.y.push_back(.8 - .5 / double(e));
    all.y.push_back(.82 - .5 / double(e));
  }
  chart.panels = {{"loss", {train, val}, report::Best::lowest},
                  {"mAP", {map}, report::Best::highest},
                  {"accuracy", {balanced, all}, report::Best::highest}};
  return chart;
}

report::IntervalChart race(const std::vector<std::string>& names, size_t rates) {
  report::IntervalChart chart{"Losses on a set",
                              "Test split, 3 seeds: a dot a seed, their mean, its 95 % interval.",
                              names,
                              {"as they are", ".25 missing"}};
  chart.series.resize(rates);
  for (const char* metric : {"mAP", "AUROC", "F1"}) {
    report::IntervalPanel panel{metric, {}};
    for (size_t r = 0; r < names.size(); ++r) {
      panel.rows.emplace_back();
      for (size_t s = 0; s < rates; ++s) {
        const double mean = .4 + .02 * double(r % 7) - .06 * double(s);
        panel.rows.back().push_back({{mean - .01, mean, mean + .012}, mean, r == 0 && s == 0 ? .9 : .02});
      }
    }
    chart.panels.push_back(panel);
  }
  return chart;
}

}  // namespace

const std::vector<std::string>& scripts() {
  static const std::vector<std::string> all = {"long", "middle", "chinese", "arabic", "emoji"};
  return all;
}

std::vector<NamedFigure> class_figures(size_t classes, const std::string& script) {
  const std::vector<std::string> names = class_names(classes, script);
  std::vector<report::LabelCount> counts;
  std::vector<report::RankedClass> ranked;
  std::vector<report::CalibratedClass> calibrated;
  std::vector<int64_t> confusion(classes * classes);
  std::vector<report::SheetCell> cells;
  for (size_t i = 0; i < classes; ++i) {
    counts.push_back({names[i], count_of(i)});
    const Scored s = scored(i);
    const metrics::Band band = metrics::band_of(count_of(i));
    ranked.push_back({names[i], band, metrics::ranking_table(s.scores, s.targets)});
    std::vector<double> risks = s.scores;
    for (double& risk : risks) risk *= risk;
    calibrated.push_back({names[i], band, metrics::calibration_table(s.scores, s.targets),
                          metrics::calibration_table(risks, s.targets)});
    for (size_t k = 0; k < classes; ++k) confusion[i * classes + k] = k == i ? 40 : (i * 7 + k * 3) % 5;
    std::vector<uint8_t> pixels(28 * 28);
    for (size_t p = 0; p < pixels.size(); ++p) pixels[p] = uint8_t((p * (i + 3)) % 251);
    cells.push_back({Image{1, 28, 28, 8, pixels}, {names[i], class_name(i + classes, script)}});
  }
  const std::string of = text(", ", classes, " classes, ", script);
  report::CompareChart comparison{
      .sentence =
          "Gains over the first with their 95 % intervals over 120 patients; precision over recall, the "
          "rarest class first.",
      .metrics = {"mean AP", "mean AUROC"},
      .runs = {},
      .classes = {}};
  const std::vector<report::LineStyle> lines = report::run_lines({"bce", "ral", "ral", "asl", "ral-paper", "focal"});
  for (size_t r = 0; r < 6; ++r)
    comparison.runs.push_back({text("run ", r + 1, ", ", names[r % classes]),
                               lines[r],
                               {{.02 * double(r) - .01, {.02 * double(r) - .04, .02 * double(r) + .03}},
                                {r == 5 ? -.004 : .004, {r == 5 ? NAN : .001, r == 5 ? NAN : .006}}}});
  for (size_t i = 0; i < classes; ++i) {
    const report::RankedClass& c = ranked[i];
    comparison.classes.push_back({c.name, std::vector(6, c.table), {.04, {.01, .07}}});
  }
  std::vector<report::LabelCount> drawn = counts;
  for (report::LabelCount& label : drawn) label.drawn = 190;
  return {{"labels" + of, report::label_chart(counts, 2600).svg},
          {"labels drawn" + of, report::label_chart(drawn, 2600, "class-aware sampling").svg},
          {"pr" + of, report::pr_chart(ranked).svg},
          {"roc" + of, report::roc_chart(ranked).svg},
          {"reliability" + of, report::reliability_chart(calibrated).svg},
          {"comparison" + of, report::compare_chart(comparison).svg},
          {"confusion" + of, report::confusion_chart(names, confusion).svg},
          {"contact sheet" + of,
           report::contact_sheet(cells, {.title = "The first batch of training",
                                         .sentence = "Images as the network sees them; below each its labels"})}};
}

std::vector<NamedFigure> other_figures() {
  std::vector<NamedFigure> out;
  for (const size_t epochs : {2, 40})
    out.push_back({text("results, ", epochs, " epochs"), line_chart(training(epochs)).svg});
  out.push_back({"race, two losses", interval_chart(race({"cross_entropy", "ral_single"}, 1)).svg});
  out.push_back({"race, four losses, two rates", interval_chart(race({"bce", "asl", "ral", "two_way"}, 2)).svg});
  out.push_back(
      {"race, settings", interval_chart(race({"ral", "ral lambda=1.2 gamma_neg=2.5", "ral lambda=1.2 gamma_neg=3.5",
                                              "distribution_balanced", "focal"},
                                             2))
                             .svg});
  for (const explorer::Example& example : explorer::examples()) {
    const explorer::Recording recording = explorer::run_program(example.program);
    for (const bool values : {false, true}) {
      explorer::PictureOptions options;
      if (values) options.numbers = explorer::Numbers::always;
      out.push_back({text("graph, ", example.name, values ? ", values" : ""), graph_svg(recording, options)});
    }
  }
  return out;
}

}  // namespace skew::figures
