// skew train: flags and a TOML file into settings, then apps/training/trainer.h.
#include <filesystem>
#include <iostream>
#include <map>

#include "apps/cli/command.h"
#include "apps/training/trainer.h"
#include "apps/training/train_settings.h"
#include "core/error.h"

namespace skew {
namespace {

std::string flag_of(const std::string& key) {
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

// Settings that say how this machine works, not what is trained: a resumed run may change them.
bool about_the_machine(const std::string& key) {
  return key == "threads" || key == "workers" || key == "allow_inexact" || key == "resume" || key == "project" || key == "name";
}

}  // namespace

void add_train(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("train", "train a classifier on your images");
  command->allow_extras();
  struct Flags {
    std::map<std::string, std::string> values;
    std::string config;
    bool print = false, json = false, quiet = false, help_all = false;
  };
  auto flags = std::make_shared<Flags>();
  const Settings defaults = train_settings();
  for (const Setting& s : defaults.table()) {
    const std::string names = (s.short_flag.empty() ? "" : "-" + s.short_flag + ",") + flag_of(s.key);
    CLI::Option* option = command->add_option(names, flags->values[s.key], s.help + (s.value.empty() ? "" : "  [" + s.value + "]"));
    if (s.kind == SettingKind::flag) option->expected(0, 1)->default_str("true");
    option->group(s.group == "Common" ? "Options" : "")->type_name("");
  }
  command->add_option("-c,--config", flags->config, "a TOML file with the same settings, below the flags")->type_name("");
  command->add_flag("--print-config", flags->print, "show every setting and where it comes from, and stop");
  command->add_flag("--json", flags->json, "one JSON line an epoch on stdout");
  command->add_flag("-q,--quiet", flags->quiet, "nothing on stderr but errors");
  command->add_flag("--help-all", flags->help_all, "every setting, by group");
  command->callback([command, flags, &run] {
    run = [command, flags] {
      Settings settings = train_settings();
      if (flags->help_all) {
        for (const Setting& s : settings.table()) command->get_option(flag_of(s.key))->group(s.group == "Common" ? "Options" : s.group);
        std::cout << command->help();
        return 0;
      }
      const std::string resume = flags->values["resume"];
      if (!resume.empty() && !std::filesystem::exists(resume + "/args.toml"))
        throw FileError(text(resume, ": no run folder with an args.toml; --resume takes the folder of a run"));
      if (!resume.empty()) settings.read_toml(resume + "/args.toml");
      if (!flags->config.empty()) settings.read_toml(flags->config);
      const std::vector<Setting> table = settings.table();
      for (const Setting& s : table) {
        const CLI::Option* option = command->get_option(flag_of(s.key));
        if (option->count() == 0) continue;
        std::string value = flags->values[s.key];
        if (s.kind == SettingKind::flag && value.empty()) value = "true";
        if (!resume.empty() && !about_the_machine(s.key) && value != settings.text(s.key))
          throw UsageError(text(flag_of(s.key), ": a resumed run keeps its settings (", settings.text(s.key), "); for other ones start a new run with -c ", resume, "/args.toml"));
        settings.set(s.key, value, "flag");
      }
      for (const auto& [name, value] : free_options(*command, "--loss.")) settings.set(name, value, "flag");
      if (flags->print) {
        std::cout << settings.with_origins();
        return 0;
      }
      return train(settings, {.json = flags->json, .quiet = flags->quiet});
    };
  });
}

}  // namespace skew
