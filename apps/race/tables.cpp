// Columns once, for the terminal, Markdown and LaTeX alike.
#include "apps/race/tables.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/formats/utf8.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew::race {
namespace {

using report::share;

bool single_label(const Standings& all) { return has_metric(all, "accuracy"); }
// What the verdicts are about.
std::vector<std::string> judged(const Standings& all) {
  std::vector<std::string> metrics = {"mAP", "AUROC"};
  if (single_label(all)) metrics = {"balanced accuracy", "mAP"};
  std::erase_if(metrics, [&](const std::string& m) { return !has_metric(all, m); });
  return metrics;
}

// A metric and what its column is called.
struct Shown {
  std::string metric, name;
};
struct Topic {
  std::string title;
  std::vector<Shown> columns;
};
std::vector<Topic> topics(const Standings& all) {
  auto banded = [](const std::string& m) {
    return std::vector<Shown>{{m, m}, {m + " head", "head"}, {m + " medium", "medium"}, {m + " tail", "tail"}};
  };
  auto joined = [](std::vector<std::vector<Shown>> parts) {
    std::vector<Shown> out;
    for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
  };
  if (single_label(all))
    return {{"Accuracy", joined({{{"accuracy", "accuracy"}, {"balanced accuracy", "balanced"}}, banded("F1")})},
            {"Ranking and risk", joined({banded("mAP"),
                                         {{"AUROC", "AUROC"},
                                          {"log-loss", "log-loss"},
                                          {"log-loss calibrated", "log-loss calibrated"},
                                          {"ECE", "top-1 ECE"},
                                          {"ECE calibrated", "top-1 ECE calibrated"}}})}};
  return {{"Ranking", joined({banded("mAP"), banded("AUROC")})},
          {"Decisions", joined({banded("F1"), banded("F1@.5"), banded("F1 calibrated")})},
          {"Risk",
           {{"log-loss", "log-loss"},
            {"log-loss calibrated", "log-loss calibrated"},
            {"ECE", "ECE"},
            {"ECE calibrated", "ECE calibrated"}}}};
}

std::string with_interval(const metrics::MeanInterval& m, const std::string& sign) {
  return std::isnan(m.half_width) ? share(m.mean) : share(m.mean) + " " + sign + " " + share(m.half_width);
}
// The same over the seeds, and how many there are where some failed or are undefined.
std::string over_seeds(const metrics::MeanInterval& m, const std::string& sign, int64_t seeds) {
  return with_interval(m, sign) + (m.n > 0 && m.n < seeds ? text(" (", m.n, " of ", seeds, ")") : "");
}

// The entrant that is ahead of every other, as far as the digits shown tell.
std::optional<size_t> best_of(const Standings& all, size_t missing, const std::string& metric) {
  std::vector<std::pair<double, size_t>> order;
  for (const size_t e : shown_entrants(all.plan)) {
    const auto& [mean, deviation, half_width, n] = all.of(missing, e, metric).mean;
    if (n == all.plan.seeds) order.emplace_back(lower_is_better(metric) ? mean : -mean, e);
  }
  std::sort(order.begin(), order.end());
  if (order.size() < 2 || share(order[0].first) == share(order[1].first)) return {};
  return order[0].second;
}

Cells topic_cells(const Standings& all, size_t missing, const Topic& topic, const std::string& sign) {
  Cells out{{{"loss"}}, {}};
  std::vector<Shown> columns;
  for (const Shown& c : topic.columns)
    if (has_metric(all, c.metric)) columns.push_back(c), out.rows[0].push_back(c.name);
  for (const size_t e : shown_entrants(all.plan)) {
    out.rows.push_back({all.plan.entrants[e].label});
    for (const Shown& c : columns) {
      if (best_of(all, missing, c.metric) == e) out.best.emplace_back(out.rows.size() - 1, out.rows.back().size());
      out.rows.back().push_back(over_seeds(all.of(missing, e, c.metric).mean, sign, all.plan.seeds));
    }
  }
  return out;
}

Cells test_cells(const Standings& all, size_t missing, const std::string& metric, const std::string& sign) {
  const std::string first = all.plan.entrants[0].label;
  Cells out{{{"loss", metric + " less " + first + "'s", "p", "p (Holm)", "verdict"}}, {}};
  for (const size_t e : shown_entrants(all.plan)) {
    if (e == 0) continue;
    const Standing& s = all.of(missing, e, metric);
    std::string gain = over_seeds(s.against_first.difference, sign, all.plan.seeds);
    if (gain.starts_with('-') && sign == "±") gain.replace(0, 1, "−");  // LaTeX's are left to LaTeX
    out.rows.push_back({all.plan.entrants[e].label, gain, share(s.against_first.p), share(s.p_holm),
                        verdict(s, lower_is_better(metric))});
  }
  return out;
}

Cells sensitivity_cells(const std::vector<Sensitivity>& list, const std::string& metric, const std::string& sign) {
  Cells out{
      {{"loss", metric + " over settings", "deviation", "lowest", "highest", metric + " over seeds", "deviation"}}, {}};
  for (const Sensitivity& s : list)
    out.rows.push_back({s.loss, with_interval(s.settings, sign), share(s.settings.deviation, 4), share(s.lowest),
                        share(s.highest), with_interval(s.seeds, sign), share(s.seeds.deviation, 4)});
  return out;
}

}  // namespace

