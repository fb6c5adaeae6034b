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

std::vector<LineStyle> run_lines(const std::vector<std::string>& losses) {
  std::vector<LineStyle> lines, own;
  for (const std::string& loss : losses) own.push_back(loss_line(loss));
  for (const LineStyle& first : own) {
    LineStyle line = first;
    const auto taken = [&] {
      return std::ranges::find(lines, line) != lines.end() ||
             (line != first && std::ranges::find(own, line) != own.end());
    };
    for (size_t step = 1; step < 4 && taken(); ++step)
      line.pattern = static_cast<Pattern>((size_t(first.pattern) + step) % 4);
    lines.push_back(taken() ? first : line);
  }
  return lines;
}

std::string loss_of(std::string_view description) {
  const size_t bracket = description.find('(');
  const std::string name(description.substr(0, bracket));
  if (bracket == description.npos) return name;
  const std::string settings =
      " " + std::string(description.substr(bracket + 1, description.rfind(')') - bracket - 1)) + " ";
  for (const auto& [alias, of] : loss_aliases()) {
    bool preset = of.name == name && !of.preset.empty();
    for (const auto& [key, value] : of.preset) preset &= settings.find(" " + key + "=" + value + " ") != settings.npos;
    if (preset) return alias;
  }
  return name;
}

}  // namespace skew::report
