// Tables as Markdown and LaTeX, figures, and the files.
#include "apps/race/documents.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "apps/race/tables.h"
#include "apps/report/interval_chart.h"
#include "apps/report/latex.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/file.h"

namespace skew::race {
namespace {
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

std::string latex(const Heading& heading, const Standings& all) {
  std::string out;
  for (size_t m = 0; m < all.plan.missing.size(); ++m)
    for (const ResultTable& t : result_tables(all, m, "$\\pm$"))
      out += latex_table(t.cells, t.caption + ": " + heading.data + ", " + missing_words(all.plan.missing[m]));
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
    for (const std::string& metric : all.metrics) row.push_back(report::exact(value_of(d.result, metric)));
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
      const std::string found = verdict(s, lower_is_better(metric));
      report::Apart apart = report::Apart::no;
      if (found == "better") apart = report::Apart::better;
      if (found == "worse") apart = report::Apart::worse;
      panel.rows.back().push_back({s.values, s.mean.mean, s.mean.half_width, apart});
    }
  }
  return panel;
}

report::Figure race_figure(const Heading& heading, const Standings& all) {
  report::IntervalChart chart;
  chart.title = "Losses on " + heading.data;
  for (const size_t e : shown_entrants(all.plan)) chart.rows.push_back(all.plan.entrants[e].label);
  chart.sentence = text("Test split: a dot a seed, mean ±95 % interval");
  if (all.plan.seeds > 1 && chart.rows.size() > 1)
    chart.sentence += text("; triangle: better or worse than ", chart.rows[0], ", p < .05 (paired t, Holm)");
  chart.lines = report::loss_lines(chart.rows);
  for (const double rate : all.plan.missing)
    chart.series.push_back(rate == 0 ? "as they are" : report::share(rate, 2) + " missing");
  for (const char* metric : {"accuracy", "balanced accuracy", "mAP", "AUROC", "F1"})
    if (has_metric(all, metric) && chart.panels.size() < 3) chart.panels.push_back(panel_of(all, metric));
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
  chart.lines = report::loss_lines(chart.rows);
  for (const char* metric : {"balanced accuracy", "mAP", "AUROC"}) {
    if (!has_metric(all, metric)) continue;
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
           !all.failures.empty() ? text(", ", all.failures.size(), " of them failed") : "",
           ". Measured on the test split with ", heading.best ? "the best epoch by validation" : "the last weights",
           ", whose labels are the data's own.\nMean ± 95 % interval of the mean (Student's t over the seeds); "
           "**bold**: the largest mean (of errors "
           "the smallest), which\nis not yet a difference. ");
  if (shown_entrants(all.plan).size() > 1)
    out += text("Verdict: paired t test over the seeds against ", all.plan.entrants[0].label,
                ", Holm's correction over the losses of a table,\nlevel .05.");
  if (all.plan.seeds < 2) out += "\nOne seed: no interval and no test.";
  if (heading.split_by_seed)
    out +=
        "\nThe data have no test split of their own: each seed made one, so the seeds' test images overlap and the "
        "tests are too sure (--split-file gives all one split).";
  out +=
      "\nhead: 100 or more training images of a class, medium: 20–99, tail: fewer, by the labels as the data have "
      "them.\n\n";
  for (size_t m = 0; m < all.plan.missing.size(); ++m) {
    if (all.plan.missing.size() > 1) out += "## " + missing_words(all.plan.missing[m]) + "\n\n";
    for (const ResultTable& t : result_tables(all, m, "±")) out += "**" + t.title + "**\n\n" + markdown_table(t.cells);
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
