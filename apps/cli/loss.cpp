// skew loss: one loss looked at alone, or beside its family. The list of its commands.
#include "apps/cli/loss.h"

#include <iostream>

#include "core/error.h"

namespace skew {

void add_loss(CLI::App& app, Run& run) {
  CLI::App* loss = app.add_subcommand("loss", "study losses: formulas, values, curves, what they do to probabilities");
  loss->allow_extras();
  loss->require_subcommand(0, 1);
  add_loss_list(*loss, run);
  add_loss_show(*loss, run);
  add_loss_eval(*loss, run);
  add_loss_plot(*loss, run);
  add_loss_heat(*loss, run);
  add_loss_proper(*loss, run);
  add_loss_budget(*loss, run);
  add_loss_check(*loss, run);
  add_loss_race(*loss, run);
  add_loss_studio(*loss, run);
  loss->callback([loss, &run] {
    if (!loss->get_subcommands().empty()) return;
    run = [loss] {
      std::vector<std::string> known;
      for (const CLI::App* command : loss->get_subcommands({})) known.push_back("loss " + command->get_name());
      if (loss->remaining_size() > 0) throw UsageError(unknown_word("command", "loss " + loss->remaining()[0], known));
      std::cout << loss->help("skew");
      return 0;
    };
  });
}

}  // namespace skew
