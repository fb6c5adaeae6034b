// The other names that losses go by, each with the parameters that it presets.
#include "losses/table/loss_table.h"

namespace skew {
namespace {

const bool aliases_registered =
    register_loss_alias("ral-paper", "ral", {{"form", "paper"}}) && register_loss_alias("twoway", "two_way", {});

}  // namespace
}  // namespace skew
