// skew loss: one loss looked at alone, or beside its family. The list of its commands.
#include "apps/cli/loss.h"

namespace skew {

void add_loss(Command& skew) {
  Command& loss = skew.add_group("loss", "study losses: formulas, values, curves, what they do to probabilities");
  add_loss_list(loss);
  add_loss_show(loss);
  add_loss_eval(loss);
  add_loss_plot(loss);
  add_loss_heat(loss);
  add_loss_proper(loss);
  add_loss_budget(loss);
  add_loss_check(loss);
  add_loss_race(loss);
  add_loss_studio(loss);
}

}  // namespace skew
