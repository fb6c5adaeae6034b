// Whole networks against the reference data: names, order and shapes of the state, parameters, multiply-adds, and the
// logits and inner means that weights computed by a formula give. In double on the reference and in float on the cpu.
#include <catch2/catch.hpp>

#include "core/error.h"
#include "models/networks/network_table.h"
#include "models/networks/summary.h"
#include "tests/golden.h"

using namespace skew;
using namespace skew::golden;

namespace {

// Element i of tensor k under a seed, in [−1, 1): the file's `rule`.
double rule_value(uint64_t seed, uint64_t k, uint64_t i) {
  uint64_t z = ((seed << 48) + (k << 32) + i + 1) * 0x9E3779B97F4A7C15ull;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ z >> 27) * 0x94D049BB133111EBull;
  z ^= z >> 31;
  return double(z >> 11) * 0x1p-52 - 1;
}

// The rule's word for a tensor.
std::string kind_of(const NamedState& s) {
  const std::string last = s.name.substr(s.name.rfind('.') + 1);
  if (last == "num_batches_tracked") return "zero";
  if (last == "weight") return s.tensor.shape().rank() > 1 ? "weight" : "norm_weight";
  return last;
}

double value_of(const std::string& kind, double u, double gain, const Shape& shape) {
  if (kind == "weight") return std::sqrt(3 * gain / double(shape.count(1, shape.rank()))) * u;
  if (kind == "norm_weight") return 1 + u / 4;
  if (kind == "running_var") return 1 + u / 2;
  if (kind == "layer_scale") return .5 + u / 4;
  if (kind == "bias" || kind == "running_mean") return u / 4;
  throw std::runtime_error("no rule for a tensor of kind " + kind);
}

void set_by_rule(Module& m, uint64_t seed, double gain) {
  uint64_t k = 0;
  for (NamedState& s : m.state()) {
    const std::string kind = kind_of(s);
    const uint64_t place = k++;
    if (kind == "zero") continue;
    const Shape shape = s.tensor.shape();
    std::vector<double> values(size_t(shape.count()));
    for (size_t i = 0; i < values.size(); ++i) values[i] = value_of(kind, rule_value(seed, place, i), gain, shape);
    s.tensor.adopt(put(Tensor::from(values, shape, Device::reference), {s.tensor.device(), s.tensor.dtype()}));
  }
}

Tensor image_by_rule(uint64_t seed, const Shape& x) {
  std::vector<double> values;
  const ptrdiff_t rows = (x[2] + 15) / 16, columns = (x[3] + 15) / 16;
  for (ptrdiff_t nc = 0; nc < x[0] * x[1]; ++nc)
    for (ptrdiff_t i = 0; i < x[2]; ++i)
      for (ptrdiff_t j = 0; j < x[3]; ++j)
        values.push_back(rule_value(seed, 65535, values.size()) +
                         2 * rule_value(seed, 65534, uint64_t((nc * rows + i / 16) * columns + j / 16)));
  return Tensor::from(values, x, Device::reference);
}

// Mean over batch and pixels of the first channels.
Tensor channel_means(const Tensor& y, size_t channels) {
  const std::vector<double> v = doubles(y);
  const Shape s = y.shape();
  const size_t pixels = size_t(s.count(2, s.rank())), all = size_t(s[1]);
  std::vector<double> means(channels);
  for (size_t n = 0; n < size_t(s[0]); ++n)
    for (size_t c = 0; c < channels; ++c)
      for (size_t p = 0; p < pixels; ++p) means[c] += v.at((n * all + c) * pixels + p) / double(size_t(s[0]) * pixels);
  return Tensor::from(means, {ptrdiff_t(channels)}, Device::reference);
}

Tensor vector_of(const json& list) {
  return Tensor::from(list.get<std::vector<double>>(), {ptrdiff_t(list.size())}, Device::reference);
}

