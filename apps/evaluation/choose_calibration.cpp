// Cross-validation of calibration methods within the validation split.
#include "apps/evaluation/choose_calibration.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "apps/metrics/class_means.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "core/random.h"

namespace skew {
namespace {

using metrics::MapKind;
using metrics::ScoreMap;

constexpr int64_t fold_count = 5, least_labels = 5;

struct Method {
  std::string name;
  std::function<Calibration(const Predictions&)> fit;
};

// The images of which `keep` is true.
Predictions chosen(const Predictions& p, const std::function<bool(size_t)>& keep) {
  const auto labels = size_t(p.labels);
  Predictions out;
  out.labels = p.labels;
  for (size_t i = 0; i < p.ids.size(); ++i) {
    if (!keep(i)) continue;
    const auto row = ptrdiff_t(i * labels), end = ptrdiff_t((i + 1) * labels);
    out.ids.push_back(p.ids[i]);
    out.probabilities.insert(out.probabilities.end(), p.probabilities.begin() + row, p.probabilities.begin() + end);
    if (!p.targets.empty()) out.targets.insert(out.targets.end(), p.targets.begin() + row, p.targets.begin() + end);
    if (!p.class_index.empty()) out.class_index.push_back(p.class_index[i]);
  }
  return out;
}

std::vector<bool> rare_classes(const Predictions& p) {
  std::vector<bool> rare;
  for (int64_t c = 0; c < p.labels; ++c) {
    const std::vector<double> targets = metrics::column(p.targets, p.labels, c);
    rare.push_back(std::ranges::count(targets, 1.0) < least_labels || std::ranges::count(targets, 0.0) < least_labels);
  }
  return rare;
}

// Class by class, and one Platt map for all rare classes.
template <class Fit> ClassMaps fit_classes(const Predictions& p, const std::vector<bool>& rare, Fit fit) {
  ClassMaps out;
  int64_t pooled = -1;
  for (int64_t c = 0; c < p.labels; ++c) {
    const bool shares = rare[size_t(c)];
    out.of_class.push_back(shares && pooled >= 0 ? pooled : std::ssize(out.maps));
    if (!shares) {
      out.maps.push_back(fit(metrics::column(p.probabilities, p.labels, c), metrics::column(p.targets, p.labels, c)));
    } else if (pooled < 0) {
      pooled = std::ssize(out.maps);
      out.maps.push_back(metrics::fit_platt(p.probabilities, p.targets));
      out.maps.back().kind = MapKind::pooled_platt;
    }
  }
  return out;
}

// Simplest first.
std::vector<Method> softmax_methods(const std::vector<double>& shift) {
  std::vector<Method> out = {{"identity", [](const Predictions&) { return Calibration{.method = "identity"}; }}};
  if (!shift.empty())
    out.push_back(
        {"prior", [shift](const Predictions&) { return Calibration{.method = "prior", .softmax = {.bias = shift}}; }});
  out.push_back({"temperature", [](const Predictions& q) {
                   const double beta = metrics::fit_inverse_temperature(q.probabilities, q.class_index, q.labels);
                   return Calibration{.method = "temperature", .softmax = {.inverse_temperature = beta}};
                 }});
  out.push_back({"vector", [shift](const Predictions& q) {
                   return Calibration{
                       .method = "vector",
                       .softmax = metrics::fit_vector_scaling(q.probabilities, q.class_index, q.labels, shift)};
                 }});
  return out;
}

std::vector<Method> methods_for(const Predictions& p, const AnyLoss& loss, const std::vector<double>& shift) {
  if (loss.single_label()) return softmax_methods(shift);
  auto same = [](std::string name, ClassMaps maps) {
    return Method{
        name, [name, maps = std::move(maps)](const Predictions&) { return Calibration{.method = name, .maps = maps}; }};
  };
  std::vector<Method> out = {same("identity", {})};
  if (ClassMaps proper = proper_maps(loss, p.labels); !proper.maps.empty())
    out.push_back(same("proper", std::move(proper)));
  const std::vector<bool> rare = rare_classes(p);
  out.push_back({"platt", [rare](const Predictions& q) {
                   return Calibration{.method = "platt", .maps = fit_classes(q, rare, metrics::fit_platt)};
                 }});
  out.push_back({"isotonic", [rare](const Predictions& q) {
                   return Calibration{.method = "isotonic", .maps = fit_classes(q, rare, metrics::fit_isotonic)};
                 }});
  return out;
}

// The log loss of each image, the mean over its known labels; NaN without any.
std::vector<double> image_losses(const Calibration& calibration, const Predictions& p) {
  const std::vector<double> risks = apply_calibration(calibration, p.probabilities, p.labels);
  std::vector<double> out;
  for (size_t i = 0; i < p.ids.size(); ++i) {
    const size_t row = i * size_t(p.labels);
    double sum = 0, known = 0;
    for (size_t c = 0; c < size_t(p.labels); ++c) {
      const double r = risks[row + c], y = p.class_index.empty() ? p.targets[row + c] : 1;
      if (std::isnan(y) || (!p.class_index.empty() && p.class_index[i] != int64_t(c))) continue;
      sum -= metrics::clipped_log(y == 1 ? r : 1 - r);
      known += 1;
    }
    out.push_back(known > 0 ? sum / known : NAN);
  }
  return out;
}

// Of each image, its loss under `method` fitted without its fold.
std::vector<double> held_out_losses(const Method& method, const Predictions& p, const std::vector<int64_t>& fold) {
  std::vector<double> out(p.ids.size());
  for (int64_t f = 0; f < fold_count; ++f) {
    const Predictions held = chosen(p, [&](size_t i) { return fold[i] == f; });
    if (held.ids.empty()) continue;
    const std::vector<double> losses =
        image_losses(method.fit(chosen(p, [&](size_t i) { return fold[i] != f; })), held);
    for (size_t i = 0, k = 0; i < fold.size(); ++i)
      if (fold[i] == f) out[i] = losses[k++];
  }
  return out;
}

// How much `a` exceeds `b` on average, and the standard error of that, groups being independent.
struct Excess {
  double mean, error;
};
Excess excess(const std::vector<double>& a, const std::vector<double>& b, const std::vector<int64_t>& group,
              int64_t groups) {
  std::vector<double> differences;
  for (size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const metrics::MacroMean mean = metrics::macro_mean(differences);
  std::vector<double> by_group(size_t(groups), 0);
  for (size_t i = 0; i < a.size(); ++i)
    if (!std::isnan(differences[i])) by_group[size_t(group[i])] += differences[i] - mean.value;
  double squares = 0;
  for (const double g : by_group) squares += g * g;
  return {mean.value, std::sqrt(squares) / double(mean.defined)};
}

}  // namespace

Calibration choose_calibration(const Predictions& p, const AnyLoss& loss, std::span<const int64_t> groups,
                               const std::vector<double>& shift) {
  const std::vector<Method> methods = methods_for(p, loss, shift);
  std::map<int64_t, int64_t> number;  // groups by their first image, from 0
  std::vector<int64_t> group, fold;
  for (const int64_t g : groups) group.push_back(number.emplace(g, std::ssize(number)).first->second);
  const int64_t count = std::ssize(number);
  const std::vector<int64_t> drawn = Generator(0).permutation(count);
  for (const int64_t g : group) fold.push_back(drawn[size_t(g)] % fold_count);

  std::vector<std::vector<double>> losses;
  std::vector<CalibrationTrial> trials;
  size_t best = 0;
  for (const Method& m : methods) {
    if (count < 2) break;
    losses.push_back(held_out_losses(m, p, fold));
    trials.push_back({m.name, metrics::macro_mean(losses.back()).value});
    if (trials.back().log_loss < trials[best].log_loss) best = trials.size() - 1;
  }
  if (trials.empty() || std::isnan(trials[best].log_loss)) {
    const bool known = methods[1].name == "proper" || methods[1].name == "prior";  // without any label
    return methods[known ? 1 : 0].fit(p);
  }
  for (size_t m = 0; m < best; ++m) {
    const Excess e = excess(losses[m], losses[best], group, count);
    if (e.mean <= e.error) best = m;
  }
  Calibration out = methods[best].fit(p);
  out.trials = std::move(trials);
  return out;
}

std::vector<int64_t> patient_groups(const Dataset& data, std::span<const int64_t> ids) {
  std::map<std::string, int64_t> first;  // image of each patient
  std::vector<int64_t> out;
  for (const int64_t id : ids) {
    const std::string patient = data.has_patients() ? data.patient(id) : "";
    out.push_back(patient.empty() ? id : first.emplace(patient, id).first->second);
  }
  return out;
}

}  // namespace skew
