// Applying, storing and describing a calibration.
#include "apps/evaluation/calibration.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew {

using metrics::MapKind;
using metrics::ScoreMap;
using nlohmann::json;

std::vector<double> apply_calibration(const Calibration& calibration, std::span<const double> scores, int64_t classes) {
  std::vector<double> risks(scores.begin(), scores.end());
  if (calibration.method == "temperature") metrics::apply_temperature(risks, classes, calibration.inverse_temperature);
  const ClassMaps& m = calibration.maps;
  for (size_t k = 0; !m.maps.empty() && k < risks.size(); ++k)
    risks[k] = m.maps[size_t(m.of_class[k % size_t(classes)])](risks[k]);
  return risks;
}

std::string to_json(const Calibration& calibration) {
  if (calibration.empty()) return {};
  json out = {{"method", calibration.method}, {"fitted_on", "val"}};
  for (const CalibrationTrial& t : calibration.trials)
    out["held_out"].push_back({{"method", t.method}, {"log_loss", t.log_loss}});
  if (calibration.method == "temperature") out["inverse_temperature"] = calibration.inverse_temperature;
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

Calibration calibration_from_json(const std::string& text_of_it, int64_t classes, const std::string& path) {
  Calibration c;
  if (text_of_it.empty()) return c;
  try {
    const json in = json::parse(text_of_it);
    c.method = in.at("method");
    for (const json& t : in.value("held_out", json::array())) c.trials.push_back({t.at("method"), t.at("log_loss")});
    c.inverse_temperature = in.value("inverse_temperature", 1.0);
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
  bool sound = c.inverse_temperature > 0 && std::isfinite(c.inverse_temperature);
  sound = sound && int64_t(c.maps.of_class.size()) == (c.maps.maps.empty() ? 0 : classes);
  for (const ScoreMap& map : c.maps.maps) sound = sound && map.sound();
  for (const int64_t k : c.maps.of_class) sound = sound && k >= 0 && k < std::ssize(c.maps.maps);
  if (!sound) throw FileError(text(path, ": its calibration contradicts itself or the model"));
  return c;
}

std::string describe(const Calibration& calibration, const std::vector<std::string>& classes) {
  std::string out = calibration.method, pooled, sep;
  if (calibration.method == "identity") out += " (the scores as they are)";
  if (calibration.method == "proper") out += " (the loss's own way back from scores to rates)";
  if (calibration.method == "proper" && calibration.maps.maps.size() == 1)
    out += "; a score of .50 is a risk of " + report::share(calibration.maps.maps[0](.5));
  if (calibration.method == "platt" || calibration.method == "isotonic") out += ", fitted class by class";
  if (calibration.method == "temperature")
    out += text(" ", report::significant(1 / calibration.inverse_temperature, 3));
  for (size_t c = 0; c < calibration.maps.of_class.size(); ++c)
    if (calibration.maps.maps[size_t(calibration.maps.of_class[c])].kind == MapKind::pooled_platt)
      pooled += (pooled.empty() ? "" : ", ") + classes[c];
  if (!pooled.empty())
    out += "; platt pooled over all classes for " + pooled + " (fewer than 5 positives or negatives in val)";
  if (calibration.trials.empty()) out += "; too few validation labels to compare maps";
  for (const CalibrationTrial& t : calibration.trials) {
    const std::string words = t.method == "identity" ? "scores as they are"
                              : t.method == "proper" ? "the loss's own way back"
                                                     : t.method;
    out += (sep.empty() ? "; held-out log loss: " : sep) + words + " " + report::share(t.log_loss);
    sep = ", ";
  }
  return out;
}

}  // namespace skew
