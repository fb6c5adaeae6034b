// The colour of a loss, the same in every figure: terminal plot, SVG, web page. The seven that are compared most have a
// colour of their own, solid, and their forms for single labels the same dashed; the others a colour and a pattern, in
// the order of the table of losses, beginning anew where all are taken: any number of losses has lines.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "apps/report/svg.h"

namespace skew::report {

LineStyle loss_line(std::string_view name);  // of a loss or an alias: "ral-paper"

// Of the curves of one figure. A curve's name begins with its loss, "ral gamma_neg=2": where a loss stands several
// times (a sweep), its curves are steps from little to much in the order of the names; those of a second such loss
// dashed.
std::vector<LineStyle> loss_lines(const std::vector<std::string>& curve_names);

// Of trained runs, each by the loss it was trained with: the loss's line, and where one stands several times its colour
// with the patterns that are left, so that no run looks like another loss; from the fifth on they repeat.
std::vector<LineStyle> run_lines(const std::vector<std::string>& losses);

// The loss of "ral(gamma_neg=4 … form=paper)", as a model's file describes it: an alias, "ral-paper", where its presets
// are among the settings.
std::string loss_of(std::string_view description);

}  // namespace skew::report
