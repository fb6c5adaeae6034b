// A whole in its parts, one bar a row, all bars equally long: whose gradient it is. Not for counts (bar_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct ShareRow {
  std::string group, name;        // rows of one group stand together, its name at their head: a loss, then its priors
  std::vector<double> parts;      // each ≥ 0; drawn as shares of their sum
  Colour colour = Colour::slate;  // of the group's name
};

struct ShareChart {
  std::string title, sentence;       // the sentence says what the figure shows
  std::string group_name, row_name;  // columns of the CSV
  std::vector<std::string> parts;    // names
  std::vector<Colour> colours;       // of the parts: steps (svg.h), on which their numbers can be read, or quiet
  std::vector<ShareRow> rows = {};
};

// The CSV has one row a bar and a column a part, as they were given. Throws ValueError for a row with another number of
// parts.
Figure share_chart(const ShareChart& chart);

}  // namespace skew::report
