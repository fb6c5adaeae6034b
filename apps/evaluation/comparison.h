// Two models on the same images: what one gains over the other, and how sure that is, by resampling the images of both
// alike (a patient's together). Read next: apps/metrics/bootstrap.h.
#pragma once
#include <string>
#include <vector>

#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/intervals.h"
#include "apps/evaluation/model_info.h"

namespace skew {

struct Compared {
  std::string name, loss, weights;  // of the run; bce; the file
  Predictions predictions;
  metrics::RankingReplicates replicates;
};

struct Comparison {
  MeasuredOn on;
  ModelInfo first;             // the first run's model: classes, and how frequent they were in training
  std::vector<Compared> runs;  // the first is what the others are compared with
  int64_t resamples = 0, groups = 0;
  bool patients = false;  // groups are patients; else images
};

// Puts the columns of predictions of the classes `own` into the order of `wanted`, the same classes.
void reorder_classes(Predictions& p, const std::vector<std::string>& own, const std::vector<std::string>& wanted);

// Resamples the predictions of `runs`, which are of images of `data` in one order; `first` describes the first's model.
// Throws FileError for runs that are of other images or labels than the first.
Comparison compare(std::vector<Compared> runs, const ModelInfo& first, const Dataset& data);

// The table that `skew compare` prints: means of each run with their intervals and gains over the first; for two runs
// each class as well, the surest gains and losses first: by |gain| over the half-width of its interval.
std::string comparison_table(const Comparison& c, bool styled);

// The same numbers: compare.csv and compare.json in `folder`, which is made, and curves.svg (.csv): the gains and the
// precision-recall curves of all runs, the rarest class first.
void write_comparison(const std::string& folder, const Comparison& c);

}  // namespace skew
