// ZLPR's rows in the tables.
#include "losses/zlpr.h"

#include "losses/set_row.h"

namespace skew {
namespace {
const bool registered = register_set_loss<Zlpr>();
}
}  // namespace skew
