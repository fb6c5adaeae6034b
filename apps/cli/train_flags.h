// The options of `skew train` as flags, for the commands that train.
#pragma once
#include "apps/cli/field_flags.h"
#include "apps/training/train_config.h"

namespace skew {

struct TrainFlags {
  // Adds a flag for every option but those of `without`, those of "Common" visible; --set, --opt-arg and --sched-arg
  // for arguments of what is chosen by name; and -c, --help-all.
  void add_to(Command& command, const std::vector<std::string>& without = {});

  FieldFlags fields;
  std::string config;  // a TOML file, or ""
};

// loss → --set: the flag for arguments of the option `field`.
std::string argument_flag(const std::string& field);
// The text under that name, or "".
std::string text_of(const FieldTexts& texts, const std::string& name);

}  // namespace skew
