// What is stored about a model, as text in the metadata and back.
#include "apps/evaluation/model_info.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "models/networks/network_table.h"

namespace skew {

using nlohmann::json;

namespace {

ClassThreshold threshold_from(const json& t) {
  ClassThreshold out{.value = t.at("value"), .risk = t.value("risk", double(NAN))};
  set_field({"threshold", "source"}, out.source, t.at("source").get<std::string>(), finite());
  return out;
}

bool in_unit_interval(const ClassThreshold& t) {
  return t.value >= 0 && t.value <= 1 && (std::isnan(t.risk) || (t.risk >= 0 && t.risk <= 1));
}

}  // namespace

Metadata to_metadata(const ModelInfo& info) {
  json thresholds = json::array();
  for (const ClassThreshold& t : info.thresholds) {
    thresholds.push_back({{"value", t.value}, {"source", words_of(t.source)[size_t(t.source)]}});
    if (!std::isnan(t.risk)) thresholds.back()["risk"] = t.risk;
  }
  const json preprocess = {{"channels", info.channels},
                           {"height", info.height},
                           {"width", info.width},
                           {"fit", field_text(info.fit)},
                           {"exif", field_text(info.exif)},
                           {"scale", "value / 255, or / 65535 for 16 bits"},
                           {"mean", info.normalisation.mean},
                           {"std", info.normalisation.std}};
  Metadata entries = {{"skew.format", "1"},
                      {"model", info.model},
                      {"loss", info.loss},
                      {"task", info.task == Task::multi_label ? "multi" : "single"},
                      {"classes", json(info.classes).dump()},
                      {"ordinal", info.ordinal ? "yes" : "no"},
                      {"train_counts", json(info.train_counts).dump()},
                      {"preprocess", preprocess.dump()},
                      {"logit_scale", json(info.logit_scale).dump()},
                      {"thresholds", thresholds.dump()},
                      {"calibration", to_json(info.calibration)}};
  if (!info.options.empty()) entries["options"] = json(info.options).dump();
  return entries;
}

ModelInfo model_info(const Metadata& metadata, const std::string& path) {
  auto entry = [&](const char* key) {
    const auto at = metadata.find(key);
    if (at == metadata.end())
      throw FileError(text(path, ": holds weights, but no '", key,
                           "'; expected a file written by `skew train` (RUN/weights/best.safetensors)"));
    return at->second;
  };
  if (entry("skew.format") != "1")
    throw FileError(text(path, ": written by another version of skew (format ", entry("skew.format"), ")"));
  ModelInfo info;
  try {
    info.model = entry("model");
    info.loss = entry("loss");
    info.task = entry("task") == "single" ? Task::single_label : Task::multi_label;
    info.classes = json::parse(entry("classes")).get<std::vector<std::string>>();
    info.train_counts = json::parse(entry("train_counts")).get<std::vector<int64_t>>();
    const json preprocess = json::parse(entry("preprocess"));
    info.channels = preprocess.at("channels");
    info.height = preprocess.at("height");
    info.width = preprocess.at("width");
    if (preprocess.contains("fit")) set_field({"", "fit"}, info.fit, preprocess.at("fit").get<std::string>(), finite());
    if (preprocess.contains("exif"))
      set_field({"", "exif"}, info.exif, preprocess.at("exif").get<std::string>(), finite());
    info.normalisation = {preprocess.at("mean").get<std::vector<double>>(),
                          preprocess.at("std").get<std::vector<double>>()};
    if (metadata.contains("options")) info.options = json::parse(entry("options")).get<FieldTexts>();
    if (metadata.contains("logit_scale")) info.logit_scale = json::parse(entry("logit_scale"));  // earlier files: 1
    // earlier files: where the names say so
    info.ordinal = metadata.contains("ordinal") ? entry("ordinal") == "yes" : names_are_ordered(info.classes);
    for (const json& t : json::parse(entry("thresholds"))) info.thresholds.push_back(threshold_from(t));
  } catch (const FileError&) {  // an entry that is not there
    throw;
  } catch (const std::exception& e) {  // of JSON, or a word that is none
    throw FileError(text(path, ": its description of the model does not parse: ", e.what()));
  }
  if (metadata.contains("calibration"))
    info.calibration = calibration_from_json(entry("calibration"), int64_t(info.classes.size()),
                                             info.task == Task::single_label, path);
  const auto channels = size_t(info.channels);
  const bool sound = info.fit != Fit::automatic && !info.classes.empty() &&
                     (info.channels == 1 || info.channels == 3) && info.height >= 1 && info.height <= 16384 &&
                     info.width >= 1 && info.width <= 16384 && info.normalisation.mean.size() == channels &&
                     info.normalisation.std.size() == channels && info.train_counts.size() == info.classes.size() &&
                     info.logit_scale > 0 && std::isfinite(info.logit_scale) &&
                     (info.thresholds.empty() || info.thresholds.size() == info.classes.size()) &&
                     std::ranges::all_of(info.thresholds, in_unit_interval);
  if (!sound) throw FileError(text(path, ": its description of the model contradicts itself"));
  return info;
}

bool names_are_ordered(const std::vector<std::string>& classes) {
  double last = -HUGE_VAL;
  for (const std::string& name : classes) {
    const std::optional<double> number = parse_number(name);
    const bool digits = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
    if (!digits || !number || !(*number > last)) return false;
    last = *number;
  }
  return classes.size() > 1;
}

std::vector<size_t> rarest_first(const ModelInfo& info) {
  std::vector<size_t> order(info.classes.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::ranges::stable_sort(order, {}, [&](size_t c) { return info.train_counts[c]; });
  return order;
}

std::unique_ptr<Module> build_network(const ModelInfo& info) {
  return make_network(info.model, {info.channels, ptrdiff_t(info.classes.size()), Pair{info.height, info.width}});
}

}  // namespace skew
