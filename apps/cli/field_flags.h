// The fields of a struct (core/fields.h) as flags of a command: names, help and defaults are those of its description.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "core/fields.h"

namespace skew {

class FieldFlags {
 public:
  // Adds a flag for every field but those of `without`. `standard`: what stands in the help for a field's default, if
  // not the default itself.
  void add_to(Command& command, const std::vector<FieldInfo>& fields, const std::vector<std::string>& without = {},
              const std::string& standard = "");
  // Adds a flag NAME=VALUE, to be repeated, for the arguments of the Choice `field`.
  void add_arguments(Command& command, const std::string& flag, const std::string& field, const std::string& help);
  // What the person gave, as field and text in the fields' order; flags without a value are "true". Throws UsageError
  // for an argument without a value.
  FieldTexts given(const Command& command) const;

  // Hides the flags of all groups but "Common" and adds --help-all, which shows them: whole_help().
  void hide_all_but_common(Command& command);
  bool help_all = false;
  std::string whole_help(Command& command) const;

 private:
  struct Flag {
    std::string field, name;  // lr, --lr
    const char* group;
    bool bare, arguments;  // needs no value; is a list of NAME=VALUE
  };
  std::vector<Flag> flags_;
  std::map<std::string, std::string> values_;  // by flag
  std::map<std::string, std::vector<std::string>> arguments_;
};

// "name=value" → its two halves; throws UsageError beginning with `option`.
std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& words);

}  // namespace skew
