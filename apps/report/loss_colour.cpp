// Solid colours of the seven, dashed ones by the table's order, and steps where a loss stands several times.
#include "apps/report/loss_colour.h"

#include <algorithm>

#include "losses/table/loss_table.h"

namespace skew::report {
namespace {

struct Own {
  std::string_view loss;
  LineStyle line;
};
constexpr Own own_colours[] = {
    {"bce", {Colour::slate, Pattern::solid}},
    {"focal", {Colour::gold, Pattern::solid}},
    {"asl", {Colour::green, Pattern::solid}},
    {"apl", {Colour::purple, Pattern::solid}},
    {"hill", {Colour::orange, Pattern::solid}},
    {"ral", {Colour::blue, Pattern::solid}},
    {"ral-paper", {Colour::pink, Pattern::solid}},
    // the same for classes that exclude each other
    {"cross_entropy", {Colour::slate, Pattern::dash}},
    {"softmax_focal", {Colour::gold, Pattern::dash}},
    {"asl_single", {Colour::green, Pattern::dash}},
    {"ral_single", {Colour::blue, Pattern::dash}},
};

const Own* own_colour(std::string_view loss) {
  const Own* found = std::ranges::find(own_colours, loss, &Own::loss);
  return found == std::end(own_colours) ? nullptr : found;
}

// The place of a loss among those of the table that have no colour of their own; behind the last for one not in it.
size_t place(std::string_view loss) {
  size_t before = 0;
  for (const std::string& name : loss_names()) {
    if (name == loss) break;
    if (!own_colour(name)) ++before;
  }
  return before;
}

}  // namespace

LineStyle loss_line(std::string_view name) {
  if (const Own* own = own_colour(name)) return own->line;
  const auto alias = loss_aliases().find(std::string(name));
  if (alias != loss_aliases().end()) return loss_line(alias->second.name);
  std::vector<LineStyle> free;  // never solid, which is the seven's
  for (size_t i = series_colours; i < 4 * series_colours; ++i)
    if (std::ranges::find(own_colours, series_line(i), &Own::line) == std::end(own_colours))
      free.push_back(series_line(i));
  return free[place(name) % free.size()];
}

std::vector<LineStyle> loss_lines(const std::vector<std::string>& curve_names) {
  std::vector<LineStyle> own;
  for (const std::string& name : curve_names)
    own.push_back(loss_line(std::string_view(name).substr(0, name.find(' '))));
  std::vector<LineStyle> lines = own, swept;
  for (size_t i = 0; i < own.size(); ++i) {
    const auto count = std::ranges::count(own, own[i]);
    if (count == 1) continue;
    if (std::ranges::find(swept, own[i]) == swept.end()) swept.push_back(own[i]);
    const auto pattern = std::ranges::find(swept, own[i]) - swept.begin();
    const auto before = std::count(own.begin(), own.begin() + std::ptrdiff_t(i), own[i]);
    lines[i] = {step_colour(size_t(before), size_t(count)), static_cast<Pattern>(pattern % 4)};
  }
  return lines;
}

}  // namespace skew::report
