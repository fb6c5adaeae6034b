// Every element-wise op of the registry over the whole range of float: values and slopes in float32, on both devices,
// beside those in float64. No slope and no value is 1 minus a rounded number.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"
#include "apps/op_trials/op_samples.h"

using namespace skew;

namespace {

using Numbers = std::vector<double>;
constexpr double smallest = std::numeric_limits<float>::min(), largest = std::numeric_limits<float>::max();

// ±2^k·m over all exponents, denormals too, and evenly where functions bend and where exp ends.
Numbers dense() {
  Numbers list;
  for (int k = -149; k <= 127; ++k)
    for (int m = 0; m < 16; ++m) list.push_back(float(std::ldexp(1 + m / 16., k)));
  for (double x = 0; x < 120; x += .0137) list.push_back(float(x));
  for (double x = 0; x < 16; x += .00371) list.push_back(float(x));
  const size_t n = list.size();
  for (size_t i = 0; i < n; ++i) list.push_back(-list[i]);
  return list;
}

struct Curve {
  Numbers value, slope;
};

// The op's results at x, element by element, and their slopes along the input `along`.
Curve curve(const OpRow& row, const Args& args, const std::map<std::string, Numbers>& in, const std::string& along,
            Device device, DType type) {
  NamedTensors tensors;
  for (const auto& [name, v] : in)
    tensors[name] = Tensor::from(v, {ptrdiff_t(v.size())}, Device::reference).to(type).to(device);
  tensors.at(along).set_requires_grad();
  const Tensor y = row.run(tensors, args).at("y");
  backward(y, Tensor::full(y.shape(), 1, type, device));
  const Tensor& d = tensors.at(along).grad();
  return {y.doubles(), d.doubles()};
}

std::map<std::string, Numbers> moved(std::map<std::string, Numbers> in, const std::string& along, double factor) {
  for (double& v : in.at(along)) v *= factor;
  return in;
}

// 1e-5 of the truth wherever that is a normal float; more where rounding the input twice would change it by more (a
// slope near its zero). `sensitivity`: |x·f′|, what a relative change of x does.
bool close(double got, double want, double sensitivity) {
  if (std::isnan(want)) return true;  // outside the domain; tests/special_values_test.cpp
  if (std::isnan(got)) return false;
  if (std::abs(want) > largest) return std::abs(got) >= largest * (1 - 1e-5) && (got > 0) == (want > 0);
  if (std::abs(want) < smallest) return std::abs(got) <= smallest * (1 + 1e-5);
  const double rounded_twice = std::isfinite(sensitivity) ? 0x1p-22 * sensitivity : 0;
  return std::abs(got - want) <= std::max(1e-5 * std::abs(want), rounded_twice);
}

void compare(const char* what, const Numbers& got, const Numbers& want, const Curve& sensitivity, bool slope,
             const std::map<std::string, Numbers>& in) {
  ptrdiff_t bad = 0;
  std::string first;
  for (size_t i = 0; i < want.size(); ++i) {
    if (close(got[i], want[i], slope ? sensitivity.slope[i] : sensitivity.value[i])) continue;
    if (bad++) continue;
    for (const auto& [name, v] : in) first += text(name, " = ", v[i], ' ');
    first += text("gives ", got[i], ", in double ", want[i]);
  }
  INFO(what << ": " << bad << " of " << want.size() << ", the first at " << first);
  CHECK(bad == 0);
}

// What a relative change of the input makes of value and slope, by a difference over 1 ± h.
Curve sensitivity(const OpRow& row, const Args& args, const std::map<std::string, Numbers>& in,
                  const std::string& along) {
  constexpr double h = 1e-6;
  const auto at = [&](double factor) {
    return curve(row, args, moved(in, along, factor), along, Device::reference, DType::float64);
  };
  const Curve up = at(1 + h), down = at(1 - h);
  Curve out = up;
  for (size_t i = 0; i < up.value.size(); ++i) {
    out.value[i] = std::abs(up.value[i] - down.value[i]) / (2 * h);
    out.slope[i] = std::abs(up.slope[i] - down.slope[i]) / (2 * h);
  }
  return out;
}

void sweep(const OpRow& row, const Args& args, const std::map<std::string, Numbers>& in, const std::string& along) {
  const Curve truth = curve(row, args, in, along, Device::reference, DType::float64);
  const Curve s = sensitivity(row, args, in, along);
  for (const Device device : {Device::reference, Device::cpu}) {
    INFO(row.name << ' ' << args.print() << " along " << along << " on " << device);
    const Curve mine = curve(row, args, in, along, device, DType::float32);
    compare("values", mine.value, truth.value, s, false, in);
    compare("slopes", mine.slope, truth.slope, s, true, in);
  }
}

// The arguments an op is sampled with, each once.
std::map<std::string, Args> arguments(const OpRow& row) {
  std::map<std::string, Args> list;
  for (const Sample& sample : samples_of(row).samples) list.emplace(sample.args.print(), sample.args);
  return list;
}

template <class... F> std::vector<std::string> names(FormulaList<F...>) { return {F::name...}; }

}  // namespace

TEST_CASE("functions of one tensor keep their digits over the whole range of float") {
  const Numbers x = dense();
  for (const std::string& name : names(PointwiseFormulas{}))
    for (const auto& [_, args] : arguments(registered_ops().at(name)))
      sweep(registered_ops().at(name), args, {{"x", x}}, "x");
}

TEST_CASE("powers keep their digits whatever the exponent") {
  const OpRow& pow = registered_ops().at("pow");
  for (const double exponent : {.1, .5, 1., 2.5, 30., -.1, -.5, -1.})
    sweep(pow, {{"exponent", double(float(exponent))}}, {{"x", dense()}}, "x");
}

TEST_CASE("functions of two tensors keep their digits over the normal range of float") {
  std::map<std::string, Numbers> in;
  Numbers ends;
  for (int k = -126; k <= 127; k += 3) ends.push_back(std::ldexp(1 + (k & 7) / 8., k));
  for (const double a : ends)
    for (const double b : ends)
      for (const int sign : {0, 1, 2, 3}) {
        in["a"].push_back(sign & 1 ? -a : a);
        in["b"].push_back(sign & 2 ? -b * 1.25 : b * 1.25);
      }
  for (const std::string& name : names(ArithmeticFormulas{}))
    for (const auto& [_, args] : arguments(registered_ops().at(name)))
      for (const char* along : {"a", "b"}) sweep(registered_ops().at(name), args, in, along);
}
