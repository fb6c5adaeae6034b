// Columns once, for Markdown and LaTeX alike; then the files.
#include "apps/race/documents.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "apps/report/interval_chart.h"
#include "apps/report/latex.h"
#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/file.h"

namespace skew::race {
namespace {

using report::share;

bool has(const Standings& all, const std::string& metric) {
  return std::find(all.metrics.begin(), all.metrics.end(), metric) != all.metrics.end();
}
bool single_label(const Standings& all) { return has(all, "accuracy"); }
// What the verdicts are about.
std::vector<std::string> judged(const Standings& all) {
  std::vector<std::string> metrics = {"mAP", "AUROC"};
  if (single_label(all)) metrics = {"balanced accuracy", "mAP"};
  std::erase_if(metrics, [&](const std::string& m) { return !has(all, m); });
  return metrics;
}
std::string headline(const Standings& all) { return judged(all)[0]; }

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
                                          {"log-loss calibrated", "calibrated"},
                                          {"ECE", "ECE"},
                                          {"ECE calibrated", "calibrated"}}})}};
  return {{"Ranking", joined({banded("mAP"), banded("AUROC")})},
          {"Decisions", joined({banded("F1"), banded("F1@.5"), banded("F1 calibrated")})},
          {"Risk",
           {{"log-loss", "log-loss"},
            {"log-loss calibrated", "calibrated"},
            {"ECE", "ECE"},
            {"ECE calibrated", "calibrated"}}}};
}

std::string with_interval(const metrics::MeanInterval& m, const std::string& sign) {
  return std::isnan(m.half_width) ? share(m.mean) : share(m.mean) + " " + sign + " " + share(m.half_width);
}
// The same over the seeds, and how many there are where some failed or are undefined.
std::string over_seeds(const metrics::MeanInterval& m, const std::string& sign, int64_t seeds) {
  return with_interval(m, sign) + (m.n > 0 && m.n < seeds ? text(" (", m.n, " of ", seeds, ")") : "");
}

