// A data set as the first words of a command: SRC, and the flags that say how it is read (DataOptions::fields).
#pragma once
#include "apps/cli/field_flags.h"
#include "apps/data/dataset.h"

namespace skew {

struct Source {
  std::string src;
  FieldFlags flags;
  std::string task = "auto";
  int64_t seed = 0;

  // Throws UsageError for a bad value.
  DataOptions options(const Command& command) const;
};
// SRC as the first positional argument, a flag for each of the options, --task and --seed.
void add_source(Command& command, Source& source);

// For name_options (apps/data/option_words.h): "path_col" is --path-col here.
std::string flag_words(std::string_view field, std::string_view value);

}  // namespace skew
