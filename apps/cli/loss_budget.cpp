// skew loss budget: who drives the update, the few positives or the many negatives, and which of those.
#include "apps/cli/loss_budget.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/number_list.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "apps/report/share_chart.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

struct BudgetArgs {
  LossChoice choice;
  BudgetModel model;
  std::string priors = ".01,.05,.2";
  int64_t classes = 14;
  bool json = false;
  std::string out;
};

struct BudgetRow {
  const ChosenLoss& loss;
  double prior;
  lab::Budget budget;
};

// Of whom the gradient is: a bar a prior, the losses one below the other.
report::Figure budget_figure(const std::vector<BudgetRow>& rows) {
  using report::Colour;
  report::ShareChart chart{.title = "Who drives the update",
                           .sentence = "Shares of the expected Σ|∂ℓ/∂x|; negatives by their p: below .5, to .9, above.",
                           .group_name = "loss",
                           .row_name = "prior",
                           .parts = {"positives", "easy negatives", "hard", "mislabelled?"},
                           .colours = {Colour::step7, Colour::step0, Colour::step3, Colour::quiet}};
  std::vector<std::string> names;
  for (const BudgetRow& r : rows)
    if (names.empty() || names.back() != r.loss.label) names.push_back(r.loss.label);
  const std::vector<report::LineStyle> lines = report::loss_lines(names);
  size_t line = 0;
  for (const BudgetRow& r : rows) {
    if (names[line] != r.loss.label) ++line;
    const lab::Budget& b = r.budget;
    chart.rows.push_back({r.loss.in_figures,
                          "prior " + report::in_figure(r.prior),
                          {b.positives, b.easy, b.hard, b.suspect},
                          lines[line].colour});
  }
  return share_chart(chart);
}

int budget(const BudgetArgs& a) {
  const std::vector<ChosenLoss> chosen = chosen_pointwise(a.choice);
  const std::vector<double> priors = number_list("--prior", a.priors);
  if (!a.out.empty()) report::prepare_out(a.out);
  report::Table table(
      {report::left("loss"), "prior", "positives", "negatives", "share", "easy", "hard", "mislabelled?"});
  std::vector<BudgetRow> rows;
  for (const ChosenLoss& c : chosen)
    for (const double prior : priors) {
      const lab::Budget b = lab::budget([&](double x, double y) { return c.loss.at(x, y); }, prior, double(a.classes),
                                        a.model.logits(prior));
      rows.push_back({c, prior, b});
      if (a.json)
        std::cout << nlohmann::ordered_json{{"loss", c.label},
                                            {"prior", prior},
                                            {"classes", a.classes},
                                            {"auroc", a.model.auroc},
                                            {"positives", b.positives},
                                            {"negatives", b.negatives},
                                            {"negative_share", b.share()},
                                            {"easy", b.easy},
                                            {"hard", b.hard},
                                            {"suspect", b.suspect}}
                         .dump()
                  << '\n';
      const auto part = [&](double v) { return report::share(v / b.negatives, 2); };
      table.add_row({c.label, report::significant(prior), report::significant(b.positives),
                     report::significant(b.negatives), report::share(b.share()), part(b.easy), part(b.hard),
                     part(b.suspect)});
    }
  if (!a.json)
    std::cout << table.str(report::wants_style(stdout))
              << report::wrapped(text("expected Σ|∂ℓ/∂x| of an image with ", report::significant(double(a.classes)),
                                      " classes of one prior each; share: of the negatives; the last three columns "
                                      "divide the negatives by their p: below .5, .5 to .9, above .9. ",
                                      a.model.words()),
                                 0)
              << '\n';
  if (!a.out.empty())
    (a.json ? std::cerr : std::cout) << report::wrapped(report::write_figure_file(a.out, budget_figure(rows))) << '\n';
  return 0;
}

}  // namespace

void BudgetModel::add_to(Command& command) {
  command.option("--auroc", auroc, "of the model whose logits are assumed; or untrained  [0.85]");
}

lab::LogitModel BudgetModel::logits(double prior) const {
  if (!(prior > 0 && prior < 1)) throw UsageError(text("--prior: a rate lies in (0, 1), got ", prior));
  if (auroc == "untrained") return lab::untrained_logits();
  const std::vector<double> value = number_list("--auroc", auroc);
  if (value.size() != 1 || !(value[0] > .5 && value[0] < 1))
    throw UsageError(text("--auroc: expected one number in (0.5, 1), or untrained; got '", auroc, "'"));
  return lab::calibrated_logits(prior, value[0]);
}

std::string BudgetModel::words() const {
  if (auroc == "untrained") return "Logits: standard normal, whatever the label (an untrained network).";
  return "Logits: normal, of a model whose probabilities are true risks and whose AUROC is " + auroc +
         ": N(logit π ± d²/2, d²), d = √2·Φ⁻¹(AUROC). On such logits positives and negatives pull equally hard under "
         "cross-entropy (share .5).";
}

void add_loss_budget(Command& loss) {
  auto a = std::make_shared<BudgetArgs>();
  Command& command = loss.add("budget", "total gradient of positives and negatives", [a] { return budget(*a); });
  add_choice(command, a->choice);
  command.option("--prior", a->priors, "share of positives of a class  [.01,.05,.2]");
  command.option("--classes", a->classes, "classes an image  [14]", {.low = 1, .high = 1 << 24});
  a->model.add_to(command);
  add_theme(command);
  command.option("-o,--out", a->out, "the figure: x.svg, x.png or x.pdf, its numbers beside it", {.as = "FILE"});
  command.flag("--json", a->json, "one JSON line a loss and prior");
  command.example("skew loss budget --loss bce,asl,ral --prior .01,.1", "who pulls: positives or negatives");
}

}  // namespace skew
