// The subcommands of `skew loss`, one file each. Not for other commands; they see add_loss (command.h) alone.
#pragma once
#include "apps/cli/command.h"

namespace skew {

void add_loss_list(Command& loss);
void add_loss_show(Command& loss);
void add_loss_eval(Command& loss);
void add_loss_plot(Command& loss);
void add_loss_heat(Command& loss);
void add_loss_proper(Command& loss);
void add_loss_budget(Command& loss);
void add_loss_check(Command& loss);
void add_loss_race(Command& loss);
void add_loss_studio(Command& loss);

}  // namespace skew