// State, parameters and multiply-adds: exact.
void run_architecture(const std::string& name, const json& model, ptrdiff_t classes, Tally& tally) {
  const json state = model.value("state", json::array());
  if (state.empty()) return;
  const auto net = make_network(name, {.in_channels = state[0][1][1].get<ptrdiff_t>(), .classes = classes});
  const std::vector<NamedState> own = net->state();
  REQUIRE(own.size() == state.size());
  for (size_t k = 0; k < own.size(); ++k) {
    CHECK(own[k].name == state[k][0].get<std::string>());
    CHECK(own[k].tensor.shape() == shape_of(state[k][1]));
    CHECK(kind_of(own[k]) == state[k][2].get<std::string>());
    CHECK((own[k].parameter ? "parameter" : "buffer") == state[k][3].get<std::string>());
  }
  CHECK(net->parameter_count() == model.at("parameters").get<ptrdiff_t>());
  const ptrdiff_t macs = summary(*net, {1, state[0][1][1].get<ptrdiff_t>(), 224, 224}).multiply_adds;
  CHECK(macs == model.at("macs_224").get<ptrdiff_t>());
  tally.ran(0, 1e-10);
}

void run_forward(const std::string& name, const json& the_case, const Run& run, Tally& tally) {
  const Shape input = shape_of(the_case.at("input"));
  const uint64_t seed = the_case.at("seed").get<uint64_t>();
  const json rows = the_case.at("logits"), means = the_case.value("channel_means", json::object());
  const auto net = make_network(
      name, {.in_channels = input[1], .classes = ptrdiff_t(rows[0].size()), .image_size = {input[2], input[3]}});
  net->to(run.device, run.type);
  set_by_rule(*net, seed, number(the_case.at("gain")));
  net->eval();
  const NoGrad no_grad;

  const double tolerance = run.single() ? std::max(8 * number(the_case.at("float32_error")), 1e-5) : 1e-10;
  double worst = 0;
  size_t compared = 0;
  auto compare = [&](const std::string& what, const Tensor& got, const Tensor& expected, double floor) {
    const double error = distance(got, expected, floor);
    INFO(what << ": error " << error << " of tolerance " << tolerance);
    CHECK(error <= tolerance);
    worst = std::max(worst, error);
  };
  const OutputWatch watch([&](const std::string& path, const Tensor& y) {
    if (!means.contains(path)) return;
    compare(path, channel_means(y, means[path].size()), vector_of(means[path]), 1);
    ++compared;
  });
  const Tensor y = (*net)(put(image_by_rule(seed, input), run));
  CHECK(compared == means.size());
  std::vector<double> flat;
  for (const json& row : rows)
    for (const json& value : row) flat.push_back(number(value));
  compare("logits", y, Tensor::from(flat, {ptrdiff_t(rows.size()), ptrdiff_t(rows[0].size())}, Device::reference), 0);
  tally.ran(worst, tolerance);
}

bool known_network(const std::string& name) {
  return std::any_of(networks().begin(), networks().end(), [&](const NetworkInfo& info) { return info.name == name; });
}

}  // namespace

TEST_CASE("networks of the reference data") {
  if (!available("models.json")) return;
  const json file = json::parse(slurp(folder() + "/models.json")), models = file.at("models");
  for (const Run& run : both_runs()) {
    Tally tally(run.single() ? "models.json float32" : "models.json");
    for (const auto& [name, model] : models.items()) {
      INFO(name << (run.single() ? " float32" : ""));
      const json forward = model.value("forward", json::array());
      if (!known_network(name)) {
        if (!run.single() && model.contains("state")) tally.skipped(name);
        for (size_t k = 0; k < forward.size(); ++k) tally.skipped(text(name, "/forward/", k));
        continue;
      }
      if (!run.single()) run_architecture(name, model, file.value("num_classes", ptrdiff_t(1000)), tally);
      for (const json& the_case : forward) run_forward(name, the_case, run, tally);
    }
  }
}
