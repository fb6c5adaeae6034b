// The two-way loss's rows in the tables, and the name it also goes by.
#include "losses/two_way.h"

#include "losses/set_row.h"

namespace skew {
namespace {
const bool registered = register_set_loss<TwoWay>() && register_loss_alias("twoway", "two_way", {});
}
}  // namespace skew
