// The flags that say how a data set is to be read, the same for every command that opens one.
#pragma once
#include <CLI/CLI.hpp>

#include "apps/data/dataset.h"

namespace skew {

// SRC as the first positional argument, and --path-col --split-col --group --classes --ignore --split-file --seed.
struct SourceArgs {
  std::string src;
  DataOptions options;
};
void add_source(CLI::App& command, SourceArgs& args);

}  // namespace skew
