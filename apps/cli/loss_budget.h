// The model of logits that `skew loss budget` and `heat --of budget` share, as options.
#pragma once
#include <string>

#include "apps/cli/command.h"
#include "apps/loss_lab/budget.h"
#include "losses/table/loss_table.h"

namespace skew {

struct BudgetModel {
  std::string auroc = "0.85";  // a number in (.5, 1), or untrained
  void add_to(Command& command);
  lab::LogitModel logits(double prior) const;  // throws UsageError
  std::string words() const;                   // what is assumed, one line
};

}  // namespace skew
