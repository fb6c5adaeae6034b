// skew train: flags and a TOML file into settings, then apps/training/trainer.h.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/train_flags.h"
#include "apps/training/train_settings.h"
#include "apps/training/trainer.h"
#include "core/error.h"

namespace skew {
namespace {

// Settings that say how this machine works, not what is trained: a resumed run may change them.
bool about_the_machine(const std::string& key) {
  return key == "threads" || key == "workers" || key == "allow_inexact" || key == "resume" || key == "project" ||
         key == "name";
}

// Refuses what differs from the run's own settings, wherever it came from: a flag, --loss.NAME, a file.
void check_kept(const Settings& kept, const Settings& asked, const std::string& folder) {
  const auto refuse = [&](const std::string& flag, const std::string& value) {
    throw UsageError(text(flag, ": a resumed run keeps its settings (", value,
                          "); for other ones start a new run with -c ", folder, "/args.toml"));
  };
  for (const Setting& s : kept.table())
    if (!about_the_machine(s.key) && asked.text(s.key) != kept.text(s.key)) refuse(flag_of(s.key), kept.text(s.key));
  for (const auto& [name, value] : asked.dotted()) {
    const auto own = kept.dotted().find(name);
    if (own == kept.dotted().end()) refuse("--loss." + name, "its default");
    if (own->second != value) refuse("--loss." + name, own->second);
  }
}

}  // namespace

void add_train(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("train", "train a classifier on your images");
  command->allow_extras();
  struct Flags {
    TrainFlags train;
    bool print = false, json = false, quiet = false;
  };
  auto flags = std::make_shared<Flags>();
  flags->train.add_to(*command);
  command->add_flag("--print-config", flags->print, "show every setting and where it comes from, and stop");
  command->add_flag("--json", flags->json, "one JSON line an epoch on stdout");
  command->add_flag("-q,--quiet", flags->quiet, "nothing on stderr but errors");
  command->callback([command, flags, &run] {
    run = [command, flags] {
      Settings settings = train_settings();
      if (flags->train.help_all) {
        std::cout << flags->train.whole_help(*command);
        return 0;
      }
      const auto given = flags->train.given(*command);
      const auto found = std::find_if(given.begin(), given.end(), [](const auto& g) { return g.first == "resume"; });
      const std::string resume = found == given.end() ? "" : found->second;
      if (!resume.empty() && !std::filesystem::exists(resume + "/args.toml"))
        throw FileError(text(resume, ": no run folder with an args.toml; --resume takes the folder of a run"));
      if (!resume.empty()) settings.read_toml(resume + "/args.toml");
      const Settings kept = settings;
      if (!flags->train.config.empty()) settings.read_toml(flags->train.config);
      for (const auto& [key, value] : given) settings.set(key, value, "flag");
      for (const auto& [name, value] : free_options(*command, "--loss.")) settings.set(name, value, "flag");
      if (!resume.empty()) check_kept(kept, settings, resume);
      if (flags->print) {
        std::cout << settings.with_origins();
        return 0;
      }
      return train(settings, {.json = flags->json, .quiet = flags->quiet});
    };
  });
}

}  // namespace skew
