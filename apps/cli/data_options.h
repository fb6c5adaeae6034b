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

// For name_options (apps/data/option_words.h): "path_col" is --path-col here.
std::string flag_words(std::string_view field, std::string_view value);

}  // namespace skew
