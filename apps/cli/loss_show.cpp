// skew loss list, skew loss show: what losses there are, and what one of them consists of.
#include <algorithm>
#include <iostream>
#include <string_view>

#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/loss_lab/curve.h"
#include "apps/loss_lab/loss_check.h"
#include "apps/loss_lab/zones.h"
#include "apps/report/braille_plot.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

// "ral with form=paper"
std::string meaning(const LossAlias& alias) {
  std::string out = alias.name;
  for (const auto& [name, value] : alias.preset) out += text(out == alias.name ? " with " : ", ", name, "=", value);
  return out;
}

// "asymmetric loss" of "asymmetric loss: focal loss with …": what it is, without how.
std::string in_short(const std::string& summary) { return summary.substr(0, summary.find_first_of(":,;")); }

int list(bool verbose) {
  report::Table table({report::left("loss"), report::left("labels"), report::wrapping("")});
  const auto add = [&](const std::string& name, const std::string& summary) {
    const LossEntry& row = find_loss(name);
    const std::string source = row.paper.empty() ? "" : " (" + row.paper + ")";
    table.add_row({name, row.single_label ? "one" : "many", verbose ? summary + source : in_short(summary)});
  };
  for (const auto& [name, row] : loss_table()) add(name, row.summary);
  table.add_rule();
  for (const auto& [name, alias] : loss_aliases()) add(name, meaning(alias));
  std::cout << table.str(report::wants_style(stdout))
            << "labels many: each class is present or not (multi-label); one: classes exclude\n"
               "each other\n"
            << (verbose ? "" : "with what each does, and its paper: `skew loss list --verbose`\n")
            << "next: skew loss show NAME\n";
  return 0;
}

struct ShowArgs {
  std::string name;
  std::vector<std::string> settings;
  bool latex = false;
};

// The range in brackets, where the words before it do not say it already.
std::string about(const FieldInfo& p) {
  const auto said = [&](const std::string& word) { return p.doc.find(word) != p.doc.npos; };
  if (p.range == "finite" || (!p.words.empty() && std::ranges::all_of(p.words, said))) return p.doc;
  return text(p.doc, " (", p.range, ")");
}

std::string parameters_table(const AnyLoss& loss, bool styled) {
  report::Table table({report::left("parameter"), report::left("value"), report::wrapping("")});
  for (const FieldInfo& p : loss.parameters()) table.add_row({p.name, p.value, about(p)});
  return table.str(styled);
}

std::string gradient_plot(const AnyLoss& loss, bool styled) {
  report::BraillePlot plot{.title = "∂ℓ/∂x over p: how hard, and which way, an example pulls its logit",
                           .x_name = "p",
                           .x = {},
                           .curves = {{"negatives (y=0)", {}}, {"positives (y=1)", {}}}};
  for (int i = 1; i < 400; ++i) {
    const double p = i / 400.0, x = lab::logit(p);
    plot.x.push_back(p);
    for (const int y : {0, 1}) plot.curves[size_t(y)].y.push_back(loss.at(x, y).dx);
  }
  return braille_plot(plot, styled);
}

std::string zones_table(const AnyLoss& loss, bool styled) {
  report::Table table(
      {"p", "ℓ(y=0)", "∂ℓ/∂x", report::left("negative is"), "ℓ(y=1)", "∂ℓ/∂x", report::left("positive is")});
  for (const double p : {.01, .05, .1, .2, .3, .5, .7, .8, .9, .95, .99, .999}) {
    const double x = lab::logit(p);
    const AtLogit negative = loss.at(x, 0), positive = loss.at(x, 1);
    table.add_row({report::significant(p), report::significant(negative.value), report::significant(negative.dx),
                   lab::zone_name(1 - p), report::significant(positive.value), report::significant(positive.dx),
                   lab::zone_name(p)});
  }
  return table.str(styled);
}

// "ℓ,  A = …,  B = …": one definition a line.
std::string formula_lines(std::string_view formula) {
  std::string out;
  for (size_t at = 0, end; at < formula.size(); at = formula.find_first_not_of(' ', end)) {
    for (end = at; end < formula.size() && formula.compare(end, 3, ",  ") != 0 && formula.compare(end, 3, ";  ") != 0;)
      ++end;
    end = std::min(end + 1, formula.size());
    out += report::wrapped(text("  ", formula.substr(at, end - at)), 6) + "\n";
  }
  return out;
}

int show(const ShowArgs& a) {
  const bool styled = report::wants_style(stdout);
  const AnyLoss loss = chosen_losses({{a.name}, a.settings})[0].loss;
  const LossEntry& row = find_loss(a.name);
  if (a.latex) {
    if (loss.formula().latex.empty())
      throw ValueError(text(row.name, ": nobody wrote its formula as LaTeX; leave out --latex"));
    std::cout << loss.formula().latex << '\n';
    return 0;
  }
  std::cout << report::wrapped(row.name + ": " + row.summary) << "\n\n" << formula_lines(loss.formula().text) << '\n';
  if (!row.paper.empty()) std::cout << report::wrapped("paper    " + row.paper, 9) << '\n';
  if (!row.remarks.empty()) std::cout << report::wrapped("remarks  " + row.remarks, 9) << '\n';
  std::cout << "labels   " << (loss.single_label() ? "one class an example" : "each class is present or not") << "\n\n"
            << parameters_table(loss, styled) << '\n';
  const std::string why = lab::why_no_point(loss);
  if (!why.empty()) {
    std::cout << report::wrapped(why) << "\nnext: skew loss check --loss " << a.name << '\n';
    return 0;
  }
  std::cout << gradient_plot(loss, styled) << '\n'
            << zones_table(loss, styled)
            << "easy: its own label has p_t > .5; hard: .1 to .5; mislabelled?: below .1\n"
               "next: skew loss plot --loss "
            << a.name << " --of value,grad -o shown\n";
  return 0;
}

}  // namespace

void add_loss_list(Command& loss) {
  auto verbose = std::make_shared<bool>(false);
  Command& command = loss.add("list", "all losses, one line each", [verbose] { return list(*verbose); });
  command.flag("--verbose", *verbose, "what each does, and its paper");
  command.example("skew loss list --verbose", "with the papers");
}

void add_loss_show(Command& loss) {
  auto a = std::make_shared<ShowArgs>();
  Command& command = loss.add("show", "formula, parameters and gradient of one loss", [a] { return show(*a); });
  command.option("name", a->name, "which; `skew loss list` names them", {.as = "NAME", .required = true});
  command.option("--set", a->settings, "a parameter, as lambda=1.2; repeat for more",
                 {.as = "NAME=VALUE", .repeated = true});
  command.flag("--latex", a->latex, "the formula as LaTeX, alone");
  command.example("skew loss show ral", "formula, gradient, parameters with their reasons");
}

}  // namespace skew
