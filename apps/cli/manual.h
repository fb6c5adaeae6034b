// Manual pages and completion, made from the commands themselves: what an option is called, means and may be is said
// once, where it is added.
#pragma once
#include <string>

#include "apps/cli/command.h"

namespace skew {

// A command's page in the language of man(7): skew-loss-eval.1.
std::string manual_page(const Command& command);
// A script for bash: commands, options, and the words that an option may be.
std::string bash_completion(const Command& program);
// All of them: FOLDER/man1/*.1 and FOLDER/completions/skew. Returns how many pages there are. Throws FileError.
int write_manuals(const Command& program, const std::string& folder);

}  // namespace skew
