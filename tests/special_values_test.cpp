// Every op and every loss of the registry at the ends of float: apps/op_trials/special_values.h, on the cpu (or
// emulated cuda). Samples hold sizes 0 and 1. How often each excuse was needed is printed. And: a result that depends
// on an element is NaN where that element is.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <sstream>

#include "apps/op_trials/op_outcome.h"
#include "apps/op_trials/special_values.h"
#include "core/parallel.h"
#include "tests/fast_device.h"

using namespace skew;

namespace {

// The tensors are small: a parallel loop would cost more than its work, and on a busy machine a thousand times that.
struct OneThread {
  int before = threads();
  OneThread() { set_threads(1); }
  ~OneThread() { set_threads(before); }
};

std::string file(const std::string& path) {
  std::stringstream all;
  all << std::ifstream(SKEW_SOURCE_DIR "/" + path).rdbuf();
  return all.str();
}

}  // namespace

TEST_CASE("special values are to the fast device what they are to the reference") {
  const OneThread one;
  ptrdiff_t compared = 0;
  for (const auto& [name, row] : registered_ops())
    compared += try_special_values(row, fast_device(), [](const std::string& where) {
      INFO(where);
      CHECK(false);
    });
  CHECK(compared > 10000);
  for (const SpecialValueExcuse& e : special_value_excuses()) {
    std::printf("special values: %s says '%s': %d differences\n", e.header, e.words, e.used);
    CHECK(file(e.header).find(e.words) != std::string::npos);
  }
}

TEST_CASE("a NaN is never the source of a number") {
  const OneThread one;
  constexpr float nan_ = std::numeric_limits<float>::quiet_NaN();
  const auto try_input = [](const OpRow& row, const Sample& sample, const NamedTensors& base, const std::string& name) {
    NamedTensors moved = base, poisoned = base;
    std::vector<float> v = base.at(name).values<float>();
    poisoned[name] = Tensor::full(base.at(name).shape(), nan_, DType::float32, Device::cpu);
    for (float& x : v) x *= 1.25f;
    moved[name] = Tensor::from(v, base.at(name).shape(), Device::cpu);
    for (const Device device : {fast_device(), Device::reference}) {
      const OpOutcome before = op_outcome(row, sample.args, base, 1, device),
                      after = op_outcome(row, sample.args, moved, 1, device);
      const OpOutcome got = op_outcome(row, sample.args, poisoned, 1, device);
      if (!got.refused.empty()) continue;
      const Tensor& y = got.parts.at("y");
      if (!is_floating(y.dtype())) continue;
      const std::vector<double> a = before.parts.at("y").doubles(), b = after.parts.at("y").doubles(), c = y.doubles();
      INFO(row.name << ' ' << sample.args.print() << ", NaN in " << name << " on " << device);
      for (size_t i = 0; i < c.size(); ++i)
        if (a[i] != b[i] && !std::isnan(c[i])) {
          INFO("y[" << i << "] = " << c[i]);
          CHECK(false);
        }
    }
  };
  for (const auto& [name, row] : registered_ops()) {
    uint64_t seed = 0;
    for (const Sample& sample : samples_of(row).samples) {
      const NamedTensors base = make_inputs(sample, Device::cpu, ++seed);
      for (const auto& [input, tensor] : base)
        if (is_floating(tensor.dtype()) && has_gradient(row, input)) try_input(row, sample, base, input);
    }
  }
}
