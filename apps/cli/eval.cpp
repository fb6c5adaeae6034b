// skew eval: a trained model on one split of a data set, as a table and as files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "apps/cli/command.h"
#include "apps/cli/train_flags.h"
#include "apps/cli/trained_run.h"
#include "apps/data/open_data.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/curves.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/trained_model.h"
#include "apps/formats/csv_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

struct EvalArgs {
  std::string run, data, split = "test", thresholds = "val", out, device = "auto";
  FieldFlags reading;
  int threads = 0;
  bool json = false;
};

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
std::shared_ptr<Dataset> open_other(const EvalArgs& a, DataOptions options, const FieldTexts& asked) {
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
std::shared_ptr<Dataset> open_as_trained(const EvalArgs& a, const TrainConfig& trained, const FieldTexts& asked,
                                         const ModelInfo& info, Split split) {
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
  (a.json ? std::cerr : std::cout) << "split: " << options.split_file << '\n';
  return data;
}

// --data, or the data that the run was trained on.
std::string data_of(const EvalArgs& a, const TrainConfig& trained) {
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

int eval(EvalArgs a, const FieldTexts& asked) {
  if (a.threads > 0) set_threads(a.threads);
  const Device device = device_of(a.device);
  const TrainedModel model = load_model(weights_file(a.run));
  const ModelInfo& info = model.info;

  const auto split = a.split == "all" ? Split::test : parse_split(a.split);
  if (!split) throw UsageError(unknown_word("--split", a.split, {"train", "val", "test", "all"}));
  const TrainConfig trained = settings_of(run_of(a.run));
  a.data = data_of(a, trained);
  const auto data = open_as_trained(a, trained, asked, info, *split);
  for (const std::string& note : data->notes()) std::cerr << "note: " << note << '\n';
  if (data->classes() != info.classes)
    throw FileError(text(a.data, ": its classes (", listed(data->classes()), ") are not the model's (",
                         listed(info.classes), ")", classes_apart(data->classes(), info.classes)));
  if (data->indices(*split).empty())
    throw FileError(text(a.data, ": no image is in the ", a.split, " split; there are train ",
                         data->indices(Split::train).size(), ", val ", data->indices(Split::val).size(), ", test ",
                         data->indices(Split::test).size()));
  auto cache = std::make_shared<PixelCache>(info.input(), data);
  const Predictions p = score(model, cache, *split, {.device = device});
  for (const std::string& bad : p.bad) std::cerr << "left out: " << bad << '\n';

  std::vector<ClassThreshold> thresholds = a.thresholds == "val" ? info.thresholds : std::vector<ClassThreshold>{};
  if (a.thresholds != "val" && a.thresholds != "0.5" && a.thresholds != ".5")
    thresholds = read_thresholds(a.thresholds, info.classes);
  Evaluation e = evaluate(p, info, thresholds);
  e.intervals = metric_intervals(p, *data);
  const bool is_run = std::filesystem::is_directory(a.run);
  const std::string folder = a.out.empty() && is_run ? a.run + "/" + a.split : a.out;
  if (!folder.empty()) {
    write_evaluation(folder, e, p, info, thresholds, *data);
    write_curves(folder, p, info);
  }
  if (a.json) {
    std::ifstream written(folder + "/metrics.json");
    std::cout << written.rdbuf();
    return 0;
  }
  std::cout << evaluation_table(e, info, thresholds, report::wants_style(stdout)) << p.ids.size() << " images of "
            << a.split;
  if (!folder.empty()) std::cout << "; files in " << folder;
  std::cout << '\n';
  return 0;
}

}  // namespace

void add_eval(Command& skew) {
  auto a = std::make_shared<EvalArgs>();
  Command& command = skew.add("eval", "measure a trained model on a split of a data set", [a](const Command& given) {
    if (a->json && a->out.empty() && !std::filesystem::is_directory(a->run))
      throw UsageError("--json with a weights file needs -o DIR");
    return eval(*a, a->reading.given(given));
  });
  command.option("run", a->run, "run folder, or a weights file", {.as = "RUN|FILE", .required = true});
  command.option("--data", a->data, "images and labels  [what the run was trained on]", {.as = "SRC"});
  command.option("--split", a->split, "train, val, test, or all: every image, whatever its split  [test]");
  command.option("--thresholds", a->thresholds, "val: those stored with the weights; 0.5; or a thresholds.csv  [val]");
  command.option("-o,--out", a->out, "folder of the files  [RUN/SPLIT]", {.as = "DIR"});
  a->reading.add_to(command, field_list(DataOptions{}), {}, "as in training");
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "metrics.json on stdout instead of the table");
}

}  // namespace skew
