#include "apps/cli/train_flags.h"

#include <algorithm>

#include "apps/training/train_settings.h"

namespace skew {

std::string flag_of(const std::string& key) {
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

void TrainFlags::add_to(CLI::App& command, const std::vector<std::string>& without) {
  const Settings defaults = train_settings();
  for (const Setting& s : defaults.table()) {
    if (std::find(without.begin(), without.end(), s.key) != without.end()) continue;
    const std::string names = (s.short_flag.empty() ? "" : "-" + s.short_flag + ",") + flag_of(s.key);
    const std::string shown_default = s.value.empty() ? "" : "  [" + s.value + "]";
    CLI::Option* option = command.add_option(names, values_[s.key], s.help + shown_default);
    if (s.kind == SettingKind::flag) option->expected(0, 1)->default_str("true");
    option->group(s.group == "Common" ? "Options" : "")->type_name("");
  }
  command.add_option("-c,--config", config, "a TOML file with the same settings, below the flags")->type_name("");
  command.add_flag("--help-all", help_all, "every setting, by group");
}

std::vector<std::pair<std::string, std::string>> TrainFlags::given(const CLI::App& command) const {
  const Settings defaults = train_settings();
  std::vector<std::pair<std::string, std::string>> out;
  for (const Setting& s : defaults.table()) {
    const auto value = values_.find(s.key);
    if (value == values_.end() || command.get_option(flag_of(s.key))->count() == 0) continue;
    const bool bare = s.kind == SettingKind::flag && value->second.empty();
    out.emplace_back(s.key, bare ? "true" : value->second);
  }
  return out;
}

std::string TrainFlags::whole_help(CLI::App& command) const {
  const Settings defaults = train_settings();
  for (const Setting& s : defaults.table())
    if (values_.contains(s.key)) command.get_option(flag_of(s.key))->group(s.group == "Common" ? "Options" : s.group);
  std::string before;  // "skew", "skew loss": what is typed before the command's own name
  for (const CLI::App* a = command.get_parent(); a; a = a->get_parent())
    before = a->get_name() + (before.empty() ? "" : " ") + before;
  return command.help(before);
}

}  // namespace skew
