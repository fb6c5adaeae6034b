// skew eval: a trained model on one split of a data set, as a table and as files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/train_flags.h"
#include "apps/data/open_data.h"
#include "apps/evaluation/curves.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/trained_model.h"
#include "apps/formats/csv.h"
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

// thresholds.csv: class,threshold,…
std::vector<ClassThreshold> read_thresholds(const std::string& path, const std::vector<std::string>& classes) {
  const CsvTable table = read_csv(path);
  const int64_t name = table.column("class"), value = table.column("threshold");
  if (name < 0 || value < 0) throw FileError(text(path, ": expected the columns class and threshold"));
  std::vector<ClassThreshold> out(classes.size());
  for (int64_t r = 0; r < table.rows(); ++r) {
    const auto at = std::find(classes.begin(), classes.end(), table.at(r, name));
    const std::optional<double> limit = parse_number(table.at(r, value));
    if (at == classes.end() || !limit)
      throw FileError(text(table.where(r), ": expected a class of the model and a number"));
    out[size_t(at - classes.begin())] = {*limit, true};
  }
  return out;
}

// The run folder that `given` is, or whose weights/ it lies in; "" for a weights file elsewhere.
std::string run_of(const std::string& given) {
  const fs::path path(given), above = fs::absolute(path).parent_path();
  if (fs::is_directory(path)) return given;
  const bool in_run = above.filename() == "weights" && fs::exists(above.parent_path() / "args.toml");
  return in_run ? (path.parent_path() / "..").lexically_normal().string() : "";
}

// The split.csv that training wrote. Throws FileError where there is none, since a split made here would be another
// one.
std::string split_of_run(const EvalArgs& a, const std::string& run) {
  const fs::path file = fs::path(run) / "split.csv";
  if (!run.empty() && fs::exists(file)) return file.string();
  throw FileError(text(a.data, ": does not say which images are in the ", a.split, " split, and ", a.run,
                       " comes with no split.csv, so a split made "
                       "now could test on training images; give the --split-file of the training, or add a column "
                       "split (train, val, test)"));
}

// How to read the data: as training did, but for what the command line says. Classes that nobody names are the model's.
DataOptions as_trained(DataOptions options, const FieldTexts& asked, const ModelInfo& info) {
  options.classes.clear();
  options.split_file.clear();
  options.exif = info.exif;
  for (const auto& [key, value] : asked) set_option(options, key, value);
  if (options.classes.empty()) options.model_classes = info.classes;
  options.task = info.task;
  options.label_noise = 0;      // measured against the labels as the data have them
  options.skip_missing = true;  // eval names images that it cannot read, and goes on
  return options;
}

// The images as the run saw them: the same columns, the same split.
std::shared_ptr<Dataset> open_as_trained(const EvalArgs& a, const FieldTexts& asked, const ModelInfo& info,
                                         Split split) {
  const std::string run = run_of(a.run);
  TrainConfig trained;
  if (!run.empty() && fs::exists(fs::path(run) / "args.toml"))
    set_options(trained, read_settings((fs::path(run) / "args.toml").string()));
  DataOptions options = as_trained(trained.data_options(), asked, info);
  const std::string own_split = options.split_file;
  const bool same_data = fs::weakly_canonical(a.data) == fs::weakly_canonical(trained.data);
  if (own_split.empty() && text_of(asked, "split_col").empty() && same_data && !trained.reading.split_file.empty())
    options.split_file = split_of_run(a, run);
  auto data = open_data(a.data, options);
  if (options.split_file.empty() && data->split_was_made(split)) {
    options.split_file = split_of_run(a, run);
    data = open_data(a.data, options);
  }
  if (options.split_file != own_split) (a.json ? std::cerr : std::cout) << "split: " << options.split_file << '\n';
  return data;
}

int eval(const EvalArgs& a, const FieldTexts& asked) {
  if (a.threads > 0) set_threads(a.threads);
  const Device device = device_of(a.device);
  const TrainedModel model = load_model(weights_file(a.run));
  const ModelInfo& info = model.info;

  const auto split = parse_split(a.split);
  if (!split) throw UsageError(unknown_word("--split", a.split, {"train", "val", "test"}));
  const auto data = open_as_trained(a, asked, info, *split);
  if (data->classes() != info.classes)
    throw FileError(text(a.data, ": its classes (", csv_line(data->classes()), ") are not the model's (",
                         csv_line(info.classes), "), in this order"));
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
  const Evaluation e = evaluate(p, info, thresholds);
  const bool is_run = std::filesystem::is_directory(a.run);
  const std::string folder = !a.out.empty() ? a.out : is_run ? a.run + "/" + std::string(split_name(*split)) : "";
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
  if (info.task == Task::multi_label)
    std::cout << "; thresholds: " << (a.thresholds == "val" && info.thresholds.empty() ? "0.5" : a.thresholds);
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
  command.option("--data", a->data, "images and labels", {.as = "SRC", .required = true});
  command.option("--split", a->split, "train, val or test  [test]");
  command.option("--thresholds", a->thresholds, "val: those stored with the weights; 0.5; or a thresholds.csv  [val]");
  command.option("-o,--out", a->out, "folder of the files  [RUN/SPLIT]", {.as = "DIR"});
  a->reading.add_to(command, field_list(DataOptions{}), {}, "as in training");
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "metrics.json on stdout instead of the table");
}

}  // namespace skew
