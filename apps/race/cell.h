// One training run of a race: trains, measures on the test split, keeps the numbers. A finished cell is a cell.json in
// its run folder; an unfinished one goes on where it stopped. Read first: plan.h. Next: standings.h.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/training/train_config.h"

namespace skew::race {

// Names and values, NaN where undefined, in the order of the tables:
//   mAP, AUROC, F1 (at thresholds tuned on val), F1@.5, F1 calibrated (at a risk of .5): each also head, medium, tail
//   ECE, log-loss: raw and calibrated              single label: accuracy, balanced accuracy first; F1 of the argmax
//   seconds: of the training epochs; NaN for a run that was stopped in between
using Metrics = std::vector<std::pair<std::string, double>>;

struct CellResult {
  Metrics metrics;
  std::string failure;  // why training stopped by itself (numbers that are not finite); then there are no metrics
};

// NaN where the cell has no such metric.
double value_of(const CellResult& result, const std::string& metric);

// What a result belongs to, beside its settings.
struct CellIdentity {
  bool best = false;      // measured at the best epoch by validation, not the last
  std::string data = {};  // Dataset::fingerprint()
};

struct CellOptions {
  CellIdentity identity;
  bool keep_weights = false;              // otherwise weights/ goes when the cell is finished
  std::function<void(double)> done = {};  // share of the training done, after each step
};

// The result that `folder` holds, or nothing. Throws FileError when it was reached with other settings (all but those
// of the machine count), measured at another epoch or on other data, naming what differs; so for a run half done.
std::optional<CellResult> finished_cell(const std::string& folder, const TrainConfig& config,
                                        const CellIdentity& identity);

// Trains with `config` in `folder`, or goes on. Nothing: a signal stopped it, and the state is saved.
// Throws what train() throws, save NonFiniteError, which is a result.
std::optional<CellResult> run_cell(const std::string& folder, TrainConfig config, const CellOptions& options);

}  // namespace skew::race
