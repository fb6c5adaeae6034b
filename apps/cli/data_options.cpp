#include "apps/cli/data_options.h"

#include <algorithm>

namespace skew {

void add_source(CLI::App& command, SourceArgs& a) {
  command
      .add_option("src", a.src,
                  "folder with labels.csv, .csv, folder per class, MedMNIST .npz, synth:shapes14, fashion-mosaic")
      ->required()
      ->type_name("SRC");
  DataOptions& o = a.options;
  command.add_option("--path-col", o.path_col, "column of the image paths  [path, image, file]")->type_name("");
  command.add_option("--split-col", o.split_col, "column of train/val/test  [split]")->type_name("");
  command.add_option("--group", o.group_col, "column of patients, who stay in one split  [patient_id]")->type_name("");
  command.add_option("--classes", o.classes, "columns that are the classes, in this order")
      ->delimiter(',')
      ->type_name("");
  command.add_option("--ignore", o.ignore, "columns to leave out")->delimiter(',')->type_name("");
  command.add_option("--split-file", o.split_file, "a split.csv instead of the source's own splits")->type_name("");
  command.add_option("--seed", o.seed, "of a split that has to be made, and of what is drawn  [0]")->type_name("");
}

std::string flag_words(std::string_view field, std::string_view value) {
  std::string flag(field == "group_col" ? "group" : field == "channels" ? "in-chans" : field);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return "--" + flag + (value.empty() ? "" : " ") + std::string(value);
}

}  // namespace skew
