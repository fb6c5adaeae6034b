// Solid colours of the seven, dashed ones by the table's order, and what happens where a loss stands twice.
#include "apps/report/loss_colour.h"

#include <algorithm>

#include "losses/table/loss_table.h"

namespace skew::report {
namespace {

struct Own {
  std::string_view loss;
  Colour colour;
};
constexpr Own own_colours[] = {
    {"bce", Colour::slate},   {"focal", Colour::gold}, {"asl", Colour::green},      {"apl", Colour::purple},
    {"hill", Colour::orange}, {"ral", Colour::blue},   {"ral-paper", Colour::pink},
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
  if (const Own* own = own_colour(name)) return {own->colour, Pattern::solid};
  const auto alias = loss_aliases().find(std::string(name));
  if (alias != loss_aliases().end()) return loss_line(alias->second.name);
  return series_line(series_colours + place(name) % (3 * series_colours));  // never solid, which is the seven's
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
