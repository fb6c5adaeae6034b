// Every trajectory, clipping, average and schedule of optim.json, in double on the reference and in float on the cpu.
#include <catch2/catch.hpp>

#include "models/optim/average.h"
#include "models/optim/clip.h"
#include "models/optim/make_optimizer.h"
#include "models/optim/make_schedule.h"
#include "tests/golden.h"

using namespace skew;
using golden::json;

namespace {

void flatten(const json& nested, std::vector<double>& values) {
  if (!nested.is_array()) return values.push_back(golden::number(nested));
  for (const json& part : nested) flatten(part, values);
}

// A nested list as a double tensor on the reference.
Tensor tensor(const json& nested) {
  std::vector<ptrdiff_t> lengths;
  for (const json* at = &nested; at->is_array(); at = &at->at(0)) {
    lengths.push_back(ptrdiff_t(at->size()));
    if (at->empty()) break;
  }
  std::vector<double> values;
  flatten(nested, values);
  return Tensor::from(values, Shape(std::span<const ptrdiff_t>(lengths)), Device::reference);
}

Tensors tensors(const json& list, const golden::Run& run) {
  Tensors all;
  for (const json& one : list) all.push_back(golden::put(tensor(one), run).copy());
  return all;
}

double distance(const Tensors& ours, const json& theirs) {
  double worst = ours.size() == theirs.size() ? 0 : golden::infinity;
  for (size_t i = 0; i < ours.size() && i < theirs.size(); ++i)
    worst = std::max(worst, golden::distance(ours[i], tensor(theirs[i]), 1));
  return worst;
}

double trajectory(const json& c, const golden::Run& run) {
  Tensors parameters = tensors(c.at("initial"), run);
  std::vector<Args> groups;
  if (c.contains("groups"))
    for (const json& group : c.at("groups")) groups.push_back(golden::args_of(group));
  const auto optimizer = make_optimizer(c.at("optimizer"), parameters, golden::args_of(c.at("args")), groups);
  double worst = 0;
  for (size_t k = 0; k < c.at("gradients").size(); ++k) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      const json& gradient = c.at("gradients")[k][i];
      parameters[i].set_grad(gradient.is_null() ? Tensor() : golden::put(tensor(gradient), run));
    }
    optimizer->step();
    worst = std::max(worst, distance(parameters, c.at("parameters")[k]));
  }
  return worst;
}

double clipping(const json& c, const golden::Run& run) {
  Tensors parameters = tensors(c.at("before"), run);
  for (Tensor& p : parameters) p.set_grad(p.copy());
  double worst = 0;
  if (c.at("kind") == "value") {
    clip_grad_value(parameters, golden::number(c.at("max")));
  } else {
    REQUIRE(c.at("kind") == "norm");
    const double bound = golden::number(c.at("max_norm")), type = golden::number(c.at("norm_type"));
    const double total = clip_grad_norm(parameters, bound, type);
    worst = golden::distance(tensor(total), tensor(c.at("total_norm")), 1);
  }
  Tensors after;
  for (const Tensor& p : parameters) after.push_back(p.grad());
  return std::max(worst, distance(after, c.at("after")));
}

double average(const json& c, const golden::Run& run) {
  Tensor weight = golden::put(tensor(c.at("weights").at(0)), run).copy();
  const std::string kind = c.at("kind");
  REQUIRE((kind == "swa" || kind == "ema" || kind == "ema_warmup"));
  std::unique_ptr<WeightAverage> average;
  if (kind == "swa") average = std::make_unique<Swa>(Tensors{weight});
  else average = std::make_unique<Ema>(Tensors{weight}, EmaArgs{c.at("decay").get<double>(), kind == "ema_warmup"});
  double worst = 0;
  for (size_t k = 0; k < c.at("weights").size(); ++k) {
    weight.adopt(golden::put(tensor(c.at("weights")[k]), run).copy());
    average->update();
    worst = std::max(worst, golden::distance(average->averages()[0], tensor(c.at("average")[k]), 1));
  }
  return worst;
}

double schedule(const json& c) {
  const auto schedule = make_schedule(c.at("schedule"), c.at("base_lr"), golden::args_of(c.at("args")));
  json rates, momenta;
  for (size_t k = 0; k < c.at("lr").size(); ++k) {
    rates.push_back(schedule->lr(ptrdiff_t(k)));
    if (c.contains("momentum")) momenta.push_back(schedule->momentum(ptrdiff_t(k)).value());
    if (c.contains("metrics")) schedule->report(golden::number(c.at("metrics").at(k)));
  }
  const double worst = golden::distance(tensor(rates), tensor(c.at("lr")), 1);
  if (!c.contains("momentum")) return worst;
  return std::max(worst, golden::distance(tensor(momenta), tensor(c.at("momentum")), 1));
}

}  // namespace

TEST_CASE("optim.json") {
  if (!golden::available("optim.json")) return;
  const json file = json::parse(golden::slurp(golden::folder() + "/optim.json"));
  for (const golden::Run& run : golden::both_runs()) {
    golden::Tally tally(run.single() ? "optim.json float32" : "optim.json");
    const double tolerance = run.single() ? 1e-5 : 1e-12;
    const auto each = [&](const char* list, auto measure) {
      if (!file.contains(list)) return;
      for (const json& c : file.at(list)) {
        INFO(list << ' ' << json(c).dump().substr(0, 200) << (run.single() ? " float32" : " float64"));
        const double error = measure(c);
        tally.ran(error, tolerance);
        CHECK(error <= tolerance);
      }
    };
    each("trajectories", [&](const json& c) { return trajectory(c, run); });
    each("clipping", [&](const json& c) { return clipping(c, run); });
    each("averages", [&](const json& c) { return average(c, run); });
    each("schedules", schedule);  // rates are double whatever the weights' type
  }
}
