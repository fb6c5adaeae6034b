// From single runs to means, intervals, paired tests and sensitivities.
#include "apps/race/standings.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew::race {
namespace {

double value_at(const std::vector<DoneCell>& done, const Cell& wanted, const std::string& metric) {
  const auto found = std::ranges::find(done, wanted, &DoneCell::cell);
  return found == done.end() ? NAN : value_of(found->result, metric);
}

// Holm's correction over the entrants of one table. Random settings are no candidates: their spread is what matters.
void correct(const Plan& plan, std::vector<std::vector<Standing>>& table, size_t metric) {
  std::vector<double> p;
  for (size_t e = 0; e < table.size(); ++e)
    p.push_back(e == 0 || plan.entrants[e].draw ? NAN : table[e][metric].against_first.p);
  const std::vector<double> corrected = metrics::holm(p);
  for (size_t e = 0; e < table.size(); ++e) table[e][metric].p_holm = corrected[e];
}

}  // namespace

bool lower_is_better(const std::string& metric) {
  return metric.rfind("ECE", 0) == 0 || metric.rfind("log-loss", 0) == 0 || metric == "seconds";
}

std::string verdict(const Standing& s, bool lower_is_better) {
  if (std::isnan(s.p_holm)) return "–";
  if (s.p_holm >= .05) return "not told apart";
  return (s.against_first.difference.mean > 0) != lower_is_better ? "better" : "worse";
}

Standings standings(const Plan& plan, const std::vector<DoneCell>& done) {
  Standings out;
  out.plan = plan;
  for (const DoneCell& d : done) {
    ++out.done;
    if (!d.result.failure.empty()) {
      const std::string why = d.result.failure.substr(0, d.result.failure.find('\n'));
      out.failures.push_back(text(plan.entrants[d.cell.entrant].label,
                                  d.cell.missing > 0 ? text(" missing ", d.cell.missing) : "", " seed ", d.cell.seed,
                                  ": ", why));
    }
    for (const auto& [name, value] : d.result.metrics)
      if (std::find(out.metrics.begin(), out.metrics.end(), name) == out.metrics.end()) out.metrics.push_back(name);
  }
  for (const double missing : plan.missing) {
    std::vector<std::vector<Standing>> table(plan.entrants.size(), std::vector<Standing>(out.metrics.size()));
    for (size_t m = 0; m < out.metrics.size(); ++m) {
      for (size_t e = 0; e < plan.entrants.size(); ++e) {
        Standing& s = table[e][m];
        for (int64_t seed = 0; seed < plan.seeds; ++seed)
          s.values.push_back(value_at(done, {e, missing, seed}, out.metrics[m]));
        s.mean = metrics::mean_interval(s.values);
        s.against_first = metrics::paired_test(s.values, table[0][m].values);
      }
      correct(plan, table, m);
    }
    out.at.push_back(std::move(table));
  }
  return out;
}

const Standing& Standings::of(size_t missing, size_t entrant, const std::string& metric) const {
  const auto found = std::find(metrics.begin(), metrics.end(), metric);
  if (found == metrics.end()) throw ValueError(text("race: no metric '", metric, "'"));
  return at.at(missing).at(entrant).at(size_t(found - metrics.begin()));
}

std::vector<Sensitivity> sensitivities(const Standings& all, size_t missing, const std::string& metric) {
  std::vector<Sensitivity> out;
  for (size_t e = 0; e < all.plan.entrants.size(); ++e) {
    const Standing& s = all.of(missing, e, metric);
    if (all.plan.entrants[e].draw == 0) {
      out.push_back({all.plan.entrants[e].label, s.mean, {}, NAN, NAN, s.values, {}});
    } else {
      out.back().setting_values.push_back(s.values[0]);  // draws follow their loss; they ran at seed 0
    }
  }
  std::erase_if(out, [](const Sensitivity& s) { return s.setting_values.empty(); });
  for (Sensitivity& s : out) {
    s.settings = metrics::mean_interval(s.setting_values);
    for (const double v : s.setting_values) s.lowest = std::fmin(s.lowest, v), s.highest = std::fmax(s.highest, v);
  }
  return out;
}

}  // namespace skew::race
