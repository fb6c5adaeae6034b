// A flag a setting, and the long help with every one of them.
#include "apps/cli/train_flags.h"

#include <algorithm>

namespace skew {
namespace {

struct ArgumentFlag {
  const char *field, *flag, *help;
};
constexpr ArgumentFlag argument_flags[] = {
    {"loss", "--set", "a parameter of the loss, as lambda=1.2; repeat for more; `skew loss show` names them"},
    {"opt", "--opt-arg", "an argument of the optimiser, as nesterov=true; repeat for more"},
    {"sched", "--sched-arg", "an argument of the schedule, as milestones=30,60 (lengths in epochs); repeat for more"}};

}  // namespace

void TrainFlags::add_to(Command& command, const std::vector<std::string>& without) {
  fields.add_to(command, field_list(TrainConfig{}), without);
  for (const ArgumentFlag& a : argument_flags)
    if (std::find(without.begin(), without.end(), a.field) == without.end())
      fields.add_arguments(command, a.flag, a.field, a.help);
  command.option("-c,--config", config, "a TOML file with the same settings, below the flags");
  fields.hide_all_but_common(command);
}

std::string argument_flag(const std::string& field) {
  for (const ArgumentFlag& a : argument_flags)
    if (field == a.field) return a.flag;
  return "--" + field;
}

std::string text_of(const FieldTexts& texts, const std::string& name) {
  for (const auto& [key, value] : texts)
    if (key == name) return value;
  return "";
}

}  // namespace skew
