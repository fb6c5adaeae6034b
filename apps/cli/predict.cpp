// skew predict: a trained model's probabilities for images without labels.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apps/cli/command.h"
#include "apps/cli/predict_images.h"
#include "apps/data/csv.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "apps/training/inference.h"
#include "core/error.h"
#include "core/parallel.h"
#include "models/weights/module_weights.h"

namespace skew {
namespace {

struct PredictArgs {
  std::string run, format = "table";
  std::vector<std::string> inputs;
  int64_t batch = 64;
  int threads = 0;
};

using Row = std::span<const double>;  // the probabilities of one image

// Classes from the most to the least probable.
std::vector<size_t> ranked(Row p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
  return order;
}

double threshold(const ModelInfo& info, size_t c) { return info.thresholds.empty() ? 0.5 : info.thresholds[c].value; }
bool positive(const ModelInfo& info, Row p, size_t c) { return p[c] >= threshold(info, c); }

// "Effusion .71 (≥ .32)  Mass .40 (≥ .22)", the classes above their thresholds; for single label the three best.
std::string findings(const ModelInfo& info, Row p) {
  const std::vector<size_t> order = ranked(p);
  std::string out;
  if (info.task == Task::single_label) {
    for (size_t k = 0; k < std::min<size_t>(3, order.size()); ++k)
      out += text(k ? "  " : "", info.classes[order[k]], " ", report::share(p[order[k]]));
    return out;
  }
  auto entry = [&](size_t c, const char* relation) {
    return text(info.classes[c], " ", report::share(p[c]), " (", relation, " ", report::share(threshold(info, c)), ")");
  };
  for (const size_t c : order)
    if (positive(info, p, c)) out += (out.empty() ? "" : "  ") + entry(c, "≥");
  return out.empty() ? "–  nearest: " + entry(order[0], "<") : out;
}

void print_table(const Predictions& p, const ModelInfo& info, const Dataset& images) {
  const size_t labels = info.classes.size();
  const bool single = info.task == Task::single_label;
  report::Table table({{"file", report::Align::left, 60},
                       {single ? "three most probable classes" : "positive classes: probability (threshold)",
                        report::Align::left, 200}});
  for (size_t i = 0; i < p.ids.size(); ++i)
    table.add_row({images.path(p.ids[i]), findings(info, Row(p.probabilities).subspan(i * labels, labels))});
  std::cout << table.str(report::wants_style(stdout));
}

void print_csv(const Predictions& p, const ModelInfo& info, const Dataset& images) {
  std::vector<std::string> fields = {"path"};
  fields.insert(fields.end(), info.classes.begin(), info.classes.end());
  std::cout << csv_line(fields) << '\n';
  const size_t labels = info.classes.size();
  for (size_t i = 0; i < p.ids.size(); ++i) {
    fields = {images.path(p.ids[i])};
    for (const double v : Row(p.probabilities).subspan(i * labels, labels)) fields.push_back(report::significant(v, 9));
    std::cout << csv_line(fields) << '\n';
  }
}

void print_json(const Predictions& p, const ModelInfo& info, const Dataset& images) {
  const size_t labels = info.classes.size();
  for (size_t i = 0; i < p.ids.size(); ++i) {
    const Row row = Row(p.probabilities).subspan(i * labels, labels);
    nlohmann::ordered_json line = {{"path", images.path(p.ids[i])}};
    for (size_t c = 0; c < labels; ++c) line["probabilities"][info.classes[c]] = row[c];
    if (info.task == Task::single_label) {
      line["class"] = info.classes[ranked(row)[0]];
    } else {
      line["positive"] = nlohmann::ordered_json::array();
      for (size_t c = 0; c < labels; ++c)
        if (positive(info, row, c)) line["positive"].push_back(info.classes[c]);
    }
    // names of files may hold any bytes
    std::cout << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  }
}

int predict_images(const PredictArgs& a) {
  if (a.threads > 0) set_threads(a.threads);
  const std::string file = weights_file(a.run);
  const SafetensorsFile weights = SafetensorsFile::read(file);
  const ModelInfo info = model_info(weights.metadata(), file);
  const auto network = build_network(info);
  load_weights(*network, weights);

  const std::shared_ptr<Dataset> images = images_to_predict(a.inputs, info);
  // nothing is seen twice, so nothing is kept
  auto cache = std::make_shared<PixelCache>(images, InputSize{0, info.channels}, 0);
  Loader loader(cache, images->indices(Split::test),
                {.batch = a.batch,
                 .train = false,
                 .normalisation = info.normalisation,
                 .workers = 1,
                 .bad_images = BadImages::skip});
  const Predictions p = predict(*network, loader, *cache, Device::cpu, nullptr, {});
  if (a.format == "json")
    print_json(p, info, *images);
  else if (a.format == "csv")
    print_csv(p, info, *images);
  else if (!p.ids.empty())
    print_table(p, info, *images);
  std::cout.flush();
  for (const std::string& bad : p.bad) std::cerr << "skew: left out: " << bad << '\n';
  return p.bad.empty() ? 0 : 1;
}

}  // namespace

void add_predict(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("predict", "probabilities of a trained model for new images");
  command->allow_extras();
  auto a = std::make_shared<PredictArgs>();
  command->add_option("run", a->run, "run folder, or a weights file")->required()->type_name("RUN|FILE");
  command->add_option("images", a->inputs, "images, folders of them, or tables with a column path")
      ->required()
      ->type_name("IMG|DIR|CSV");
  command->add_option("--format", a->format, "table, csv or json (a line an image)  [table]")->type_name("");
  command->add_option("-b,--batch", a->batch, "images at a time  [64]")->check(CLI::Range(1, 65536))->type_name("");
  command->add_option("--threads", a->threads, "0: all processors  [0]")->check(CLI::Range(0, 1024))->type_name("");
  command->callback([command, a, &run] {
    run = [command, a] {
      free_options(*command, "");
      const std::vector<std::string> formats = {"table", "csv", "json"};
      if (std::find(formats.begin(), formats.end(), a->format) == formats.end())
        throw UsageError(unknown_word("--format", a->format, formats));
      return predict_images(*a);
    };
  });
}

}  // namespace skew