// The entrants of the tables: random settings have one of their own.
std::vector<size_t> shown_entrants(const Plan& plan) {
  std::vector<size_t> out;
  for (size_t e = 0; e < plan.entrants.size(); ++e)
    if (plan.entrants[e].draw == 0) out.push_back(e);
  return out;
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

std::string missing_words(double rate) {
  return rate == 0 ? "labels as they are" : text("positives missing: ", share(rate, 2));
}

struct Cells {
  std::vector<std::vector<std::string>> rows;  // the first is the header
  std::vector<std::pair<size_t, size_t>> best;
};

Cells topic_cells(const Standings& all, size_t missing, const Topic& topic, const std::string& sign) {
  Cells out{{{"loss"}}, {}};
  std::vector<Shown> columns;
  for (const Shown& c : topic.columns)
    if (has(all, c.metric)) columns.push_back(c), out.rows[0].push_back(c.name);
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
    out.rows.push_back({all.plan.entrants[e].label, over_seeds(s.against_first.difference, sign, all.plan.seeds),
                        share(s.against_first.p), share(s.p_holm), verdict(s, lower_is_better(metric))});
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

std::string markdown_table(Cells cells) {
  for (const auto& [row, column] : cells.best) cells.rows[row][column] = "**" + cells.rows[row][column] + "**";
  std::string out;
  for (size_t r = 0; r < cells.rows.size(); ++r) {
    for (const std::string& cell : cells.rows[r]) {
      out += "| ";
      for (const char c : cell) out += c == '|' ? "\\|" : std::string(1, c);
      out += " ";
    }
    out += "|\n";
    if (r > 0) continue;
    for (size_t c = 0; c < cells.rows[0].size(); ++c) out += c == 0 ? "|---" : "|---:";
    out += "|\n";
  }
  return out + "\n";
}

std::string latex_table(const Cells& cells, const std::string& caption) {
  std::string out = "% needs \\usepackage{booktabs}\n\\begin{table}\n\\caption{" + report::latex_text(caption) + "}\n";
  out += "\\begin{tabular}{l" + std::string(cells.rows[0].size() - 1, 'r') + "}\n\\toprule\n";
  for (size_t r = 0; r < cells.rows.size(); ++r) {
    for (size_t c = 0; c < cells.rows[r].size(); ++c) {
      const bool best = std::find(cells.best.begin(), cells.best.end(), std::pair(r, c)) != cells.best.end();
      std::string cell = cells.rows[r][c];  // ± came in as math; everything else is a name or a number
      if (cell.find('$') == std::string::npos) cell = report::latex_text(cell);
      out += (c ? " & " : "") + (best ? "\\textbf{" + cell + "}" : cell);
    }
    out += r == 0 ? " \\\\\n\\midrule\n" : " \\\\\n";
  }
  return out + "\\bottomrule\n\\end{tabular}\n\\end{table}\n\n";
}

bool has_draws(const Plan& plan) {
  return std::any_of(plan.entrants.begin(), plan.entrants.end(), [](const Entrant& e) { return e.draw > 0; });
}

std::string latex(const Heading& heading, const Standings& all) {
  const std::string sign = "$\\pm$";
  std::string out;
  for (size_t m = 0; m < all.plan.missing.size(); ++m) {
    const std::string where = heading.data + ", " + missing_words(all.plan.missing[m]);
    for (const Topic& topic : topics(all))
      out += latex_table(topic_cells(all, m, topic, sign), topic.title + ": " + where);
    for (const std::string& metric : judged(all))
      if (shown_entrants(all.plan).size() > 1)
        out += latex_table(test_cells(all, m, metric, sign), "Paired test of " + metric + " over seeds: " + where);
    if (has_draws(all.plan))
      out += latex_table(sensitivity_cells(sensitivities(all, m, headline(all)), headline(all), sign),
                         "Random settings: " + where);
  }
  return out;
}

std::string cells_csv(const Standings& all, const std::vector<DoneCell>& done) {
  std::vector<std::string> head{"loss", "settings", "missing", "seed"};
  head.insert(head.end(), all.metrics.begin(), all.metrics.end());
  head.push_back("failure");
  CsvText csv(head);
  for (const DoneCell& d : done) {
    const Entrant& e = all.plan.entrants[d.cell.entrant];
    std::string settings;
    for (const auto& [name, value] : e.set) settings += (settings.empty() ? "" : " ") + name + "=" + value;
    std::vector<std::string> row{e.label, settings, report::exact(d.cell.missing), std::to_string(d.cell.seed)};
    for (const std::string& metric : all.metrics) {
      double value = NAN;
      for (const auto& [name, v] : d.result.metrics)
        if (name == metric) value = v;
      row.push_back(report::exact(value));
    }
    row.push_back(d.result.failure);
    csv.add(row);
  }
  return csv.str();
}

std::string table_csv(const Standings& all) {
  const std::vector<std::string> head{
      "missing", "loss",  "metric", "n", "mean", "deviation", "half_width", "difference", "difference_half_width",
      "p",       "p_holm"};
  CsvText csv(head);
  for (size_t m = 0; m < all.plan.missing.size(); ++m)
    for (size_t e = 0; e < all.plan.entrants.size(); ++e)
      for (const std::string& metric : all.metrics) {
        const Standing& s = all.of(m, e, metric);
        std::vector<std::string> row{report::exact(all.plan.missing[m]), all.plan.entrants[e].label, metric,
                                     std::to_string(s.mean.n)};
        for (const double v : {s.mean.mean, s.mean.deviation, s.mean.half_width, s.against_first.difference.mean,
                               s.against_first.difference.half_width, s.against_first.p, s.p_holm})
          row.push_back(report::exact(v));
        csv.add(row);
      }
  return csv.str();
}

report::IntervalPanel panel_of(const Standings& all, const std::string& metric) {
  report::IntervalPanel panel{metric, {}};
  for (const size_t e : shown_entrants(all.plan)) {
    panel.rows.emplace_back();
    for (size_t m = 0; m < all.plan.missing.size(); ++m) {
      const Standing& s = all.of(m, e, metric);
      panel.rows.back().push_back({s.values, s.mean.mean, s.mean.half_width});
    }
  }
  return panel;
}

report::Figure race_figure(const Heading& heading, const Standings& all) {
  report::IntervalChart chart;
  chart.title = "Losses on " + heading.data;
  chart.sentence = text("Test split, ", report::counted(all.plan.seeds, "seed", "seeds"),
                        ": a dot a seed, their mean, its 95 % interval (cut at the panel's edge).");
  for (const size_t e : shown_entrants(all.plan)) chart.rows.push_back(all.plan.entrants[e].label);
  for (const double rate : all.plan.missing) chart.series.push_back(missing_words(rate));
  for (const char* metric : {"accuracy", "balanced accuracy", "mAP", "AUROC", "F1"})
    if (has(all, metric) && chart.panels.size() < 3) chart.panels.push_back(panel_of(all, metric));
  return interval_chart(chart);
}

report::Figure sensitivity_figure(const Heading& heading, const Standings& all, size_t missing) {
  report::IntervalChart chart;
  chart.title = "What settings do, beside what chance does: " + heading.data;
  const std::vector<Sensitivity> main = sensitivities(all, missing, headline(all));
  chart.sentence = text("Dots: ", main.empty() ? 0 : main[0].setting_values.size(), " random settings at seed 0, and ",
                        report::counted(all.plan.seeds, "seed", "seeds"), " at the loss's own setting.");
  chart.series = {"random settings", "seeds"};
  for (const Sensitivity& s : main) chart.rows.push_back(s.loss);
  for (const char* metric : {"balanced accuracy", "mAP", "AUROC"}) {
    if (!has(all, metric)) continue;
    report::IntervalPanel panel{metric, {}};
    for (const Sensitivity& s : sensitivities(all, missing, metric))
      panel.rows.push_back({{s.setting_values, s.settings.mean, NAN}, {s.seed_values, s.seeds.mean, NAN}});
    chart.panels.push_back(std::move(panel));
  }
  return interval_chart(chart);
}

}  // namespace

std::string outside_words(const std::vector<std::string>& runs) {
  std::string out =
      report::counted(std::ssize(runs), "finished run", "finished runs") + " here not part of this command: ";
  for (size_t i = 0; i < runs.size() && i < 6; ++i) out += (i ? ", " : "") + runs[i];
  return runs.size() > 6 ? out + ", …" : out;
}

std::string markdown(const Heading& heading, const Standings& all) {
  const int64_t whole = std::ssize(all.plan.cells());
  std::string out =
      text("# Losses on ", heading.data, "\n\n```\n", heading.command, "\n```\n\n", heading.budget, ". ",
           report::counted(all.done, "run", "runs"), " of ", whole, " done",
           all.failed ? text(", ", all.failed, " of them failed") : "", ". Measured on the test split with ",
           heading.best ? "the best epoch by validation" : "the last weights",
           ", whose labels are the data's own.\nMean ± 95 % interval of the mean (Student's t over the seeds); "
           "**bold**: the largest mean (of errors "
           "the smallest), which\nis not yet a difference. ");
  if (shown_entrants(all.plan).size() > 1)
    out += text("Verdict: paired t test over the seeds against ", all.plan.entrants[0].label,
                ", Holm's correction over the losses of a table,\nlevel .05.");
  if (heading.split_by_seed)
    out +=
        "\nThe data have no test split of their own: each seed made one, so the seeds' test images overlap and the "
        "tests are too sure (--split-file gives all one split).";
  out +=
      "\nhead: 100 or more training images of a class, medium: 20–99, tail: fewer, by the labels as the data have "
      "them.\n\n";
  for (size_t m = 0; m < all.plan.missing.size(); ++m) {
    if (all.plan.missing.size() > 1) out += "## " + missing_words(all.plan.missing[m]) + "\n\n";
    for (const Topic& topic : topics(all))
      out += "**" + topic.title + "**\n\n" + markdown_table(topic_cells(all, m, topic, "±"));
    for (const std::string& metric : judged(all))
      if (shown_entrants(all.plan).size() > 1)
        out += text("**", metric, " against ", all.plan.entrants[0].label, "**\n\n") +
               markdown_table(test_cells(all, m, metric, "±"));
    if (!has_draws(all.plan)) continue;
    out += "**Random settings at seed 0, beside the seeds at the loss's own setting**\n\n" +
           markdown_table(sensitivity_cells(sensitivities(all, m, headline(all)), headline(all), "±"));
  }
  for (const std::string& why : all.failures) out += "- failed: " + why + "\n";
  if (!heading.outside.empty()) out += "- " + outside_words(heading.outside) + "\n";
  return out;
}

void write_documents(const std::string& folder, const Heading& heading, const std::vector<DoneCell>& done,
                     const Plan& plan) {
  const Standings all = standings(plan, done);
  write_file(folder + "/cells.csv", cells_csv(all, done));
  if (all.metrics.empty()) return;  // nothing but failures
  write_file(folder + "/table.csv", table_csv(all));
  write_file(folder + "/table.md", markdown(heading, all));
  write_file(folder + "/table.tex", latex(heading, all));
  report::write_figure(folder + "/figure", race_figure(heading, all));
  if (has_draws(plan)) {
    report::write_figure(folder + "/sensitivity", sensitivity_figure(heading, all, 0));
  } else {
    for (const char* end : {".svg", ".csv"}) std::filesystem::remove(folder + "/sensitivity" + end);
  }
}

}  // namespace skew::race
