// Every case of ops.json through the registry: outputs, gradients and running statistics in double on the reference
// and in float on the cpu, or on emulated cuda; what must be refused; small programs of several ops. Cases come from
// the file alone.
#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/random.h"
#include "tests/graph_runner.h"

using namespace skew;
using namespace skew::golden;

namespace {

// 8 roundings of PyTorch's own error; nothing to learn from a case where that is large.
double single_tolerance(const json& the_case, const std::string& key) {
  const json errors = the_case.value("f32_error", json::object());
  return std::max(8 * (errors.contains(key) ? number(errors.at(key)) : 0), 0x1p-20);
}
bool says_nothing_in_single(const json& the_case) {
  const json errors = the_case.value("f32_error", json::object());
  for (const auto& [key, error] : errors.items())
    if (!(number(error) <= 1e-2)) return true;
  return false;
}

NamedTensors forward(const json& the_case, NamedTensors in, const Run& run) {
  if (the_case.at("op") == "graph") {
    const json constants = the_case.value("constants", json::object());
    for (const auto& [name, value] : constants.items())
      in[name] = Tensor::full({}, number(value), run.type, run.device);
    return {{"y", run_graph(the_case.at("nodes"), in, {}, true)}};
  }
  json args = the_case.at("args");
  if (args.value("same", false)) {  // both operands are the same tensor
    args.erase("same");
    in = {{"a", in.at("x")}, {"b", in.at("x")}};
  }
  return registered_ops().at(the_case.at("op")).run(in, args_of(args));
}

void run_case(const json& the_case, const StoredTensors& tensors, const Run& run, Tally& tally) {
  const std::string name = the_case.at("name");
  INFO(name << ' ' << the_case.at("args").dump());
  NamedTensors in;
  for (const auto& [t, shape] : the_case.at("inputs").items()) in[t] = put(tensors.get(name + "/in/" + t), run);
  for (const json& t : the_case.at("grads")) in.at(t).set_requires_grad();

  double worst = 0, of = 1;
  auto compare = [&](const Tensor& got, const std::string& key) {
    const double tolerance = run.single() ? single_tolerance(the_case, key) : the_case.at("tolerance").get<double>();
    const double error = distance(got, tensors.get(name + "/" + key), 1);
    INFO(key << ": error " << error << " of tolerance " << tolerance);
    CHECK(error <= tolerance);
    if (error * of >= worst * tolerance) {
      worst = error;
      of = tolerance;
    }
  };
  const NamedTensors out = forward(the_case, in, run);
  for (const auto& [t, shape] : the_case.at("outputs").items()) compare(out.at(t), "out/" + t);
  for (const auto& [t, y] : out)
    if (tensors.has(name + "/dy/" + t)) backward(y, put(tensors.get(name + "/dy/" + t), run), {.retain = true});
  for (const json& t : the_case.at("grads")) {
    const Tensor& x = in.at(t);
    compare(x.grad().defined() ? x.grad() : Tensor::zeros(x.shape(), run.type, run.device),
            "grad/" + t.get<std::string>());
  }
  for (const json& t : the_case.value("after", json::array())) compare(in.at(t), "after/" + t.get<std::string>());
  tally.ran(worst, of);
}

// Nested lists of whole numbers, written as text.
void whole_numbers(const json& value, std::vector<int64_t>& numbers, std::vector<ptrdiff_t>& shape, size_t depth = 0) {
  if (!value.is_array()) return numbers.push_back(value.get<int64_t>());
  if (shape.size() == depth) shape.push_back(ptrdiff_t(value.size()));
  for (const json& element : value) whole_numbers(element, numbers, shape, depth + 1);
}

void run_refused(const json& refused, const Run& run, Tally& tally) {
  INFO("refused: " << refused.dump());
  NamedTensors in;
  Generator random(1);
  for (const auto& [t, shape] : refused.at("shapes").items()) {
    if (shape.is_string()) {
      std::vector<int64_t> numbers;
      std::vector<ptrdiff_t> lengths;
      whole_numbers(json::parse(shape.get<std::string>()), numbers, lengths);
      in[t] = Tensor::from(numbers, Shape(std::span<const ptrdiff_t>(lengths)), run.device);
    } else {
      std::vector<double> values(size_t(shape_of(shape).count()));
      for (double& v : values) v = random.uniform();
      in[t] = put(Tensor::from(values, shape_of(shape), Device::reference), run);
    }
  }
  const auto run_and_read = [&] {  // a device that runs behind refuses at the readback
    for (const auto& [t, y] : registered_ops().at(refused.at("op")).run(in, args_of(refused.at("args")))) y.host();
  };
  CHECK_THROWS_AS(run_and_read(), Error);
  tally.refused();
}

bool known(const json& the_case, Tally& tally) {
  const std::string op = the_case.at("op");
  if (op == "graph") {
    if (!missing_op(the_case.at("nodes"))) return true;
    tally.skipped(the_case.at("name"));
    return false;
  }
  if (registered_ops().contains(op)) return true;
  tally.missing_op(op);
  return false;
}

}  // namespace

TEST_CASE("all operations of the reference data") {
  if (!available("ops.json")) return;
  const json file = json::parse(slurp(folder() + "/ops.json"));
  const StoredTensors tensors(folder() + "/ops.safetensors");
  for (const Run& run : both_runs()) {
    Tally tally(run.single() ? "ops.json float32" : "ops.json");
    for (const json& the_case : file.value("cases", json::array())) {
      if (!known(the_case, tally)) continue;
      if (run.single() && says_nothing_in_single(the_case)) tally.skipped(the_case.at("name"));
      else run_case(the_case, tensors, run, tally);
    }
    for (const json& refused : file.value("refused", json::array()))
      if (known(refused, tally)) run_refused(refused, run, tally);
  }
}
