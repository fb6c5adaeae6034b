// Applying, storing and describing a calibration.
#include "apps/evaluation/calibration.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew {

using metrics::MapKind;
using metrics::ScoreMap;
using nlohmann::json;

namespace {

bool has_maps(const std::string& method) { return method == "proper" || method == "platt" || method == "isotonic"; }
bool has_bias(const std::string& method) { return method == "prior" || method == "vector"; }

// Whether the numbers are those that the method has, sound and one a class.
bool sound(const Calibration& c, int64_t classes, bool single_label) {
  const std::vector<std::string> single = {"identity", "prior", "temperature", "vector"},
                                 multi = {"identity", "proper", "platt", "isotonic"};
  const double beta = c.softmax.inverse_temperature;
  const std::vector<double>& bias = c.softmax.bias;
  bool good = std::ranges::count(single_label ? single : multi, c.method) == 1;
  good = good && beta > 0 && std::isfinite(beta) && (beta == 1 || c.method == "temperature" || c.method == "vector");
  good = good && std::ssize(bias) == (has_bias(c.method) ? classes : 0);
  good = good && std::ranges::all_of(bias, [](double b) { return std::isfinite(b); });
  good = good && has_maps(c.method) != c.maps.maps.empty() &&
         std::ssize(c.maps.of_class) == (c.maps.maps.empty() ? 0 : classes);
  for (const ScoreMap& map : c.maps.maps) good = good && map.sound();
  for (const int64_t k : c.maps.of_class) good = good && k >= 0 && k < std::ssize(c.maps.maps);
  return good;
}

}  // namespace

std::vector<double> apply_calibration(const Calibration& calibration, std::span<const double> scores, int64_t classes) {
  std::vector<double> risks(scores.begin(), scores.end());
  if (const std::string& m = calibration.method; m == "temperature" || has_bias(m))
    metrics::apply_softmax_map(risks, classes, calibration.softmax);
  const ClassMaps& m = calibration.maps;
  for (size_t k = 0; !m.maps.empty() && k < risks.size(); ++k)
    risks[k] = m.maps[size_t(m.of_class[k % size_t(classes)])](risks[k]);
  return risks;
}

double risk_of(const Calibration& calibration, int64_t c, double score) {
  const ClassMaps& m = calibration.maps;
  return m.maps.empty() ? score : m.maps[size_t(m.of_class[size_t(c)])](score);
}

std::string to_json(const Calibration& calibration) {
  if (calibration.empty()) return {};
  json out = {{"method", calibration.method}, {"fitted_on", "val"}};
  for (const CalibrationTrial& t : calibration.trials)
    out["held_out"].push_back({{"method", t.method}, {"log_loss", t.log_loss}});
  if (calibration.method == "temperature" || calibration.method == "vector")
    out["inverse_temperature"] = calibration.softmax.inverse_temperature;
  if (has_bias(calibration.method)) out["bias"] = calibration.softmax.bias;
  for (const ScoreMap& map : calibration.maps.maps) {
    json entry = {{"kind", metrics::name(map.kind)}};
    if (!map.from.empty()) {
      entry["score_logits"] = map.from;
      entry["risk_logits"] = map.to;
    } else if (map.kind != MapKind::identity) {
      entry["slope"] = map.slope;
      entry["intercept"] = map.intercept;
    }
    out["maps"].push_back(entry);
  }
  if (!calibration.maps.maps.empty()) out["map_of_class"] = calibration.maps.of_class;
  return out.dump();
}

Calibration calibration_from_json(const std::string& text_of_it, int64_t classes, bool single_label,
                                  const std::string& path) {
  Calibration c;
  if (text_of_it.empty()) return c;
  try {
    const json in = json::parse(text_of_it);
    c.method = in.at("method");
    for (const json& t : in.value("held_out", json::array())) c.trials.push_back({t.at("method"), t.at("log_loss")});
    c.softmax = {in.value("inverse_temperature", 1.0), in.value("bias", std::vector<double>{})};
    for (const json& m : in.value("maps", json::array()))
      c.maps.maps.push_back({metrics::map_kind(m.at("kind")), m.value("slope", 1.0), m.value("intercept", 0.0),
                             m.value("score_logits", std::vector<double>{}),
                             m.value("risk_logits", std::vector<double>{})});
    c.maps.of_class = in.value("map_of_class", std::vector<int64_t>{});
  } catch (const json::exception& e) {
    throw FileError(text(path, ": its calibration does not parse: ", e.what()));
  } catch (const ValueError& e) {
    throw FileError(text(path, ": its calibration: ", e.what()));
  }
  if (!sound(c, classes, single_label))
    throw FileError(text(path, ": its calibration contradicts itself or the model"));
  return c;
}

namespace {

// A method in a few words.
std::string words_of_method(const std::string& method) {
  if (method == "identity") return "scores as they are";
  if (method == "proper") return "the loss's own way back";
  if (method == "prior") return "prior put back";
  if (method == "vector") return "vector scaling";
  return method;
}

// What the method does to the scores, in one phrase.
std::string describe_method(const Calibration& calibration) {
  const std::string& method = calibration.method;
  const metrics::SoftmaxMap& s = calibration.softmax;
  const std::string temperature = "temperature " + report::significant(1 / s.inverse_temperature, 3);
  if (method == "identity") return "identity (the scores as they are)";
  if (method == "proper") return "proper (the loss's own way back from scores to rates)";
  if (method == "platt" || method == "isotonic") return method + ", fitted class by class";
  if (method == "prior")
    return "prior put back (scores times what the loss or the sampler took from each class's frequency in training)";
  if (method == "vector") {
    const auto [low, high] = std::ranges::minmax(s.bias);
    return text("vector scaling (", temperature, " and a bias for each class, ", report::fixed(low, 2), " to ",
                report::fixed(high, 2), ")");
  }
  return temperature;
}

}  // namespace

std::string describe(const Calibration& calibration, const std::vector<std::string>& classes) {
  std::string out = describe_method(calibration), pooled, sep;
  if (calibration.method == "proper" && calibration.maps.maps.size() == 1)
    out += "; a score of .50 is a risk of " + report::share(calibration.maps.maps[0](.5));
  for (size_t c = 0; c < calibration.maps.of_class.size(); ++c)
    if (calibration.maps.maps[size_t(calibration.maps.of_class[c])].kind == MapKind::pooled_platt)
      pooled += (pooled.empty() ? "" : ", ") + classes[c];
  if (!pooled.empty())
    out += "; platt pooled over all classes for " + pooled + " (fewer than 5 positives or negatives in val)";
  if (calibration.trials.empty()) out += "; too few validation labels to compare maps";
  for (const CalibrationTrial& t : calibration.trials) {
    out += (sep.empty() ? "; held-out log loss: " : sep) + words_of_method(t.method) + " " + report::share(t.log_loss);
    sep = ", ";
  }
  return out;
}

}  // namespace skew
