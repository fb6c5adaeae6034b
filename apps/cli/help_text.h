// What --help prints of a command: its use, its options by heading, examples; 80 columns.
#pragma once
#include <string>

#include "apps/cli/command.h"

namespace skew {
std::string help_text(const Command& command);
}
