// Models on the same images: what each gains over the first, with its interval, and the precision-recall curves of all
// of them laid over each other, a square a class. Where the numbers come from: apps/evaluation/comparison.h.
#pragma once
#include <string>
#include <vector>

#include "apps/metrics/bootstrap.h"
#include "apps/metrics/class_means.h"
#include "apps/metrics/ranking.h"
#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct ComparedRun {
  std::string name;
  LineStyle line;
  std::vector<metrics::Difference>
      gains;  // over the first run, one a metric; NaN where undefined, the interval alone too
};

struct ComparedClass {
  std::string name;
  std::vector<metrics::RankingTable> of_runs;  // in the order of the runs
  metrics::Difference gain;                    // average precision of the second of two runs over the first's; else NaN
};

struct CompareChart {
  std::string sentence;              // what the figure shows
  std::vector<std::string> metrics;  // "mean AP", "mean AUROC"
  std::vector<ComparedRun> runs;     // the first is what the others are compared with
  std::vector<ComparedClass> classes;
};

// "better", "worse": a gain whose interval leaves out 0; else "".
std::string verdict(const metrics::Difference& gain);

// CSV: what, run, class, value, low, high, recall, precision, threshold: the gains in each metric with their intervals,
// each class's AP and the gain in it of two runs, and the points of the curves that are drawn. Throws ValueError for a
// run without a gain for each metric and a class without a table for each run.
Figure compare_chart(const CompareChart& chart);

}  // namespace skew::report
