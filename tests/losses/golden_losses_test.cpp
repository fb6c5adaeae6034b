// losses.json of the golden folder: every case in double on the reference and in float on the cpu, and a float sweep
// against our own double kernels. The folder's README says how errors are measured.
#include <catch2/catch.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "losses/table/loss_table.h"
#include "tests/golden.h"

using namespace skew;
using nlohmann::json;

namespace {

std::vector<double> flat(const json& v) {
  if (!v.is_array()) return {golden::number(v)};
  std::vector<double> out;
  for (const json& part : v)
    for (double x : flat(part)) out.push_back(x);
  return out;
}

std::string word(const json& v) {
  if (v.is_string()) return v.get<std::string>();
  if (!v.is_array()) return v.dump();
  std::string list;
  for (const json& part : v) list += (list.empty() ? "" : ",") + part.dump();
  return list;
}

bool has_parameter(const LossEntry& row, const std::string& name) {
  for (const FieldInfo& p : row.parameters)
    if (p.name == name) return true;
  return false;
}

// The file's keys in our words; keys that describe the case rather than the loss are left out.
AnyLoss loss_of(const json& c, LossArgs& args) {
  const LossEntry& row = find_loss(c.at("loss"));
  LossParameters parameters;
  for (const auto& [key, value] : c.at("params").items()) {
    if (key == "reduction") args.reduction = parse_reduction(value.get<std::string>());
    if (key == "reduction" || key == "grid" || key == "soft_targets" || key == "note") continue;
    parameters.emplace_back(golden::parameter_word(key), word(value));
  }
  if (has_parameter(row, "parity")) parameters.emplace_back("parity", "true");  // the public codes clamp
  return make_loss(c.at("loss"), parameters);
}

struct Outcome {
  std::vector<double> value, grad;
};

Outcome run(const AnyLoss& any, const json& c, const LossArgs& args, Device device) {
  const DType type = device == Device::reference ? DType::float64 : DType::float32;
  const std::vector<double> x = flat(c.at("logits")), y = flat(c.at("targets"));
  const ptrdiff_t rows = ptrdiff_t(c.at("logits").size()), columns = rows ? ptrdiff_t(x.size()) / rows : 0;
  Tensor logits = Tensor::from(x, {rows, columns}, Device::reference).to(type).to(device);
  logits.set_requires_grad();
  Tensor targets;
  if (c.at("targets").empty() || c.at("targets")[0].is_array())
    targets = Tensor::from(y, {rows, columns}, Device::reference).to(type).to(device);
  else targets = Tensor::from(std::vector<int64_t>(y.begin(), y.end()), {rows}, device);
  const Tensor l = loss(any, logits, targets, args);
  backward(l);
  return {{l.item()}, logits.grad().doubles()};
}

// Largest |a−b| / max(|b|, floor·B), B the largest |b|; NaN when NaN or infinities sit at different places.
double error_of(const std::vector<double>& a, const std::vector<double>& b, double floor) {
  double largest = 0, error = 0;
  for (double v : b)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  if (a.size() != b.size()) return std::nan("");
  for (size_t i = 0; i < b.size(); ++i) {
    if (!std::isfinite(b[i]) || !std::isfinite(a[i])) {
      if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return std::nan("");
      continue;
    }
    const double scale = floor == 1 ? largest : std::max(std::abs(b[i]), floor * largest);
    if (a[i] != b[i]) error = std::max(error, scale > 0 ? std::abs(a[i] - b[i]) / scale : INFINITY);
  }
  return error;
}

// One case in one number type: checks value and gradient, and counts the worse of the two. `allowed` is the case's
// f32_error for float, null for double.
void run_case(const json& c, Device device, const json& allowed, golden::Tally& tally) {
  const std::string name = c.at("loss");
  if (!has_loss(name)) return tally.skipped(name);
  INFO(name << " " << c.at("params").dump() << " on " << device);
  LossArgs args;
  const AnyLoss any = loss_of(c, args);
  const Outcome mine = run(any, c, args, device);
  double error = 0, tolerance = 0;
  // the two-way reference's softplus switches to x above 20
  const double in_double = find_loss(name).name == "two_way" ? 3e-9 : 1e-10;
  for (const char* key : {"value", "grad"}) {
    const double f32 = allowed.is_null() ? 0 : golden::number(allowed.at(key));
    if (!(f32 <= 1e-2)) continue;  // the case says nothing in float
    const double t = allowed.is_null() ? in_double : std::max(8 * f32, 0x1p-20);
    const double e = error_of(*key == 'v' ? mine.value : mine.grad, flat(c.at(key)), allowed.is_null() ? 1e-3 : 1);
    INFO(key);
    CHECK(e <= t);
    if (tolerance == 0 || !(e / t <= error / tolerance)) error = e, tolerance = t;
  }
  tolerance == 0 ? tally.skipped(name) : tally.ran(error, tolerance);
}

}  // namespace

TEST_CASE("golden losses.json") {
  if (!golden::available("losses.json")) return;
  const json file = json::parse(golden::slurp(golden::folder() + "/losses.json"));
  golden::Tally in_double("losses.json"), in_float("losses.json float32");
  for (const json& c : file.at("cases")) {
    run_case(c, Device::reference, nullptr, in_double);
    run_case(c, fast_device(), c.at("f32_error"), in_float);
  }
}

TEST_CASE("golden losses: float against our own double, element by element") {
  std::vector<double> x;
  for (int i = -20000; i <= 20000; ++i) x.push_back(double(float(i) / 1000.0f));
  const ptrdiff_t n = ptrdiff_t(x.size());
  for (const auto& [name, row] : loss_table()) {
    if (!row.pointwise || row.single_label) continue;
    const AnyLoss any = make_loss(name);
    for (double label : {0.0, 1.0}) {
      INFO(name << " label " << label);
      auto elements = [&](Device device, DType type) {
        Tensor logits = Tensor::from(x, {n}, Device::reference).to(type).to(device);
        logits.set_requires_grad();
        const Tensor l = loss(any, logits, Tensor::full({n}, label, type, device), {.reduction = Reduction::none});
        backward(l, Tensor::full({n}, 1, type, device));
        auto plain = [](const Tensor& t) { return t.doubles(); };
        return Outcome{plain(l), plain(logits.grad())};
      };
      const Outcome truth = elements(Device::reference, DType::float64), mine = elements(fast_device(), DType::float32);
      double worst[2] = {0, 0};
      for (int k = 0; k < 2; ++k) {
        const std::vector<double>&a = k ? mine.grad : mine.value, &b = k ? truth.grad : truth.value;
        double s = 0;
        for (size_t i = 0; i < b.size(); ++i)
          if (std::abs(x[i]) <= 8) s = std::max(s, std::abs(b[i]));
        for (size_t i = 0; i < b.size(); ++i)
          worst[k] = std::max(worst[k], std::abs(a[i] - b[i]) / (0x1p-23 * std::max(std::abs(b[i]), s / 10)));
        CHECK(worst[k] <= 16);
        const bool four =
            name == "bce" || (name == "hill" && k == 0) || ((name == "ral" || name == "asl") && label == 1);
        if (four) CHECK(worst[k] <= 4);
      }
      std::cout << "float sweep " << name << " label " << label << ": value " << worst[0] << ", derivative " << worst[1]
                << " of 16\n";
    }
  }
}
