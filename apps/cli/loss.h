// The subcommands of `skew loss`, one file each. Not for other commands; they see add_loss (command.h) alone.
#pragma once
#include "apps/cli/command.h"

namespace skew {

void add_loss_list(CLI::App& loss, Run& run);
void add_loss_show(CLI::App& loss, Run& run);
void add_loss_eval(CLI::App& loss, Run& run);

}  // namespace skew
