// skew train: flags and a TOML file into a TrainConfig, then apps/training/trainer.h.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/cli/command.h"
#include "apps/cli/train_flags.h"
#include "apps/training/trainer.h"

namespace skew {
namespace {

struct TrainArgs {
  TrainFlags flags;
  bool print = false, json = false, quiet = false;
};

// Refuses what differs from the run's own settings, wherever it came from: a flag or a file.
void check_kept(const TrainConfig& kept, const TrainConfig& asked, const std::string& folder) {
  const auto refuse = [&](const std::string& flag, const std::string& value) {
    throw UsageError(text(flag, ": a resumed run keeps its settings (", value.empty() ? "nothing" : value,
                          "); for other ones start a new run with -c ", folder, "/args.toml"));
  };
  const std::vector<FieldInfo> before = field_list(kept), now = field_list(asked);
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i].option.to == Belongs::machine) continue;
    if (now[i].value != before[i].value) refuse(flag_of(now[i].name), before[i].value);
    for (const auto& argument : now[i].arguments) {
      const FieldTexts& own = before[i].arguments;
      if (std::find(own.begin(), own.end(), argument) == own.end())
        refuse(argument_flag(now[i].name) + " " + argument.first, text_of(own, argument.first));
    }
  }
}

int run_train(const TrainArgs& a, const Command& command) {
  TrainConfig config;
  std::map<std::string, std::string> origins;
  FieldTexts given = a.flags.fields.given(command);
  for (const auto& parameter : command.free_options()) given.push_back(parameter);
  const std::string resume = text_of(given, "resume");
  if (!resume.empty() && !std::filesystem::exists(resume + "/args.toml"))
    throw FileError(text(resume, ": no run folder with an args.toml; --resume takes the folder of a run"));
  auto read = [&](const std::string& path) {
    const std::vector<SettingsEntry> entries = read_settings(path);
    set_options(config, entries);
    for (const SettingsEntry& entry : entries) origins[entry.key] = entry.where;
  };
  if (!resume.empty()) read(resume + "/args.toml");
  const TrainConfig kept = config;
  if (!a.flags.config.empty()) read(a.flags.config);
  for (const auto& [key, value] : given) {
    set_option(config, key, value);
    origins[key] = "flag";
  }
  if (!resume.empty()) check_kept(kept, config, resume);
  if (!a.print) return train(config, {.json = a.json, .quiet = a.quiet});
  config.check();
  const std::vector<FieldInfo> fields = field_list(config);
  if (a.json) std::cout << settings_json(fields).dump(1) << '\n';
  else
    std::cout << settings_text(fields, [&](const std::string& key) {
      const auto at = origins.find(key);
      return at == origins.end() ? "default" : at->second;
    });
  return 0;
}

}  // namespace

void add_train(Command& skew) {
  auto a = std::make_shared<TrainArgs>();
  Command& command = skew.add("train", "train a classifier on your images", [a](Command& given) {
    if (!a->flags.fields.help_all) return run_train(*a, given);
    std::cout << a->flags.fields.whole_help(given);
    return 0;
  });
  a->flags.add_to(command);
  command.allow_free_options("loss");
  command.flag("--print-config", a->print, "show every setting and where it comes from, and stop");
  add_theme(command);
  command.flag("--json", a->json, "one JSON line an epoch on stdout; with --print-config all settings");
  command.flag("-q,--quiet", a->quiet, "nothing on stderr but errors");
  command.example("skew train --data my_images", "a folder per class, or images and a labels.csv");
  command.example("skew train --data my_images --loss ral_single --epochs 30 --name second",
                  "another loss; `skew loss list` names all");
  command.example("skew train -c runs/second/args.toml --lr 3e-4 --name third", "a run's own settings, but for one");
}

}  // namespace skew
