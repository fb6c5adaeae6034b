// Putting the page together: what it is made of (page.html, page.css, page.js, the module) and what it is told.
#include "apps/studio/page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/formats/csv.h"
#include "apps/loss_lab/curve.h"
#include "apps/loss_lab/zones.h"
#include "apps/report/function_chart.h"
#include "apps/report/loss_colour.h"
#include "apps/report/page_text.h"
#include "apps/studio/parts.h"
#include "core/error.h"
#include "core/text.h"
#include "losses/table/loss_table.h"

namespace skew::studio {
namespace {

using nlohmann::json;

// A description begins with the formula's symbol: "γ₋: how much …", "m (the paper's τ): negatives …".
std::string symbol_of(const FieldInfo& p) {
  const std::string first = p.doc.substr(0, p.doc.find(':'));
  if (first.size() == p.doc.size()) return "";
  const std::string symbol = first.substr(0, first.find(" ("));
  return symbol.find(' ') == std::string::npos && symbol.size() <= 8 ? symbol : "";
}

// Settings for comparing with a paper's code, not for turning.
bool is_rare(const FieldInfo& p) { return p.name == "terms" || p.name == "parity" || p.name == "eps"; }

// A parameter as the page's control needs it. Counts are data: the page keeps them and has no control for them.
json parameter(const FieldInfo& p) {
  constexpr const char* kinds[] = {"number", "whole", "flag", "word", "number", "pair"};
  const bool data = p.name == "class_freq" || p.name == "train_num";
  const double reach = std::max(2 * std::abs(p.number), 5.0);
  const double low = std::isfinite(p.limits.low) ? p.limits.low : -reach;
  const double high = std::isfinite(p.limits.high) ? p.limits.high : std::max(reach, low + 1);
  const double fine = high - low <= 2 ? 0.01 : 0.05, step = p.kind == FieldKind::whole ? 1 : fine;
  return {{"name", p.name},
          {"symbol", symbol_of(p)},
          {"doc", p.doc},
          {"rare", is_rare(p)},
          {"range", p.range},
          {"kind", data ? "data" : kinds[int(p.kind)]},
          {"words", p.words},
          {"radix", p.kind == FieldKind::pair ? json(pair_radix) : json(nullptr)},
          {"value", p.number},
          {"low", p.limits.low_open ? low + step : low},
          {"high", p.limits.high_open ? high - step : high},
          {"least", p.limits.low},  // what may be typed; an infinite one is written as null
          {"most", p.limits.high},
          {"least_open", p.limits.low_open},
          {"most_open", p.limits.high_open},
          {"step", step}};
}

// A line as one number, the index of series_line.
int line_number(const std::string& loss) {
  const report::LineStyle line = report::loss_line(loss);
  return int(line.colour) + int(report::series_colours) * int(line.pattern);
}
json colour_names() {
  json names = json::array();
  for (size_t i = 0; i < report::series_colours; ++i)
    names.push_back(report::stroke(report::series_colour(i)).substr(2));
  return names;
}

// The losses of the module in its order, then other names for them.
json losses() {
  json list = json::array();
  const auto entry = [&](const std::string& name, const LossEntry& row, int index, const AnyLoss& loss) {
    json parameters = json::array();
    for (const FieldInfo& p : loss.parameters()) parameters.push_back(parameter(p));
    list.push_back({{"name", name},
                    {"summary", row.summary},
                    {"formula", loss.formula().text},
                    {"paper", row.paper},
                    {"remarks", row.remarks},
                    {"index", index},
                    {"line", line_number(name)},
                    {"parameters", parameters}});
  };
  for (size_t i = 0; i < module_losses.size(); ++i) {
    const LossEntry& row = find_loss(module_losses[i]);
    entry(row.name, row, int(i), row.make({}));
    for (const auto& [alias, target] : loss_aliases())
      if (target.name == row.name) entry(alias, row, int(i), make_loss(alias));
  }
  return list;
}

// Over p, of a negative and of a positive; the page takes the logits of their ends where it draws over them.
json zones() {
  json labels = json::array();
  for (const bool y : {false, true}) {
    json list = json::array();
    for (const lab::Zone& zone : lab::zones_over_p(y))
      list.push_back({{"from", zone.from}, {"to", zone.to}, {"name", zone.name}, {"shade", zone.shade}});
    labels.push_back(list);
  }
  return labels;
}

// For builds without the module: each quantity and label as one figure of the losses at their defaults.
json figures() {
  json list = json::array();
  for (size_t q = 0; q < lab::quantity_names.size(); ++q)
    for (const int y : {0, 1}) {
      report::FunctionChart chart{.title = text(lab::quantity_names[q], y ? " of a positive" : " of a negative"),
                                  .sentence = "At the losses' own defaults.",
                                  .x_name = "p",
                                  .y_name = ""};
      for (const std::string& loss_name : module_losses) {
        const AnyLoss loss = make_loss(loss_name);
        if (loss.has_parameter("class_freq")) continue;  // says little without a data set's counts
        chart.lines.push_back(report::loss_line(loss_name));
        report::FunctionCurve curve{loss_name, {}, {}};
        for (int i = 1; i < 120; ++i) {
          const double p = i / 120.0, x = lab::logit(p);
          curve.x.push_back(p);
          curve.y.push_back(lab::quantity(lab::Quantity(q), loss.at(x, y), x, y));
        }
        chart.curves.push_back(std::move(curve));
      }
      for (const lab::Zone& zone : lab::zones_over_p(y == 1))
        chart.zones.push_back({zone.from, zone.to, zone.name, zone.shade});
      list.push_back({{"title", chart.title}, {"svg", report::function_chart(chart).svg}});
    }
  return list;
}

// Forty bins a class for each truth: the page never sees single images, nor their paths.
json histograms(const Scores& scores) {
  if (scores.classes.empty()) return nullptr;
  constexpr size_t bins = 40;
  json list = json::array();
  for (size_t c = 0; c < scores.classes.size(); ++c) {
    std::array<std::vector<int64_t>, 3> count;  // by Truth
    for (std::vector<int64_t>& one : count) one.assign(bins, 0);
    for (size_t r = 0; r < scores.p[c].size(); ++r)
      ++count[size_t(scores.truth[c][r])][std::min(bins - 1, size_t(scores.p[c][r] * bins))];
    list.push_back(
        {{"name", scores.classes[c]}, {"negative", count[0]}, {"positive", count[1]}, {"unknown", count[2]}});
  }
  return list;
}

// JSON that may stand inside a <script> element.
std::string inert(const json& value) {
  std::string out;
  for (const char c : value.dump(-1, ' ', false, json::error_handler_t::replace))
    out += c == '<' ? "\\u003c" : std::string(1, c);
  return out;
}

// What follows a class's name in the columns beside its scores, or the word for all classes' truth; each may end in `_`
// where a class bears that name (apps/evaluation/output_columns.h).
int64_t column_like(const CsvTable& table, std::string name) {
  for (int i = 0; i < 8; ++i, name += '_')
    if (table.column(name + '_') < 0) return table.column(name);
  return -1;
}
bool is_no_score(const CsvTable& table, int64_t at) {
  std::string name = table.columns()[size_t(at)];
  while (name.ends_with('_')) name.pop_back();
  for (const std::string_view suffix : {" calibrated", " true"})
    if (name.ends_with(suffix) && table.column(name.substr(0, name.size() - suffix.size())) >= 0) return true;
  return name == "true" && table.rows() > 0 && table.column(table.at(0, at)) >= 0;
}

// Of one class: its own column of labels, or the column that names each row's class.
std::vector<Scores::Truth> truths(const CsvTable& table, const std::string& class_name) {
  using Truth = Scores::Truth;
  std::vector<Truth> out(size_t(table.rows()), Truth::unknown);
  const int64_t own = column_like(table, class_name + " true"), names = column_like(table, "true");
  const bool named = names >= 0 && is_no_score(table, names);
  for (int64_t r = 0; r < table.rows(); ++r) {
    Truth& truth = out[size_t(r)];
    if (own >= 0) {
      const std::string_view cell = table.at(r, own);
      if (cell == "1") truth = Truth::yes;
      if (cell == "0") truth = Truth::no;
    } else if (named && !table.at(r, names).empty()) {
      truth = table.at(r, names) == class_name ? Truth::yes : Truth::no;
    }
  }
  return out;
}

}  // namespace

Scores read_scores(const std::string& path) {
  const CsvTable table = read_csv(path);
  Scores scores;
  std::vector<int64_t> columns;
  std::string path_name = "path";  // path_ where a class is called path
  while (table.column(path_name + '_') >= 0) path_name += '_';
  for (size_t c = 0; c < table.columns().size(); ++c) {
    const std::string& name = table.columns()[c];
    if (name == path_name || is_no_score(table, int64_t(c))) continue;
    scores.classes.push_back(name);
    columns.push_back(int64_t(c));
  }
  if (table.column(path_name) < 0 || columns.empty())
    throw FileError(text(path,
                         ": expected the columns path and one probability per class, as skew eval and skew predict "
                         "write into predictions.csv"));
  if (table.rows() == 0)
    throw FileError(text(path, ": holds no rows below its header, so there are no scores to show"));
  scores.p.resize(columns.size());
  for (int64_t r = 0; r < table.rows(); ++r)
    for (size_t c = 0; c < columns.size(); ++c) {
      const std::string_view cell = table.at(r, columns[c]);
      const std::optional<double> p = parse_number(cell);
      if (!p || !(*p >= 0 && *p <= 1))
        throw FileError(text(table.where(r), ": expected a probability in [0, 1] for ", scores.classes[c], ", got '",
                             cell, "'; give the predictions.csv of skew eval or skew predict"));
      scores.p[c].push_back(*p);
    }
  for (const std::string& name : scores.classes) scores.truth.push_back(truths(table, name));
  return scores;
}

bool has_module() { return !module_bytes().empty(); }

std::string page(const Scores& scores, bool with_module) {
  const json facts = {{"version", SKEW_VERSION},
                      {"losses", losses()},
                      {"colours", colour_names()},
                      {"zones", zones()},
                      {"scores", histograms(scores)},
                      {"module", with_module ? json(report::base64(module_bytes())) : json(nullptr)},
                      {"figures", with_module ? json(nullptr) : figures()}};
  std::string out(html_part());
  report::replace_mark(out, "/*STYLE*/",
                       ":root{" + report::colour_variables(false) + "}@media(prefers-color-scheme:dark){:root{" +
                           report::colour_variables(true) + "}}" + std::string(css_part()));
  report::replace_mark(out, "/*FACTS*/", inert(facts));
  report::replace_mark(out, "/*SCRIPT*/", js_part());
  return out;
}

}  // namespace skew::studio