bool has_draws(const Plan& plan) {
  return std::any_of(plan.entrants.begin(), plan.entrants.end(), [](const Entrant& e) { return e.draw > 0; });
}

std::vector<ResultTable> result_tables(const Standings& all, size_t missing, const std::string& sign) {
  std::vector<ResultTable> out;
  for (const Topic& topic : topics(all))
    out.push_back({topic.title, topic.title, topic_cells(all, missing, topic, sign)});
  for (const std::string& metric : judged(all))
    if (shown_entrants(all.plan).size() > 1)
      out.push_back({metric + " against " + all.plan.entrants[0].label, "Paired test of " + metric + " over seeds",
                     test_cells(all, missing, metric, sign)});
  if (has_draws(all.plan))
    out.push_back({"Random settings at seed 0, beside the seeds at the loss's own setting", "Random settings",
                   sensitivity_cells(sensitivities(all, missing, headline(all)), headline(all), sign)});
  return out;
}

bool has_metric(const Standings& all, const std::string& metric) {
  return std::find(all.metrics.begin(), all.metrics.end(), metric) != all.metrics.end();
}

std::string headline(const Standings& all) { return judged(all)[0]; }

std::vector<size_t> shown_entrants(const Plan& plan) {
  std::vector<size_t> out;
  for (size_t e = 0; e < plan.entrants.size(); ++e)
    if (plan.entrants[e].draw == 0) out.push_back(e);
  return out;
}

std::string missing_words(double rate) {
  return rate == 0 ? "labels as they are" : text("positives missing: ", share(rate, 2));
}

namespace {

// The columns in groups that fit a terminal beside the first; those without a number are left out.
std::string terminal_table(const Cells& cells, bool styled) {
  std::vector<std::vector<std::string>> rows = cells.rows;
  for (const auto& [row, column] : cells.best) rows[row][column] += "*";
  const auto width_of = [&](size_t column) {
    int width = 0;
    for (const auto& row : rows) width = std::max(width, report::column_width(row[column]));
    return width + 2;
  };
  const auto is_empty = [&](size_t column) {
    return std::all_of(rows.begin() + 1, rows.end(), [&](const auto& row) { return row[column] == "–"; });
  };
  std::vector<std::vector<size_t>> groups;  // of columns that stand below each other
  int used = 0;
  for (size_t c = 1; c < rows[0].size();) {
    std::vector<size_t> family;  // a metric with its head, medium and tail, which would be nothing without it
    int width = 0;
    do {
      if (!is_empty(c)) {
        width += width_of(c);
        family.push_back(c);
      }
      ++c;
    } while (c < rows[0].size() && (rows[0][c] == "head" || rows[0][c] == "medium" || rows[0][c] == "tail"));
    if (groups.empty() || used + width > report::terminal_columns) {
      groups.emplace_back();
      used = std::min(width_of(0), 26);
    }
    groups.back().insert(groups.back().end(), family.begin(), family.end());
    used += width;
  }
  std::string out;
  for (const std::vector<size_t>& group : groups) {
    if (group.empty()) continue;
    std::vector<report::Column> columns{report::left(rows[0][0])};
    for (const size_t c : group) columns.emplace_back(rows[0][c]);
    report::Table table(columns);
    for (size_t r = 1; r < rows.size(); ++r) {
      std::vector<std::string> line{rows[r][0]};
      for (const size_t c : group) line.push_back(rows[r][c]);
      table.add_row(line);
    }
    out += table.str(styled);
  }
  return out;
}

}  // namespace

std::string terminal_tables(const Standings& all, bool styled) {
  std::string out;
  for (size_t m = 0; m < all.plan.missing.size(); ++m) {
    const std::string rate = all.plan.missing.size() > 1 ? ", " + missing_words(all.plan.missing[m]) : "";
    for (const ResultTable& t : result_tables(all, m, "±")) {
      if (t.cells.rows[0].size() < 2) continue;  // no such metric was measured
      out += report::wrapped(t.title + rate) + "\n" + terminal_table(t.cells, styled) + "\n";
    }
  }
  out += report::wrapped(text("mean ± 95 % interval over ", report::counted(all.plan.seeds, "seed", "seeds"),
                              "; *: the largest mean (of errors the smallest)",
                              all.plan.seeds < 2 ? "; one seed: no interval and no test" : ""));
  return out + "\n";
}

}  // namespace skew::race
