// Training or continuing one cell, measuring it, and the cell.json that says it is done and with what settings.
#include "apps/race/cell.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "apps/data/open_data.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/trained_model.h"
#include "apps/training/history.h"
#include "apps/training/trainer.h"
#include "core/error.h"
#include "core/file.h"
#include "core/nonfinite.h"

namespace skew::race {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What decides the numbers: every setting but those of the machine and of the folder, and the epoch that is measured.
std::string what_is_trained(const TrainConfig& config, const CellIdentity& identity) {
  std::vector<FieldInfo> fields = field_list(config);
  std::erase_if(fields, [](const FieldInfo& f) { return f.option.to == Belongs::machine; });
  return settings_text(fields) + (identity.best ? "measured = best epoch\n" : "");
}

// The same of an earlier race, in today's words: options that it did not know stand at their defaults.
std::string what_was_trained(std::string before, const std::string& path) {
  const size_t measured = before.find("measured = ");
  TrainConfig config;
  set_options(config, parse_settings(std::string_view(before).substr(0, measured), path));
  return what_is_trained(config, {.best = measured != before.npos});
}

std::string first_difference(const std::string& before, const std::string& now) {
  std::istringstream a(before), b(now);
  std::string left, right;
  do {
    if (!std::getline(a, left)) left = "(nothing)";
    if (!std::getline(b, right)) right = "(nothing)";
  } while (left == right && a && b);
  return left + ", now " + right;
}

void expect_same(const std::string& folder, const std::string& before, const std::string& now) {
  if (before != now)
    throw FileError(
        text(folder, ": a run of an earlier race with other settings: ", first_difference(before, now),
             "; the runs of one table are trained alike: choose another -o, or, to compare values of a loss's "
             "parameter, --grid"));
}

void expect_same_data(const std::string& folder, const TrainConfig& config, const std::string& a,
                      const std::string& b) {
  if (a != b)
    throw FileError(text(folder, ": paths, splits or labels of ", config.data,
                         " have changed since this race began; put them back, or choose another -o"));
}

void add_banded(Metrics& m, const std::string& name, const metrics::BandMeans& values) {
  m.emplace_back(name, values.all.value);
  for (const metrics::Band band : metrics::bands)
    m.emplace_back(name + " " + std::string(metrics::name(band)), values[band].value);
}

Metrics measured(const Predictions& p, const ModelInfo& info) {
  const Evaluation e = evaluate(p, info, info.thresholds);
  Metrics m;
  if (e.single) m = {{"accuracy", e.single->accuracy}, {"balanced accuracy", e.single->balanced_accuracy}};
  add_banded(m, "mAP", e.ap);
  add_banded(m, "AUROC", e.auroc);
  add_banded(m, "F1", e.f1);
  if (e.multi) add_banded(m, "F1@.5", e.scores.f1);
  if (e.multi && e.calibrated) add_banded(m, "F1 calibrated", e.calibrated->f1);
  m.emplace_back("ECE", e.scores.calibration_error), m.emplace_back("log-loss", e.scores.log_loss);
  if (e.calibrated) {
    m.emplace_back("ECE calibrated", e.calibrated->calibration_error);
    m.emplace_back("log-loss calibrated", e.calibrated->log_loss);
  }
  return m;
}

double training_seconds(const std::string& folder, int64_t epochs) {
  History history(folder);
  history.load(epochs);
  double sum = 0;
  for (const EpochRow& row : history.rows()) sum += row.seconds;
  return sum;
}

// On the test split with all its labels; head, medium and tail too go by the labels as the data have them.
CellResult measure(const std::string& folder, const TrainConfig& config, const CellIdentity& identity) {
  TrainedModel model = load_model(folder + (identity.best ? "/weights/best.safetensors" : "/weights/last.safetensors"));
  ModelInfo& info = model.info;
  DataOptions options = config.data_options();
  options.label_noise = 0;
  const auto data = open_data(config.data, options);
  expect_same_data(folder, config, data->fingerprint(), identity.data);
  if (data->indices(Split::test).empty())
    throw FileError(text(config.data, ": no image is in the test split, and a race is decided there"));
  info.train_counts = data->class_counts(Split::train);
  const auto cache = std::make_shared<PixelCache>(info.input(), data);
  const Predictions p =
      score(model, cache, Split::test, {.bad_images = config.bad_images, .device = device_of(config.device)});
  Evaluation e = evaluate(p, info, info.thresholds);
  e.on = {config.data, "test", "", data->fingerprint()};
  write_evaluation(folder + "/test", e, p, info, info.thresholds, *data);
  CellResult result{measured(p, info), ""};
  result.metrics.emplace_back("seconds", training_seconds(folder, config.epochs));
  return result;
}

void keep(const std::string& folder, const CellResult& result, const TrainConfig& config,
          const CellIdentity& identity) {
  json metrics = json::array();
  for (const auto& [name, value] : result.metrics) metrics.push_back({name, value});  // NaN becomes null
  const json all = {{"metrics", metrics},
                    {"failure", result.failure},
                    {"data", identity.data},
                    {"settings", what_is_trained(config, identity)}};
  fs::create_directories(folder);
  write_file(folder + "/cell.json", all.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace

double value_of(const CellResult& result, const std::string& metric) {
  const auto found = std::ranges::find(result.metrics, metric, &Metrics::value_type::first);
  return found == result.metrics.end() ? NAN : found->second;
}

std::optional<CellResult> finished_cell(const std::string& folder, const TrainConfig& config,
                                        const CellIdentity& identity) {
  const std::string path = folder + "/cell.json";
  if (!fs::exists(path)) return {};
  const std::vector<uint8_t> bytes = read_file(path, 1 << 24);
  CellResult result;
  std::string before, data;
  try {
    const json all = json::parse(bytes.begin(), bytes.end());
    before = all.at("settings").get<std::string>();
    result.failure = all.at("failure").get<std::string>();
    data = all.value("data", identity.data);  // races before fingerprints have none
    for (const json& pair : all.at("metrics"))
      result.metrics.emplace_back(pair.at(0).get<std::string>(), pair.at(1).is_null() ? NAN : pair.at(1).get<double>());
  } catch (const json::exception& e) {
    throw FileError(
        text(path, ": not a result that a race wrote (", e.what(), "); remove this run's folder to train it again"));
  }
  expect_same(folder, what_was_trained(before, path), what_is_trained(config, identity));
  expect_same_data(folder, config, data, identity.data);
  return result;
}

std::optional<CellResult> run_cell(const std::string& folder, TrainConfig config, const CellOptions& options) {
  const fs::path path(folder);
  config.project = path.parent_path().string();
  config.name = path.filename().string();
  const bool goes_on = fs::exists(path / "weights/last.safetensors") && fs::exists(path / "args.toml");
  if (goes_on) {
    TrainConfig before;
    set_options(before, read_settings((path / "args.toml").string()));
    expect_same(folder, what_is_trained(before, options.identity), what_is_trained(config, options.identity));
    config.resume = folder;
  } else {
    fs::remove_all(path);  // stopped before its first checkpoint
  }
  CellResult result;
  try {
    if (train(config, {.quiet = true, .done = options.done}) != 0) return {};
    result = measure(folder, config, options.identity);
    if (goes_on) result.metrics.back().second = NAN;  // the seconds before the stop are not known
  } catch (const NonFiniteError& e) {
    result.failure = e.what();
  }
  keep(folder, result, config, options.identity);
  if (!options.keep_weights) fs::remove_all(path / "weights");
  return result;
}

}  // namespace skew::race
