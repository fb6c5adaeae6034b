// A flag for each field that says how a data set is to be read.
#include "apps/cli/source_flags.h"

#include "apps/training/settings_file.h"

namespace skew {

void add_source(Command& command, Source& source) {
  command.option("src", source.src,
                 "folder with labels.csv, .csv, folder per class, MedMNIST .npz, synth:shapes14, fashion-mosaic",
                 {.as = "SRC", .required = true});
  source.flags.add_to(command, field_list(DataOptions{}));
  command.option("--task", source.task, "multi, single; auto: by the data  [auto]");
  command.option("--seed", source.seed, "of a split that has to be made, and of what is drawn  [0]");
}

DataOptions Source::options(const Command& command) const {
  DataOptions options;
  options.seed = uint64_t(seed);
  set_field({"--task", "task"}, options.task, task, finite());
  for (const auto& [key, value] : flags.given(command)) set_option(options, key, value);
  return options;
}

std::string flag_words(std::string_view field, std::string_view value) {
  const std::string flag = flag_of(field == "group_col"  ? "group"
                                   : field == "channels" ? "in_chans"
                                   : field == "ending"   ? "ext"
                                                         : std::string(field));
  return flag + (value.empty() ? "" : " ") + std::string(value);
}

}  // namespace skew
