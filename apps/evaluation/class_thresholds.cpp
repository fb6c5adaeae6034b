// Tuning thresholds, and their table.
#include "apps/evaluation/class_thresholds.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "apps/formats/csv.h"
#include "apps/formats/csv_text.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

using metrics::ThresholdSource;

// The least score in [0, 1] whose risk is `risk` or more, to the last bit; 1 where there is none. Risks do not fall,
// and neither do positive doubles as whole numbers.
double score_of_risk(const Calibration& calibration, int64_t c, double risk) {
  uint64_t low = 0, high = std::bit_cast<uint64_t>(1.0);
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (risk_of(calibration, c, std::bit_cast<double>(middle)) >= risk) high = middle;
    else low = middle + 1;
  }
  return std::bit_cast<double>(high);
}

// The one threshold of risk for the classes that have none of their own in `own`.
ClassThreshold threshold_of_risk(const Predictions& p, const Calibration& calibration,
                                 const std::vector<ClassThreshold>& own) {
  const std::vector<double> risks = apply_calibration(calibration, p.probabilities, p.labels);
  std::vector<double> such_risks, such_targets;
  for (size_t k = 0; k < risks.size(); ++k) {
    if (own[k % own.size()].tuned()) continue;
    such_risks.push_back(risks[k]);
    such_targets.push_back(p.targets[k]);
  }
  const ClassThreshold such = metrics::tune_threshold(metrics::ranking_table(such_risks, such_targets)),
                       all = metrics::tune_threshold(metrics::ranking_table(risks, p.targets));
  if (such.tuned()) return {such.value, ThresholdSource::pooled_risk};
  if (all.tuned()) return {all.value, ThresholdSource::common_risk};
  return {.5, ThresholdSource::even_risk};
}

// Names of the classes of that source, three at most.
struct Sourced {
  int64_t count = 0;
  std::string names;
  double risk = NAN;
};
Sourced of_source(ThresholdSource source, const std::vector<ClassThreshold>& thresholds,
                  const std::vector<std::string>& classes) {
  Sourced out;
  for (size_t c = 0; c < thresholds.size(); ++c) {
    if (thresholds[c].source != source) continue;
    ++out.count;
    out.risk = thresholds[c].risk;
    if (out.count <= 3) out.names += (out.count > 1 ? ", " : "") + classes[c];
  }
  if (out.count > 3) out.names += text(" and ", out.count - 3, " more");
  return out;
}

}  // namespace

std::vector<ClassThreshold> tune_thresholds(const Predictions& p, const Calibration& calibration) {
  std::vector<ClassThreshold> out;
  for (int64_t c = 0; c < p.labels; ++c)
    out.push_back(metrics::tune_threshold(metrics::ranking_table(metrics::column(p.probabilities, p.labels, c),
                                                                 metrics::column(p.targets, p.labels, c))));
  if (std::ranges::all_of(out, &ClassThreshold::tuned) || calibration.empty()) return out;
  const ClassThreshold shared = threshold_of_risk(p, calibration, out);
  for (int64_t c = 0; c < p.labels; ++c)
    if (ClassThreshold& t = out[size_t(c)]; !t.tuned())
      t = {score_of_risk(calibration, c, shared.value), shared.source, shared.value};
  return out;
}

std::string describe_thresholds(const std::vector<ClassThreshold>& thresholds,
                                const std::vector<std::string>& classes) {
  if (thresholds.empty()) return "a score of .500 for all classes, none tuned";
  const Sourced val = of_source(ThresholdSource::val, thresholds, classes),
                pooled = of_source(ThresholdSource::pooled_risk, thresholds, classes),
                common = of_source(ThresholdSource::common_risk, thresholds, classes),
                even = of_source(ThresholdSource::even_risk, thresholds, classes),
                fixed = of_source(ThresholdSource::fixed, thresholds, classes),
                given = of_source(ThresholdSource::given, thresholds, classes);
  const std::string why = text(" (fewer than ", metrics::least_positives, " positives or no negative ",
                               val.count > 0 ? "there)" : "in val)");
  std::vector<std::string> parts;
  if (val.count > 0) parts.push_back(text("tuned for F1 on val for ", val.count, " of ", classes.size(), " classes"));
  if (pooled.count > 0)
    parts.push_back(text("for ", pooled.names, why, " where the risk reaches ", report::share(pooled.risk),
                         ", one threshold for all of them"));
  if (common.count > 0)
    parts.push_back(text("for ", common.names, why, " where the risk reaches ", report::share(common.risk),
                         ", one threshold tuned on all classes at once"));
  if (even.count > 0)
    parts.push_back(text("for ", even.names, why,
                         " where the risk reaches .500, as all classes together have too few positives to tune one"));
  if (fixed.count > 0) parts.push_back(text("a score of .500, not tuned for want of positives, for ", fixed.names));
  if (given.count > 0) parts.push_back("as given for all classes");
  return joined(parts, "; ");
}

std::string thresholds_csv(const std::vector<ClassThreshold>& thresholds, const ModelInfo& info) {
  CsvText out({"class", "threshold", "source", "risk"});
  const auto classes = int64_t(info.classes.size());
  for (int64_t c = 0; c < classes; ++c) {
    const ClassThreshold t = thresholds.empty() ? ClassThreshold{} : thresholds[size_t(c)];
    const double risk = info.calibration.empty() ? NAN : risk_of(info.calibration, c, t.value);
    out.add(
        {info.classes[size_t(c)], report::exact(t.value), words_of(t.source)[size_t(t.source)], report::exact(risk)});
  }
  return out.str();
}

std::vector<ClassThreshold> read_thresholds(const std::string& path, const std::vector<std::string>& classes) {
  const CsvTable table = read_csv(path);
  const int64_t name = table.column("class"), value = table.column("threshold");
  if (name < 0 || value < 0)
    throw FileError(text(path, ":1: expected the columns class and threshold, as RUN/val/thresholds.csv has them"));
  std::vector<ClassThreshold> out(classes.size());
  std::vector<int64_t> rows(classes.size(), -1);
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::string word(table.at(r, name));
    const auto at = std::ranges::find(classes, word);
    if (at == classes.end())
      throw FileError(text(table.where(r), ": ", unknown_word("class of the model", word, classes)));
    const auto c = size_t(at - classes.begin());
    if (rows[c] >= 0)
      throw FileError(text(table.where(r), ": the class '", word, "' has a threshold on line ", table.line(rows[c]),
                           " already; keep one of the two rows"));
    const std::optional<double> limit = parse_number(table.at(r, value));
    if (!limit || !(*limit >= 0 && *limit <= 1))
      throw FileError(text(table.where(r), ": the threshold of '", word, "' is '", table.at(r, value),
                           "'; expected a score, a number from 0 to 1"));
    rows[c] = r;
    out[c] = {*limit, ThresholdSource::given};
  }
  for (size_t c = 0; c < classes.size(); ++c)
    if (rows[c] < 0)
      throw FileError(text(path, ": no row for the class '", classes[c],
                           "'; add one: ", csv_line(std::vector<std::string>{classes[c], "0.5"})));
  return out;
}

}  // namespace skew
