// What a race's tables hold, whoever prints them: columns by topic, the paired tests, the spread of settings.
// Read first: standings.h. Next: documents.h.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "apps/race/standings.h"

namespace skew::race {

struct Cells {
  std::vector<std::vector<std::string>> rows;   // the first is the header
  std::vector<std::pair<size_t, size_t>> best;  // row and column of the largest mean (of errors the smallest)
};

struct ResultTable {
  std::string title, caption;  // in table.md; in table.tex
  Cells cells;
};
// The tables of one rate of missing labels; sign: what stands between a mean and its interval.
std::vector<ResultTable> result_tables(const Standings& all, size_t missing, const std::string& sign);

// The same for people at a terminal: at most 80 columns wide, the best marked with a star.
std::string terminal_tables(const Standings& all, bool styled);

bool has_metric(const Standings& all, const std::string& metric);
bool has_draws(const Plan& plan);                      // random settings
std::vector<size_t> shown_entrants(const Plan& plan);  // without random settings, which have a table of their own
std::string headline(const Standings& all);            // the metric that verdicts are about first
std::string missing_words(double rate);                // "positives missing: .25"

}  // namespace skew::race
