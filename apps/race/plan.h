// What a race runs: entrants (a loss with its settings) × rates of missing labels × seeds. No training here: cell.h.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "losses/table/loss_table.h"

namespace skew::race {

struct Entrant {
  std::string label;  // "ral", "ral lambda=1.2", "ral draw 3": one row of the tables
  std::string loss;   // as typed: an alias stays
  LossParameters set = {};
  int64_t draw = 0;  // 1, 2, … for a random setting of `loss`
};

// One training run.
struct Cell {
  size_t entrant = 0;
  double missing = 0;
  int64_t seed = 0;
  bool operator==(const Cell&) const = default;
};

struct Plan {
  std::vector<Entrant> entrants;  // the first is what the others are compared with
  std::vector<double> missing = {0};
  int64_t seeds = 3;

  // Seed by seed, so that a race that is stopped early has compared like with like. Random settings run at seed 0
  // alone: their spread is to be held against the spread over seeds.
  std::vector<Cell> cells() const;
};

// A parameter with the values it takes: every entrant that has it becomes one for each value. Throws UsageError where
// none has it, ValueError (make_loss) for a value out of its range.
struct Grid {
  std::string parameter;
  std::vector<std::string> values;
};
std::vector<Entrant> with_grid(const std::vector<Entrant>& entrants, const Grid& grid);

// Adds `draws` random settings to each entrant that has one of the parameters: parameter p becomes its value + width·u,
// u uniform in [−1, 1] and the same for all losses, moved into p's valid range. Throws UsageError for a parameter that
// no entrant has, or that is not a number.
struct Width {
  std::string parameter;
  double width;
};
std::vector<Entrant> with_draws(const std::vector<Entrant>& entrants, const std::vector<Width>& widths, int64_t draws);

// Throws UsageError where two cells would be the same run (a loss, a value or a rate given twice).
void check_distinct(const Plan& plan);

// A name for files: letters, digits and . = - _ + alone.
std::string file_name(const Entrant& entrant, const Cell& cell);

}  // namespace skew::race
