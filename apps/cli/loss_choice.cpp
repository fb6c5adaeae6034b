// From words to losses: which of several a `NAME=V` is meant for, and what is refused.
#include "apps/cli/loss_choice.h"

#include <algorithm>
#include <iostream>

#include "apps/cli/field_flags.h"
#include "apps/cli/number_list.h"
#include "apps/formats/utf8.h"
#include "apps/loss_lab/loss_check.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

bool is_all(const LossChoice& choice) { return choice.names == std::vector<std::string>{"all"}; }

}  // namespace

void add_choice(Command& command, LossChoice& choice) {
  command.option("--loss", choice.names, "one, several (a,b), or all; `skew loss list` names them",
                 {.as = "NAME", .list = true});
  command.option("--set", choice.settings, "a parameter, as lambda=1.2; repeat for more; `skew loss show` names them",
                 {.as = "NAME=VALUE", .repeated = true});
}

std::string symbol_of(const AnyLoss& loss, const std::string& parameter) {
  for (const FieldInfo& p : loss.parameters()) {
    if (p.name != parameter) continue;
    const std::string sign = p.doc.substr(0, p.doc.find_first_of(": "));  // "γ₋: how much …", "m (the paper's τ): …"
    const bool stands_apart =
        sign.size() < p.doc.size() && (p.doc[sign.size()] == ':' || p.doc[sign.size() + 1] == '(');
    if (!sign.empty() && report::column_width(sign) <= 3 && stands_apart) return sign;
  }
  return parameter;
}

ChosenLoss ChosenLoss::with(const std::string& parameter, const std::string& value) const {
  ChosenLoss changed = *this;
  changed.set.emplace_back(parameter, value);
  changed.loss = make_loss(name, changed.set);
  return changed;
}

std::vector<ChosenLoss> chosen_losses(const LossChoice& choice) {
  if (choice.names.empty()) throw UsageError("--loss: expected the name of a loss; `skew loss list` names them");
  std::vector<ChosenLoss> chosen;
  for (const std::string& name : is_all(choice) ? loss_names() : choice.names)
    chosen.push_back({name, name, name, {}, make_loss(name)});
  for (const std::string& setting : choice.settings) {
    const auto [name, value] = name_and_value("--set", setting);
    std::vector<std::string> known;
    bool taken = false;
    for (ChosenLoss& c : chosen) {
      for (const FieldInfo& p : c.loss.parameters()) known.push_back(p.name);
      if (!c.loss.has_parameter(name)) continue;
      c.set.emplace_back(name, value);
      taken = true;
    }
    if (taken) continue;
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    const std::string whose = chosen.size() == 1 ? "parameter of " + chosen[0].label : "parameter of the chosen losses";
    throw UsageError("--set: " + unknown_word(whose, name, known));
  }
  for (ChosenLoss& c : chosen) c.loss = make_loss(c.name, c.set);  // all at once: some are checked against each other
  return chosen;
}

std::vector<ChosenLoss> chosen_pointwise(const LossChoice& choice) {
  std::vector<ChosenLoss> kept;
  std::string left_out;
  for (const ChosenLoss& c : chosen_losses(choice)) {
    const std::string why = lab::why_no_point(c.loss);
    if (why.empty()) kept.push_back(c);
    else if (is_all(choice)) left_out += (left_out.empty() ? "" : ", ") + c.label;
    else throw ValueError(text(why, "; `skew loss check --loss ", c.label, "` examines it on whole rows"));
  }
  if (!left_out.empty()) std::cerr << report::wrapped("left out, no value at a single logit: " + left_out) << '\n';
  return kept;
}

std::vector<double> labels(const std::string& words) {
  if (words == "both") return {0, 1};
  const std::vector<double> list = number_list("--y", words);
  for (const double y : list)
    if (!(y >= 0 && y <= 1)) throw UsageError(text("--y: a label lies in [0, 1], got ", y, "; or say both"));
  return list;
}

}  // namespace skew
