// skew loss eval: value, derivatives and factors of a loss at single logits.
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/number_list.h"
#include "apps/formats/utf8.h"
#include "apps/loss_lab/curve.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

struct PointsArgs {
  LossChoice choice;
  std::vector<std::string> x, p;
  std::string y = "both";
  bool json = false;
};

std::vector<double> logits(const PointsArgs& a) {
  if (a.x.empty() == a.p.empty()) throw UsageError("expected logits, --x, or probabilities, --p (one of the two)");
  std::vector<double> list;
  for (const std::string& words : a.x)
    for (const double x : number_list("--x", words)) list.push_back(x);
  for (const std::string& words : a.p)
    for (const double p : number_list("--p", words)) {
      if (!(p > 0 && p < 1))
        throw UsageError(text("--p: a probability lies in (0, 1), got ", p, "; --x takes any logit"));
      list.push_back(lab::logit(p));
    }
  return list;
}

// ∂ℓ/∂p = ∂ℓ/∂x ÷ p(1−p)
double slope_in_p(const AtLogit& l, double x) { return l.dx / (sigmoid(x) * sigmoid(-x)); }

void print_json(const ChosenLoss& c, double x, double y) {
  const AtLogit l = c.loss.at(x, y);
  nlohmann::ordered_json line{{"loss", c.label}, {"x", x},           {"y", y},
                              {"p", sigmoid(x)}, {"value", l.value}, {"dp", slope_in_p(l, x)},
                              {"dx", l.dx},      {"d2x", l.d2x}};
  for (const LossFactor& f : c.loss.factors(x, y))
    if (!line.contains(f.name)) line[f.name] = f.value;
  std::cout << line.dump() << '\n';
}

using EvalColumns = std::vector<std::vector<std::string>>;  // columns, each with its name first

// Columns [from, to) behind the first three, which say where: y, x, p.
std::string columns_part(const EvalColumns& columns, size_t from, size_t to, bool styled) {
  std::vector<size_t> chosen{0, 1, 2};
  for (size_t i = from; i < to; ++i) chosen.push_back(i);
  std::vector<report::Column> names;
  for (const size_t i : chosen) names.emplace_back(columns[i][0]);
  report::Table table(names);
  for (size_t r = 1; r < columns[0].size(); ++r) {
    std::vector<std::string> row;
    for (const size_t i : chosen) row.push_back(columns[i][r]);
    table.add_row(row);
  }
  return table.str(styled);
}
bool fits_terminal(const std::string& table) {
  return report::column_width(table.substr(0, table.find('\n'))) <= report::terminal_columns;
}

// Value and derivatives, then the factors, in as many tables as a terminal's width needs.
std::string table(const ChosenLoss& c, const std::vector<double>& xs, const std::vector<double>& ys) {
  EvalColumns columns{{"y"}, {"x"}, {"p"}, {"value"}, {"d/dp"}, {"d/dx"}, {"d²/dx²"}};
  for (const LossFactor& f : c.loss.factors(xs[0], ys[0]))
    if (f.name != "p") columns.push_back({f.name});
  for (const double y : ys)
    for (const double x : xs) {
      const AtLogit l = c.loss.at(x, y);
      std::vector<double> row{y, x, sigmoid(x), l.value, slope_in_p(l, x), l.dx, l.d2x};
      for (const LossFactor& f : c.loss.factors(x, y))
        if (f.name != "p") row.push_back(f.value);
      for (size_t i = 0; i < row.size(); ++i) columns[i].push_back(report::significant(row[i], 6));
    }
  std::string out;
  for (size_t from = 3, to; from < columns.size(); from = to) {
    to = from == 3 ? 7 : columns.size();
    while (to > from + 1 && !fits_terminal(columns_part(columns, from, to, false))) --to;
    out += columns_part(columns, from, to, report::wants_style(stdout));
  }
  return out;
}

int eval(const PointsArgs& a) {
  const std::vector<ChosenLoss> chosen = chosen_pointwise(a.choice);
  const std::vector<double> xs = logits(a), ys = labels(a.y);
  for (const ChosenLoss& c : chosen) {
    if (!a.json) {
      std::cout << report::wrapped(c.loss.print()) << '\n' << table(c, xs, ys);
      continue;
    }
    for (const double y : ys)
      for (const double x : xs) print_json(c, x, y);
  }
  return 0;
}

}  // namespace

void add_loss_eval(Command& loss) {
  auto a = std::make_shared<PointsArgs>();
  Command& command = loss.add("eval", "value, derivatives and factors at single logits", [a] { return eval(*a); });
  add_choice(command, a->choice);
  command.option("--x", a->x, "logits: 3, -6,0,6 or -8:8:801 (from:to:how many)");
  command.option("--p", a->p, "or probabilities: .9, .01,.5,.99 or .1:.9:9");
  command.option("--y", a->y, "labels: 0, 1, both, or soft ones  [both]");
  command.flag("--json", a->json, "one JSON line a point");
  command.example("skew loss eval --loss ral --p .9 --y 0", "one point: value, slope, every factor");
  command.example("skew loss eval --loss bce,asl --x=-6,0,6", "several losses at logits");
}

}  // namespace skew
