// The subcommands of `skew loss`, one file each. Not for other commands; they see add_loss (command.h) alone.
#pragma once
#include "apps/cli/command.h"

namespace skew {

void add_loss_list(CLI::App& loss, Run& run);
void add_loss_show(CLI::App& loss, Run& run);
void add_loss_eval(CLI::App& loss, Run& run);
void add_loss_plot(CLI::App& loss, Run& run);
void add_loss_heat(CLI::App& loss, Run& run);
void add_loss_proper(CLI::App& loss, Run& run);
void add_loss_budget(CLI::App& loss, Run& run);
void add_loss_check(CLI::App& loss, Run& run);
void add_loss_race(CLI::App& loss, Run& run);
void add_loss_studio(CLI::App& loss, Run& run);

}  // namespace skew
