// skew compare: trained models on the same images, and how sure their differences are.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/field_flags.h"
#include "apps/cli/trained_data.h"
#include "apps/evaluation/comparison.h"
#include "apps/evaluation/trained_model.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace {

struct CompareArgs {
  std::vector<std::string> runs;
  std::string data, split = "test", out;
  DeviceChoice device;
  FieldFlags reading;
  int threads = 0;
  bool json = false;
};

// runs/a → a, where that tells them apart.
std::vector<std::string> short_names(const std::vector<std::string>& runs) {
  std::vector<std::string> out;
  for (const std::string& run : runs) {
    std::filesystem::path path = std::filesystem::path(run).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    out.push_back(path.filename().string());
  }
  for (size_t i = 0; i < out.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (out[i] == out[k]) return runs;
  return out;
}

int compare_runs(const CompareArgs& a, const FieldTexts& asked) {
  for (size_t i = 0; i < a.runs.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (std::filesystem::weakly_canonical(a.runs[i]) == std::filesystem::weakly_canonical(a.runs[k]))
        throw UsageError(text("compare: ", a.runs[k], " and ", a.runs[i], " are one run; name two different ones"));
  if (a.runs.size() < 2) throw UsageError("compare: expected two runs or more, as in: skew compare RUN RUN");
  if (a.threads > 0) set_threads(a.threads);
  const Device device = a.device.take();
  const std::vector<std::string> names = short_names(a.runs);
  std::shared_ptr<Dataset> data;
  std::optional<ModelInfo> first;
  std::vector<Compared> compared;
  for (size_t r = 0; r < a.runs.size(); ++r) {
    const TrainedModel model = load_model(weights_file(a.runs[r]));
    const MeasuredData measured = data_to_measure({a.runs[r], a.data, a.split}, asked, model.info);
    if (!data) {
      data = measured.data;
      first = model.info;
    } else if (model.info.classes != first->classes) {
      throw FileError(text(a.runs[r], ": tells other classes apart (", listed(model.info.classes), ") than ", a.runs[0],
                           " (", listed(first->classes), ")"));
    } else if (measured.data->fingerprint() != data->fingerprint()) {
      throw FileError(text(a.runs[r], ": was trained on other images, splits or labels than ", a.runs[0],
                           "; give both the same with --data SRC, and --split all where those have no split"));
    }
    auto cache = std::make_shared<PixelCache>(model.info.input(), measured.data);
    const std::string loss = model.info.loss.substr(0, model.info.loss.find('('));
    compared.push_back({names[r], loss, score(model, cache, measured.split, {.device = device}), {}});
    for (const std::string& bad : compared.back().predictions.bad) std::cerr << "left out: " << bad << '\n';
  }
  const Comparison c = compare(std::move(compared), *first, *data);
  if (!a.out.empty()) write_comparison(a.out, c);
  if (a.json) {
    std::ifstream written(a.out + "/compare.json");
    std::cout << written.rdbuf();
    return 0;
  }
  std::cout << comparison_table(c, report::wants_style(stdout));
  if (!a.out.empty()) std::cout << "files in " << a.out << '\n';
  return 0;
}

}  // namespace

void add_compare(Command& skew) {
  auto a = std::make_shared<CompareArgs>();
  Command& command =
      skew.add("compare", "trained models on the same images: gains, with intervals", [a](const Command& given) {
        if (a->json && a->out.empty()) throw UsageError("--json: needs a folder for compare.json: -o DIR");
        return compare_runs(*a, a->reading.given(given));
      });
  command.option("runs", a->runs, "run folders or weights files; the first is what the others are compared with",
                 {.as = "RUN", .required = true});
  command.option("--data", a->data, "images and labels  [what the runs were trained on]", {.as = "SRC"});
  command.option("--split", a->split, "train, val, test or all  [test]");
  command.option("-o,--out", a->out, "folder of compare.csv, compare.json and curves.svg  [none]", {.as = "DIR"});
  a->reading.add_to(command, field_list(DataOptions{}), {}, "as in training");
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "compare.json on stdout instead of the table");
  command.example("skew compare runs/second runs/third -o compared",
                  "what the second of them gains, and how sure that is; curves of both");
}

}  // namespace skew
