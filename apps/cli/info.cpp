#include "apps/cli/command.h"
namespace skew {
void add_info(CLI::App&, Run&) {}
}  // namespace skew
