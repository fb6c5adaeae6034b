// skew eval: a trained model on one split of a data set, as a table and as files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/field_flags.h"
#include "apps/cli/trained_data.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/curves.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/trained_model.h"
#include "apps/formats/csv_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace {

struct EvalArgs {
  std::string run, data, split = "test", thresholds = "val", out;
  DeviceChoice device;
  FieldFlags reading;
  int threads = 0;
  bool json = false;
};

int eval(EvalArgs a, const FieldTexts& asked) {
  if (a.threads > 0) set_threads(a.threads);
  const Device device = a.device.take();
  const TrainedModel model = load_model(weights_file(a.run));
  const ModelInfo& info = model.info;

  const MeasuredData measured = data_to_measure({a.run, a.data, a.split}, asked, info);
  const std::shared_ptr<Dataset>& data = measured.data;
  if (!measured.said.empty()) (a.json ? std::cerr : std::cout) << measured.said << '\n';
  for (const std::string& note : data->notes()) std::cerr << report::wrapped("note: " + note) << '\n';
  auto cache = std::make_shared<PixelCache>(info.input(), data);
  const Predictions p = score(model, cache, measured.split, {.device = device});
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
  add_theme(command);
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "metrics.json on stdout instead of the table");
  command.example("skew eval runs/latest", "the test images of what it was trained on");
  command.example("skew eval runs/latest --split val -o measured", "others, with the files in a folder");
}

}  // namespace skew
