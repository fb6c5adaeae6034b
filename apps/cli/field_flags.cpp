// A command collects texts; what they mean, the fields say when they are set.
#include "apps/cli/field_flags.h"

#include <algorithm>

#include "apps/training/settings_file.h"

namespace skew {
namespace {

// What a field may be, if that is a short list of words, then its doc and default.
std::string help_of(const FieldInfo& f, const std::string& standard) {
  constexpr size_t most = 160;
  const bool words = f.kind != FieldKind::flag && !f.words.empty();
  const std::string list = words ? joined(f.words, ", ") : "";
  const std::string shown = standard.empty() ? f.value : standard;
  return (list.empty() || list.size() > most ? "" : list + "; ") + f.doc + (shown.empty() ? "" : "  [" + shown + "]");
}

}  // namespace

void FieldFlags::add_to(Command& command, const std::vector<FieldInfo>& fields, const std::vector<std::string>& without,
                        const std::string& standard) {
  for (const FieldInfo& f : fields) {
    if (std::find(without.begin(), without.end(), f.name) != without.end()) continue;
    const Flag flag{f.name, flag_of(f.name), f.option.group, f.kind == FieldKind::flag, false};
    const std::string letter = *f.option.letter ? text("-", f.option.letter, ",") : "";
    command.option(letter + flag.name, values_[flag.name], help_of(f, standard),
                   {.alone = flag.bare ? "true" : nullptr,
                    .words = flag.bare ? std::vector<std::string>() : f.words,
                    .below = f.option.group});
    flags_.push_back(flag);
  }
}

void FieldFlags::add_arguments(Command& command, const std::string& flag, const std::string& field,
                               const std::string& help) {
  command.option(flag, arguments_[flag], help, {.as = "NAME=VALUE", .repeated = true});
  const auto same = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& f) { return f.field == field; });
  flags_.push_back({field, flag, same == flags_.end() ? "" : same->group, false, true});
}

FieldTexts FieldFlags::given(const Command& command) const {
  FieldTexts out;
  for (const Flag& flag : flags_) {
    if (!command.given(flag.name)) continue;
    if (!flag.arguments) {
      const std::string& value = values_.at(flag.name);
      out.emplace_back(flag.field, flag.bare && value.empty() ? "true" : value);
      continue;
    }
    for (const std::string& words : arguments_.at(flag.name)) {
      const auto [name, value] = name_and_value(flag.name, words);
      out.emplace_back(flag.field + "." + name, value);
    }
  }
  return out;
}

void FieldFlags::hide_all_but_common(Command& command) {
  for (const Flag& flag : flags_)
    command.show_below(std::string_view(flag.group) == "Common" ? "Options" : "", flag.name);
  command.flag("--help-all", help_all, "every setting, by group");
}

std::string FieldFlags::whole_help(Command& command) const {
  for (const Flag& flag : flags_)
    command.show_below(std::string_view(flag.group) == "Common" ? "Options" : flag.group, flag.name);
  return command.help();
}

std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& words) {
  const size_t at = words.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == words.size())
    throw UsageError(text(option, ": expected name=value, got '", words, "'"));
  return {words.substr(0, at), words.substr(at + 1)};
}

}  // namespace skew
