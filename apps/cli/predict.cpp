#include "apps/cli/command.h"
namespace skew {
void add_predict(CLI::App&, Run&) {}
}  // namespace skew
