// The table of ops: finding rows, refusing doubles, making inputs. What the rows hold is every_op_test.cpp's.
#include "core/registry.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "core/error.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("rows are found by name") {
  CHECK(registered_ops().at("conv2d").name == "conv2d");
  CHECK(registered_ops().size() >= 60);
}

TEST_CASE("a second row of a name is refused") {
  OpRow row;
  row.name = "conv2d";
  CHECK_THROWS_WITH(register_op(row), "registry: two rows named 'conv2d'");
  CHECK(registered_ops().at("conv2d").slots.size() == 4);  // the first one is still there
}

TEST_CASE("a device has an op when it has every slot") {
  CHECK(has_op(registered_ops().at("conv2d"), Device::cpu));
  CHECK_FALSE(has_op(registered_ops().at("conv2d"), Device::cuda));
  const Kernel<int()> empty{"empty"};
  OpRow row = registered_ops().at("conv2d");
  row.slots.push_back(&empty);
  CHECK_FALSE(has_op(row, Device::cpu));
}

TEST_CASE("sample inputs are what their fill says, and the same on every device up to rounding") {
  const Sample sample{{{"normal", {50}},
                       {"apart", {40}, Fill::apart},
                       {"positive", {50}, Fill::positive},
                       {"unit", {50}, Fill::unit},
                       {"index", {50}, Fill::index, 7},
                       {"binary", {50}, Fill::binary}},
                      {}};
  const NamedTensors truth = make_inputs(sample, Device::reference, 3), fast = make_inputs(sample, Device::cpu, 3);
  auto within = [&](const char* name, double low, double high) {
    const Tensor t = truth.at(name).to(DType::float64);
    for (const double v : t.values<double>()) CHECK((v >= low && v <= high));
  };
  within("positive", .5, 2), within("unit", .05, .95), within("index", 0, 6), within("binary", 0, 1);
  CHECK(truth.at("index").dtype() == DType::int64);
  std::vector<double> grid = truth.at("apart").values<double>();
  std::sort(grid.begin(), grid.end());
  for (size_t i = 1; i < grid.size(); ++i) CHECK(grid[i] - grid[i - 1] > .05);
  for (const auto& [name, t] : fast) CHECK(t.device() == Device::cpu);
  const auto a = truth.at("normal").values<double>();
  const auto b = fast.at("normal").values<float>();
  for (size_t i = 0; i < a.size(); ++i) CHECK(float(a[i]) == b[i]);
  CHECK(make_inputs(sample, Device::cpu, 4).at("normal").values<float>() != b);
}

TEST_CASE("a missing input is named, an optional one is undefined") {
  CHECK_THROWS_WITH(input({}, "x", "relu"), "relu: expected an input named 'x'");
  CHECK_FALSE(optional_input({}, "b").defined());
}
