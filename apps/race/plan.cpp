// Making the list of cells: grids and random draws of parameters, each checked before anything is trained.
#include "apps/race/plan.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>

#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/random.h"

namespace skew::race {
namespace {

std::optional<FieldInfo> parameter_of(const Entrant& entrant, const std::string& name) {
  for (const FieldInfo& p : make_loss(entrant.loss, entrant.set).parameters())
    if (p.name == name) return p;
  return {};
}

Entrant with(Entrant entrant, const std::string& parameter, const std::string& value) {
  entrant.set.emplace_back(parameter, value);
  make_loss(entrant.loss, entrant.set);  // refuses what is out of its range, before anything is trained
  return entrant;
}

void check_somebody_has(const std::vector<Entrant>& entrants, const std::string& option, const std::string& name) {
  std::set<std::string> known;
  for (const Entrant& e : entrants)
    for (const FieldInfo& p : make_loss(e.loss, e.set).parameters()) known.insert(p.name);
  if (!known.contains(name))
    throw UsageError(option + ": " +
                     unknown_word("parameter of the chosen losses", name, {known.begin(), known.end()}));
}

// Into the valid range; an open end is approached to a thousandth.
double inside(double value, const Range& r) {
  const double edge = 1e-3;
  if (value < r.low || (r.low_open && value <= r.low)) return r.low_open ? r.low + edge : r.low;
  if (value > r.high || (r.high_open && value >= r.high)) return r.high_open ? r.high - edge : r.high;
  return value;
}

}  // namespace

std::vector<Cell> Plan::cells() const {
  std::vector<Cell> out;
  for (int64_t seed = 0; seed < seeds; ++seed)
    for (const double rate : missing)
      for (size_t e = 0; e < entrants.size(); ++e)
        if (seed == 0 || entrants[e].draw == 0) out.push_back({e, rate, seed});
  return out;
}

std::vector<Entrant> with_grid(const std::vector<Entrant>& entrants, const Grid& grid) {
  check_somebody_has(entrants, "--grid", grid.parameter);
  std::vector<Entrant> out;
  for (const Entrant& e : entrants) {
    if (!parameter_of(e, grid.parameter)) {
      out.push_back(e);
      continue;
    }
    for (const std::string& value : grid.values) {
      out.push_back(with(e, grid.parameter, value));
      out.back().label += " " + grid.parameter + "=" + value;
    }
  }
  return out;
}

std::vector<Entrant> with_draws(const std::vector<Entrant>& entrants, const std::vector<Width>& widths, int64_t draws) {
  for (const Width& w : widths) check_somebody_has(entrants, "--vary", w.parameter);
  std::vector<Entrant> out;
  for (const Entrant& e : entrants) {
    out.push_back(e);
    if (std::none_of(widths.begin(), widths.end(), [&](const Width& w) { return parameter_of(e, w.parameter); }))
      continue;
    for (int64_t draw = 1; draw <= draws; ++draw) {
      Entrant drawn = e;
      drawn.label += text(" draw ", draw), drawn.draw = draw;
      for (size_t k = 0; k < widths.size(); ++k) {
        const auto p = parameter_of(e, widths[k].parameter);
        if (!p) continue;
        if (p->kind != FieldKind::number)
          throw UsageError(text("--vary: ", widths[k].parameter, " of ", e.loss, " is not a real number"));
        const double u = 2 * Generator(uint64_t(draw), k).uniform() - 1;
        const double value = std::round((p->number + widths[k].width * u) * 1e4) / 1e4;
        drawn = with(drawn, widths[k].parameter, report::exact(inside(value, p->limits)));
      }
      out.push_back(drawn);
    }
  }
  return out;
}

void check_distinct(const Plan& plan) {
  std::set<std::string> names;
  for (const Cell& cell : plan.cells())
    if (!names.insert(file_name(plan.entrants[cell.entrant], cell)).second)
      throw UsageError(text("twice the same run, ", plan.entrants[cell.entrant].label, " seed ", cell.seed,
                            ": name each loss, each value of --grid and each rate of --noise once"));
}

std::string file_name(const Entrant& entrant, const Cell& cell) {
  std::string name =
      text(entrant.label, cell.missing > 0 ? "_missing=" + report::exact(cell.missing) : "", "_seed=", cell.seed);
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && !std::strchr(".=-_+", c)) c = '-';
  return name;
}

}  // namespace skew::race
