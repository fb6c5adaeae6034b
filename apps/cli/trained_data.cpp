// The same columns as in training, and its split.csv where the data do not say themselves which images are in the
// split.
#include "apps/cli/trained_data.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "apps/cli/train_flags.h"
#include "apps/cli/trained_run.h"
#include "apps/data/open_data.h"
#include "apps/training/settings_file.h"
#include "apps/training/train_config.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

// The split.csv that training wrote; "" where there is none.
std::string split_of_run(const std::string& run) {
  const fs::path file = fs::path(run) / "split.csv";
  return !run.empty() && fs::exists(file) ? file.string() : "";
}

// How to read the data: as training did, but for what the command line says. Classes that nobody names are the model's.
DataOptions as_trained(DataOptions options, const FieldTexts& asked, const ModelInfo& info) {
  options.classes.clear();
  options.split_file.clear();
  options.exif = info.exif;
  for (const auto& [key, value] : asked) set_option(options, key, value);
  const std::set<std::string> named(options.classes.begin(), options.classes.end());
  if (named.empty() || named == std::set<std::string>(info.classes.begin(), info.classes.end())) {
    options.classes.clear();
    options.model_classes = info.classes;
  }
  options.task = info.task;
  options.label_noise = 0;      // measured against the labels as the data have them
  options.skip_missing = true;  // eval names images that it cannot read, and goes on
  return options;
}

// Columns and so on that the training named are about its own data: a source that has no use for them is read without.
std::shared_ptr<Dataset> open_other(const WantedData& a, DataOptions options, const FieldTexts& asked) {
  try {
    return open_data(a.data, options);
  } catch (const UsageError&) {
    const DataOptions plain;
    for (const char* field :
         {"path_col", "label_col", "label_sep", "images", "ext", "split_col", "group", "ignore", "folders"})
      if (text_of(asked, field).empty())
        for (const FieldInfo& f : field_list(plain))
          if (f.name == field) set_option(options, f.name, f.value);
    return open_data(a.data, options);
  }
}

// The images as the run saw them: the same columns, and where the data do not say which images are in the split, the
// split.csv of the run, which holds for the images that the run was trained on and for no others.
std::shared_ptr<Dataset> open_as_trained(const WantedData& a, const TrainConfig& trained, const FieldTexts& asked,
                                         const ModelInfo& info, Split split, std::string& said) {
  const std::string run = run_of(a.run), run_split = split_of_run(run), known = fingerprint_of_run(run);
  const bool same_place = fs::weakly_canonical(a.data) == fs::weakly_canonical(trained.data);
  DataOptions options = as_trained(trained.data_options(), asked, info);
  if (a.split == "all") {
    if (!options.split_file.empty())
      throw UsageError("--split-file: with --split all every image is measured; leave one of the two out");
    options.one_split = Split::test;
    return open_other(a, options, asked);
  }
  const std::string own_split = options.split_file;
  const bool asked_for = !own_split.empty() || !text_of(asked, "split_col").empty();
  std::shared_ptr<Dataset> data;
  if (asked_for || !same_place || trained.reading.split_file.empty()) data = open_other(a, options, asked);
  if (data && (asked_for || !data->split_was_made(split))) return data;
  if (run_split.empty())
    throw FileError(text(a.data, ": does not say which images are in the ", a.split, " split, and ", a.run,
                         " comes with no split.csv, so a split made now could test on training images; give the ",
                         "--split-file of the training, add a column split (train, val, test), or measure all of ",
                         "them: --split all"));
  options.split_file = run_split;
  const bool same = same_place || known.empty() || (data && data->fingerprint() == known);
  try {
    data = open_other(a, options, asked);
  } catch (const FileError& error) {
    throw FileError(text(error.what(), same_place ? "" : "; or measure all of them: --split all"));
  }
  if (!same && data->fingerprint() != known)
    throw FileError(
        text(a.data, ": are not the images that ", a.run, " was trained on, though they have the same ",
             "names, so its split.csv is not about them; give --split-file, or measure all of them: ", "--split all"));
  said = "split: " + options.split_file;
  return data;
}

// --data, or the data that the run was trained on.
std::string data_of(const WantedData& a, const TrainConfig& trained) {
  if (!a.data.empty()) return a.data;
  if (trained.data.empty())
    throw UsageError(text("--data: ", a.run, " does not say what it was trained on; give --data SRC"));
  return trained.data;
}

std::string classes_apart(const std::vector<std::string>& data, const std::vector<std::string>& model) {
  for (const std::string& name : data)
    if (std::find(model.begin(), model.end(), name) == model.end())
      return text(": the model does not know '", name, "'");
  return ", in this order; leave out --classes";
}

}  // namespace

MeasuredData data_to_measure(WantedData a, const FieldTexts& asked, const ModelInfo& info) {
  const auto split = a.split == "all" ? Split::test : parse_split(a.split);
  if (!split) throw UsageError(unknown_word("--split", a.split, {"train", "val", "test", "all"}));
  const TrainConfig trained = settings_of(run_of(a.run));
  a.data = data_of(a, trained);
  std::string said;
  const auto data = open_as_trained(a, trained, asked, info, *split, said);
  if (data->classes() != info.classes)
    throw FileError(text(a.data, ": its classes (", listed(data->classes()), ") are not the model's (",
                         listed(info.classes), ")", classes_apart(data->classes(), info.classes)));
  if (data->indices(*split).empty())
    throw FileError(text(a.data, ": no image is in the ", a.split, " split; there are train ",
                         data->indices(Split::train).size(), ", val ", data->indices(Split::val).size(), ", test ",
                         data->indices(Split::test).size()));
  return {data, *split, said};
}

}  // namespace skew
