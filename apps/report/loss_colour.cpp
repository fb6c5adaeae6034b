// The table, and what happens where it does not suffice.
#include "apps/report/loss_colour.h"

#include <algorithm>
#include <cstdint>

namespace skew::report {
namespace {

struct Row {
  std::string_view loss;
  Colour colour;
  Pattern pattern = Pattern::solid;
};
// One-label relatives have their multi-label loss's colour: both are never curves of one figure.
constexpr Row rows[] = {
    {"bce", Colour::slate},
    {"focal", Colour::gold},
    {"asl", Colour::green},
    {"apl", Colour::purple},
    {"hill", Colour::orange},
    {"ral", Colour::blue},
    {"ral-paper", Colour::pink},
    {"cross_entropy", Colour::slate, Pattern::dash},
    {"softmax_focal", Colour::gold, Pattern::dash},
    {"asl_single", Colour::green, Pattern::dash},
    {"distribution_balanced", Colour::purple, Pattern::dash},
    {"splc", Colour::orange, Pattern::dash},
    {"ral_single", Colour::blue, Pattern::dash},
    {"class_balanced", Colour::pink, Pattern::dash},
    {"poly1_ce", Colour::slate, Pattern::dots},
    {"poly1_focal", Colour::gold, Pattern::dots},
    {"partial_selective", Colour::green, Pattern::dots},
    {"ldam_multi", Colour::purple, Pattern::dots},
    {"ldam", Colour::orange, Pattern::dots},
    {"zlpr", Colour::blue, Pattern::dots},
    {"two_way", Colour::pink, Pattern::dots},
    {"twoway", Colour::pink, Pattern::dots},
    {"balanced_softmax", Colour::slate, Pattern::dashdot},
    {"class_balanced_focal", Colour::gold, Pattern::dashdot},
    {"logit_adjusted", Colour::green, Pattern::dashdot},
    {"seesaw", Colour::orange, Pattern::dashdot},
};

}  // namespace

LineStyle loss_line(std::string_view name) {
  for (const Row& row : rows)
    if (row.loss == name) return {row.colour, row.pattern};
  uint32_t hash = 2166136261u;  // FNV-1a; never solid, which is the seven's
  for (const char c : name) hash = (hash ^ uint8_t(c)) * 16777619u;
  return series_line(series_colours + hash % (3 * series_colours));
}

std::vector<LineStyle> loss_lines(const std::vector<std::string>& curve_names) {
  std::vector<LineStyle> lines(curve_names.size());
  std::vector<LineStyle> taken;
  const auto is_free = [&](LineStyle line) { return std::find(taken.begin(), taken.end(), line) == taken.end(); };
  std::vector<size_t> again;
  for (size_t i = 0; i < curve_names.size(); ++i) {  // first those whose colour is their own
    const LineStyle own = loss_line(std::string_view(curve_names[i]).substr(0, curve_names[i].find(' ')));
    if (is_free(own)) taken.push_back(lines[i] = own);
    else again.push_back(i);
  }
  size_t next = 0;
  for (const size_t i : again) {
    while (next < 4 * series_colours && !is_free(series_line(next))) ++next;
    lines[i] = series_line(next++);
  }
  return lines;
}

}  // namespace skew::report
