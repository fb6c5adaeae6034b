// What the cells of a race say together: means with intervals over the seeds, paired tests, and how much a loss moves
// with its settings. Read first: cell.h. Next: documents.h, which writes it down.
#pragma once
#include "apps/metrics/significance.h"
#include "apps/race/cell.h"
#include "apps/race/plan.h"

namespace skew::race {

struct DoneCell {
  Cell cell;
  CellResult result;
};

// One metric of one entrant at one rate of missing labels.
struct Standing {
  std::vector<double> values;  // a seed each; NaN where undefined, failed or not yet run
  metrics::MeanInterval mean;
  metrics::PairedTest against_first{};  // seed by seed: this entrant less the first one
  double p_holm = 0;                    // corrected over the entrants of this table and metric; NaN: no test
};

// "better", "worse" (p_holm < .05), "not told apart", or "–" for the first entrant and without a test.
// lower_is_better: of errors such as ECE.
std::string verdict(const Standing& s, bool lower_is_better);
bool lower_is_better(const std::string& metric);

struct Standings {
  Plan plan;
  std::vector<std::string> metrics;  // in their order
  // [missing][entrant][metric]
  std::vector<std::vector<std::vector<Standing>>> at;
  int64_t done = 0;
  std::vector<std::string> failures;  // "ral seed 1: …"

  const Standing& of(size_t missing, size_t entrant, const std::string& metric) const;
};
Standings standings(const Plan& plan, const std::vector<DoneCell>& done);

// A loss's spread over its random settings (seed 0) beside that over seeds at its own setting.
struct Sensitivity {
  std::string loss;
  metrics::MeanInterval seeds, settings;
  double lowest, highest;  // over the settings
  std::vector<double> seed_values, setting_values;
};
// One a loss with random settings, at rate `missing`.
std::vector<Sensitivity> sensitivities(const Standings& all, size_t missing, const std::string& metric);

}  // namespace skew::race
