// The other name that the two-way loss goes by.
#include "losses/loss_table.h"

namespace skew {
namespace {
const bool registered = register_loss_alias("twoway", "two_way", {});
}
}  // namespace skew
