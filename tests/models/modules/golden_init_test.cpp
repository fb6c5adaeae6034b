// Initial weights against the reference data: the spread of whole networks and of single layers, constants exactly.
// The error of a case is its largest |spread/expected − 1| · √(2n); above 5 a draw is out of the ordinary.
#include <catch2/catch.hpp>

#include "core/random.h"
#include "models/modules/conv2d.h"
#include "models/modules/init.h"
#include "models/modules/linear.h"
#include "models/networks/network_table.h"
#include "tests/golden.h"

using namespace skew;
using namespace skew::golden;

namespace {

constexpr double tolerance = 5;

// Distance of a sample from its distribution in the measure above; infinite where a bound or a constant is broken.
double spread_error(const std::vector<double>& values, const json& expected) {
  const std::string kind = expected.at("distribution");
  double mean = 0, square = 0, largest = 0;
  for (const double v : values) mean += v / double(values.size()), largest = std::max(largest, std::abs(v));
  for (const double v : values) square += (v - mean) * (v - mean);
  if (kind == "constant") {
    for (const double v : values)
      if (v != number(expected.at("value"))) return infinity;
    return 0;
  }
  if (kind == "uniform" && largest > number(expected.at("bound")) * (1 + 1e-6)) return infinity;  // float's rounding
  const double n = double(values.size()), deviation = number(expected.at("std"));
  const double off_centre = std::abs(mean) / deviation * std::sqrt(n);
  return std::max(off_centre, std::abs(std::sqrt(square / (n - 1)) / deviation - 1) * std::sqrt(2 * n));
}

using Rows = nlohmann::ordered_json;  // keeps the order of a network's tensors

// Channels and classes follow from the shapes of the first and the last tensor.
NetworkArgs args_of_rows(const Rows& tensors) {
  const Rows first = tensors.front().at("shape"), last = tensors.back().at("shape");
  return {.in_channels = first.at(1).get<ptrdiff_t>(), .classes = last.at(0).get<ptrdiff_t>()};
}

bool is_network(const std::string& name) {
  return std::any_of(networks().begin(), networks().end(), [&](const NetworkInfo& info) { return info.name == name; });
}

void run_network(const std::string& name, const Rows& tensors, Tally& tally) {
  if (!is_network(name)) {
    for (const auto& [tensor, row] : tensors.items()) tally.skipped(name + "/" + tensor);
    return;
  }
  const auto net = make_network(name, args_of_rows(tensors));
  std::map<std::string, Tensor> state;
  for (const NamedState& s : net->state()) state[s.name] = s.tensor;
  for (const auto& [tensor, row] : tensors.items()) {
    INFO(name << ' ' << tensor);
    REQUIRE(state.contains(tensor));
    CHECK(state[tensor].shape() == shape_of(row.at("shape")));
    const double error = spread_error(doubles(state[tensor]), row.at("expected"));
    CHECK(error <= tolerance);
    tally.ran(error, tolerance);
  }
}

Pair pair_of_json(const json& value) {
  if (value.is_number()) return value.get<ptrdiff_t>();
  return {value.at(0).get<ptrdiff_t>(), value.at(1).get<ptrdiff_t>()};
}

std::unique_ptr<Module> make_layer(const std::string& kind, const json& args) {
  if (kind == "Linear")
    return std::make_unique<Linear>(args.at("in_features").get<ptrdiff_t>(), args.at("out_features").get<ptrdiff_t>(),
                                    LinearOptions{.bias = args.value("bias", true)});
  if (kind == "Conv2d")
    return std::make_unique<Conv2d>(args.at("in_channels").get<ptrdiff_t>(), args.at("out_channels").get<ptrdiff_t>(),
                                    Conv2dArgs{.kernel = pair_of_json(args.at("kernel_size")),
                                               .groups = args.value("groups", ptrdiff_t(1)),
                                               .bias = args.value("bias", true)});
  return nullptr;
}

// All draws of one layer pooled; weight and bias follow one formula.
void run_layer(const json& the_case, Tally& tally) {
  const std::string kind = the_case.at("module");
  INFO(kind << ' ' << the_case.at("args").dump());
  if (!make_layer(kind, the_case.at("args"))) return tally.skipped(kind);
  const json expected = {
      {"distribution", "uniform"}, {"bound", the_case.at("bound")}, {"std", the_case.at("expected_std")}};
  std::map<std::string, std::vector<double>> pooled;
  const int draws = the_case.at("measured").value("draws", 50);
  for (int draw = 0; draw < draws; ++draw)
    for (const NamedState& s : make_layer(kind, the_case.at("args"))->state()) {
      const std::vector<double> values = doubles(s.tensor);
      pooled[s.name].insert(pooled[s.name].end(), values.begin(), values.end());
    }
  double worst = 0;
  for (const auto& [name, values] : pooled) worst = std::max(worst, spread_error(values, expected));
  CHECK(worst <= tolerance);
  tally.ran(worst, tolerance);
}

}  // namespace

TEST_CASE("initial weights have the spread of the reference data") {
  if (!available("init.json")) return;
  const Rows file = Rows::parse(slurp(folder() + "/init.json"));
  const Rows layers = file.value("modules", Rows::array()), nets = file.value("networks", Rows::object());
  Tally tally("init.json");
  seed(1);
  for (const Rows& layer : layers) run_layer(layer, tally);
  for (const auto& [name, tensors] : nets.items()) run_network(name, tensors, tally);
}

TEST_CASE("Glorot's formula and the fan-in form of He's have their spread") {
  seed(2);
  Tensor w = Tensor::empty({40, 30, 3, 5});
  xavier_uniform(w);
  const double bound = std::sqrt(6. / (30 * 15 + 40 * 15));
  const json uniform = {{"distribution", "uniform"}, {"bound", bound}, {"std", bound / std::sqrt(3.)}};
  CHECK(spread_error(doubles(w), uniform) < tolerance);
  kaiming_normal(w, Fan::in);
  CHECK(spread_error(doubles(w), {{"distribution", "normal"}, {"std", std::sqrt(2. / 450)}}) < tolerance);
}
