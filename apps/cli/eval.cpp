// skew eval: a trained model on one split of a data set, as a table and as files.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/field_flags.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/seen_images.h"
#include "apps/cli/trained_data.h"
#include "apps/cli/trained_run.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/curves.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/trained_model.h"
#include "apps/formats/csv_text.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

struct EvalArgs {
  std::string run, data, split = "test", thresholds = "val", out;
  DeviceChoice device;
  FieldFlags reading;
  int threads = 0;
  bool json = false;
};

// val: those stored with the weights; a number: of all classes; else a file.
std::vector<ClassThreshold> thresholds_of(const std::string& given, const ModelInfo& info) {
  if (given == "val") return info.thresholds;
  if (info.task == Task::single_label)
    throw UsageError("--thresholds: a model of one class an image decides by its highest score; leave it out");
  const std::optional<double> number = parse_number(given);
  if (!number) return read_thresholds(given, info.classes);
  if (!(*number >= 0 && *number <= 1))
    throw UsageError(text("--thresholds: expected val, a number from 0 to 1 or a file, got ", given));
  if (*number == .5) return {};
  return std::vector<ClassThreshold>(info.classes.size(), {*number, metrics::ThresholdSource::given});
}

// "other-set": of a source, what may stand in the name of a folder.
std::string folder_word(const std::string& source) {
  fs::path path = fs::path(source).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::string out;
  for (const char c : path.filename().string()) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
    if (plain) out += c;
    else if (!out.ends_with('-')) out += '-';
  }
  return out.substr(0, 40);
}

// RUN/SPLIT for what the run was trained on; other data have a folder of their own, so that they replace nothing.
std::string folder_in_run(const EvalArgs& a, const std::string& source, const Dataset& data) {
  const std::string own = settings_of(run_of(a.run)).data, known = fingerprint_of_run(run_of(a.run));
  const bool same =
      own.empty() || fs::weakly_canonical(own) == fs::weakly_canonical(source) || known == data.fingerprint();
  const std::string folder = a.run + "/" + a.split;
  if (same) return folder;
  const std::string other = folder + "-" + folder_word(source) + "-" + data.fingerprint();
  std::cerr << report::wrapped(text("note: measured on ", source, "; ", a.run, " was trained on ", own,
                                    ": the files are in ", other, ", and ", folder,
                                    " stays as it is; -o DIR names another folder"))
            << '\n';
  return other;
}

int eval(EvalArgs a, const FieldTexts& asked) {
  if (a.threads > 0) set_threads(a.threads);
  const Device device = a.device.take();
  const std::string weights = weights_file(a.run);
  if (!a.out.empty()) make_folder(a.out);
  const TrainedModel model = load_model(weights);
  const ModelInfo& info = model.info;
  const std::vector<ClassThreshold> thresholds = thresholds_of(a.thresholds, info);

  const MeasuredData measured = data_to_measure({a.run, a.data, a.split}, asked, info);
  const std::shared_ptr<Dataset>& data = measured.data;
  const std::string source = a.data.empty() ? settings_of(run_of(a.run)).data : a.data;
  if (!measured.said.empty()) (a.json ? std::cerr : std::cout) << measured.said << '\n';
  for (const std::string& note : data->notes()) std::cerr << report::wrapped("note: " + note) << '\n';
  const SeenImages seen = seen_images(a.run, *data, measured.split);
  if (seen.any())
    std::cerr << report::wrapped(text("warning: ", a.run, " has seen ", seen.words(),
                                      " while it was trained: these numbers are too good"),
                                 9)
              << '\n';
  std::string folder = a.out;
  if (a.out.empty() && fs::is_directory(a.run)) {
    folder = folder_in_run(a, source, *data);
    make_folder(folder);
  }
  auto cache = std::make_shared<PixelCache>(info.input(), data);
  const Predictions p = score(model, cache, measured.split, {.device = device});
  for (const std::string& bad : p.bad) std::cerr << "left out: " << bad << '\n';

  Evaluation e = evaluate(p, info, thresholds);
  e.on = {source, a.split, weights, data->fingerprint()};
  e.intervals = metric_intervals(p, *data);
  if (!folder.empty()) {
    write_evaluation(folder, e, p, info, thresholds, *data);
    write_curves(folder, p, info);
  }
  if (a.json) {
    std::ifstream written(folder + "/metrics.json");
    std::cout << written.rdbuf();
    return 0;
  }
  std::cout << evaluation_table(e, info, thresholds, report::wants_style(stdout))
            << report::counted(std::ssize(p.ids), "image", "images") << " of " << a.split;
  if (!folder.empty()) std::cout << "; files in " << folder;
  std::cout << '\n';
  return 0;
}

}  // namespace

void add_eval(Command& skew) {
  auto a = std::make_shared<EvalArgs>();
  Command& command = skew.add("eval", "measure a trained model on a split of a data set", [a](const Command& given) {
    if (a->json && a->out.empty() && !fs::is_directory(a->run))
      throw UsageError("--json with a weights file needs -o DIR");
    return eval(*a, a->reading.given(given));
  });
  command.option("run", a->run, "run folder, or a weights file", {.as = "RUN|FILE", .required = true});
  command.option("--data", a->data, "images and labels  [what the run was trained on]", {.as = "SRC"});
  command.option("--split", a->split, "train, val, test, or all: every image, whatever its split  [test]");
  command.option("--thresholds", a->thresholds,
                 "val: those stored with the weights; a score, 0 to 1; or a thresholds.csv  [val]");
  command.option("-o,--out", a->out, "folder of the files  [RUN/SPLIT; of other data RUN/SPLIT-…]", {.as = "DIR"});
  a->reading.add_to(command, field_list(DataOptions{}), {}, "as in training");
  add_theme(command);
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "metrics.json on stdout instead of the table");
  command.example("skew eval runs/latest", "the test images of what it was trained on");
  command.example("skew eval runs/latest --split val -o measured", "others, with the files in a folder");
}

}  // namespace skew
