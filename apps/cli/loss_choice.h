// The losses that a `skew loss` command works on: --loss a,b --set name=value. Read next: loss.cpp.
#pragma once
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "losses/table/loss_table.h"

namespace skew {

struct LossChoice {
  std::vector<std::string> names;     // as typed: aliases stay; `all` is every loss that the command can take
  std::vector<std::string> settings;  // name=value
};
// Adds --loss and --set.
void add_choice(Command& command, LossChoice& choice);

struct ChosenLoss {
  std::string name, label;  // as typed; the label also says what a sweep set
  std::string in_figures;   // the same with the formula's signs: "ral λ=1.2"
  LossParameters set;
  AnyLoss loss;
  // Throws as make_loss.
  ChosenLoss with(const std::string& parameter, const std::string& value) const;
};
// What the formula calls a parameter, "γ₋" for gamma_neg; its name where the formula has no sign for it.
std::string symbol_of(const AnyLoss& loss, const std::string& parameter);

// A setting goes to every chosen loss that has the parameter. Throws UsageError where none has it, or no loss was
// given, ValueError (make_loss) for unknown losses and bad values.
std::vector<ChosenLoss> chosen_losses(const LossChoice& choice);
// Those that have a value at a single logit. For `all` the others are left out and named on stderr; one that was asked
// for by name throws ValueError with the next step.
std::vector<ChosenLoss> chosen_pointwise(const LossChoice& choice);

// Label 0, 1, both, or a list of soft ones; throws UsageError for what is not in [0, 1].
std::vector<double> labels(const std::string& words);

}  // namespace skew
