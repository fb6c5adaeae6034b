// Every op and every loss of the registry at the ends of float: infinities, NaN, the largest and the smallest numbers,
// denormals, zeros of both signs and ties, in each input and in the gradient that comes back. Samples hold sizes 0
// and 1.
//  - The cpu (or emulated cuda) refuses what the reference refuses, in the same words.
//  - NaN and the two infinities are at the same places on both, and finite numbers agree.
//  - A result that depends on an element is NaN where that element is.
// Where a public header says that devices may differ, `excuses` says so too; how often each was needed is printed.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

#include "core/backward.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "tests/fast_device.h"
#include "tests/op_samples.h"

using namespace skew;

namespace {

using Numbers = std::vector<double>;
constexpr float inf = std::numeric_limits<float>::infinity(), nan_ = std::numeric_limits<float>::quiet_NaN();
constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::min();
constexpr std::array specials = {
    -inf, inf,  nan_, largest, -largest, smallest, -smallest, smallest / 100, -smallest / 100,
    0.f,  -0.f, 1.f,  -1.f,    1e4f,     -1e4f};

// ---- what devices may differ in -------------------------------------------------------------------------------------
struct Excuse {
  const char *header, *words;    // where it is promised to nobody, and words that must stand there
  std::set<std::string> ops;     // empty: every op with an input named `input`
  std::string input;             // empty: any
  bool (*at)(double value);      // special values that make the difference
  bool infinity_or_nan = false;  // of that kind alone: NaN on one device where the other has an infinity
  int used = 0;
};
bool is_large(double v) { return std::isfinite(v) && std::abs(v) > 1e19; }
bool is_extreme(double v) { return is_large(v) || (v != 0 && std::abs(v) < 1e-37); }
bool is_nan(double v) { return std::isnan(v); }
bool is_no_number(double v) { return !std::isfinite(v); }

std::vector<Excuse> excuses = {
    {"core/device.h",
     "hold their sums in float32",
     {"conv2d", "conv_transpose2d", "linear", "matmul", "avg_pool", "global_avg_pool", "batch_norm"},
     "",
     is_large},
    {"core/nonfinite.h", "max-pool swallow NaN", {"max_pool", "global_max_pool"}, "", is_nan},
    {"ops/conv2d.h", "is up to the device", {"conv2d", "conv_transpose2d"}, "", is_no_number},
    {"losses/table/reduction.h", "computes losses without denormals", {}, "weight", is_extreme},
    {"losses/table/reduction.h", "computes losses without denormals", {"ldam"}, "", is_no_number, true},  // 0·∞
    {"ops/batch_norm.h", "infinite or NaN, which of them is up to the device", {"batch_norm"}, "", is_no_number, true}};

// How two outcomes differ; empty words: not at all.
struct Difference {
  std::string words;
  bool infinity_or_nan = false;
  bool empty() const { return words.empty(); }
};

bool excused(const std::string& op, const std::string& input, const Numbers& values, const Difference& d) {
  for (Excuse& e : excuses) {
    if (e.infinity_or_nan && !d.infinity_or_nan) continue;
    if (!(e.ops.empty() ? e.input == input : e.ops.contains(op))) continue;
    if (std::none_of(values.begin(), values.end(), e.at)) continue;
    ++e.used;
    return true;
  }
  return false;
}

// ---- one run --------------------------------------------------------------------------------------------------------
struct Outcome {
  std::string refused;                  // the message, or empty
  std::map<std::string, Tensor> parts;  // results, inputs afterwards (statistics are updated in place), gradients
  double upstream = 0;                  // the largest finite number that came back
};

bool differentiable(const OpRow& row, const std::string& name) {
  return std::find(row.differentiable.begin(), row.differentiable.end(), name) != row.differentiable.end();
}

// Distinct numbers, or the special one everywhere.
Tensor upstream(const Tensor& y, float special) {
  std::vector<float> dy(size_t(y.count()), special);
  for (size_t i = 0; special == 1 && i < dy.size(); ++i) dy[i] = float(std::sin(double(i) + 1));
  return Tensor::from(dy, y.shape(), y.device());
}

Outcome outcome(const OpRow& row, const Sample& sample, const NamedTensors& in, float special, Device device) {
  Outcome out;
  NamedTensors here;
  for (const auto& [name, t] : in) {
    here[name] = t.to(device).copy();
    if (differentiable(row, name) && is_floating(t.dtype())) here[name].set_requires_grad();
  }
  try {
    for (const auto& [name, t] : row.run(here, sample.args)) {
      out.parts[name] = t.detach().host();  // a device that runs behind refuses here
      if (name == "y" && t.requires_grad()) backward(t, upstream(t, special));
    }
  } catch (const Error& error) {
    return {error.what(), {}};
  }
  out.upstream = std::isfinite(special) ? std::abs(special) : 0;
  for (const auto& [name, t] : here) {
    out.parts[name + " afterwards"] = t.detach();
    if (t.requires_grad() && t.grad().defined()) out.parts["gradient of " + name] = t.grad();
  }
  return out;
}

// Empty where b is what a is. Finite numbers may differ by 1e-4 of the largest in sight, which the upstream gradient
// is, too: a gradient may be a difference of such. Below that, by 64 denormals that the cpu took for 0.
Difference difference(const Tensor& a, const Tensor& b, double scale) {
  if (!(a.shape() == b.shape())) return {"shapes"};
  const Numbers x = a.doubles(), y = b.doubles();
  for (const double v : y)
    if (std::isfinite(v)) scale = std::max(scale, std::abs(v));
  Difference first;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool finite = std::isfinite(x[i]) && std::isfinite(y[i]);
    const bool same = (std::isnan(x[i]) && std::isnan(y[i])) || x[i] == y[i];
    if (same || (finite && std::abs(x[i] - y[i]) <= 1e-4 * scale + 64 * smallest)) continue;
    const bool neither = !std::isfinite(x[i]) && !std::isfinite(y[i]);
    const Difference here{text("at ", i, ": ", x[i], " and ", y[i]), neither && std::isnan(x[i]) != std::isnan(y[i])};
    if (!here.infinity_or_nan) return here;
    if (first.empty()) first = here;
  }
  return first;
}

Difference difference(const Outcome& cpu, const Outcome& truth) {
  if (cpu.refused != truth.refused) return {"refusals '" + cpu.refused + "' and '" + truth.refused + "'"};
  Difference first;
  for (const auto& [name, t] : truth.parts) {
    if (!cpu.parts.contains(name)) return {name + " is missing"};
    Difference d = difference(cpu.parts.at(name), t, name.starts_with("gradient") ? truth.upstream : 0);
    d.words = d.empty() ? "" : name + ' ' + d.words;
    if (!d.empty() && !d.infinity_or_nan) return d;
    if (first.empty()) first = d;
  }
  return first;
}

// ---- the inputs that are tried --------------------------------------------------------------------------------------
enum class Pattern { all, some, mixed };

std::vector<float> with_specials(std::vector<float> v, Pattern pattern, float special, uint64_t seed) {
  Generator random(seed, 5);
  for (float& x : v) {
    const double u = random.uniform();
    if (pattern == Pattern::all || (pattern == Pattern::some && u < .3)) x = special;
    if (pattern == Pattern::mixed && u < .7) x = specials[size_t(random.below(int64_t(specials.size())))];
  }
  return v;
}

struct Trial {
  const OpRow& row;
  const Sample& sample;
  const NamedTensors& base;
  uint64_t seed;
};

void compare(const Trial& t, const NamedTensors& in, const std::string& name, float dy, const Numbers& values) {
  const Difference d =
      difference(outcome(t.row, t.sample, in, dy, fast_device()), outcome(t.row, t.sample, in, dy, Device::reference));
  if (d.empty() || excused(t.row.name, name, values, d)) return;
  INFO(t.row.name << ' ' << t.sample.args.print() << ", sample " << t.seed << ", special values in " << name);
  INFO("upstream " << dy << ", " << values.size() << " values from " << (values.empty() ? 0 : values[0]));
  INFO(fast_device() << " and reference: " << d.words);
  CHECK(false);
}

void try_input(const Trial& t, const std::string& name, Pattern pattern, float special) {
  NamedTensors in = t.base;
  Tensor& x = in.at(name);
  x = Tensor::from(with_specials(x.values<float>(), pattern, special, t.seed), x.shape(), Device::cpu);
  compare(t, in, name, 1, x.doubles());
}

template <class F> void each_trial(F f) {
  for (const auto& [name, row] : registered_ops()) {
    uint64_t seed = 0;
    for (const Sample& sample : samples_of(row).samples) {
      const NamedTensors base = make_inputs(sample, Device::cpu, ++seed);
      f(Trial{row, sample, base, seed});
    }
  }
}
template <class F> void each_floating_input(const Trial& t, F f) {
  for (const auto& [name, tensor] : t.base)
    if (is_floating(tensor.dtype())) f(name);
}

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
  each_trial([](const Trial& t) {
    each_floating_input(t, [&](const std::string& name) {
      for (const float special : specials)
        for (const Pattern pattern : {Pattern::all, Pattern::some}) try_input(t, name, pattern, special);
      try_input(t, name, Pattern::mixed, 0);
    });
    for (const float special : specials) compare(t, t.base, "the upstream gradient", special, {special});
  });
  for (const Excuse& e : excuses) {
    std::printf("special values: %s says '%s': %d differences\n", e.header, e.words, e.used);
    CHECK(file(e.header).find(e.words) != std::string::npos);
  }
}

TEST_CASE("a NaN is never the source of a number") {
  const OneThread one;
  each_trial([](const Trial& t) {
    each_floating_input(t, [&](const std::string& name) {
      if (!differentiable(t.row, name)) return;
      NamedTensors moved = t.base, poisoned = t.base;
      std::vector<float> v = t.base.at(name).values<float>();
      poisoned[name] = Tensor::full(t.base.at(name).shape(), nan_, DType::float32, Device::cpu);
      for (float& x : v) x *= 1.25f;
      moved[name] = Tensor::from(v, t.base.at(name).shape(), Device::cpu);
      for (const Device device : {fast_device(), Device::reference}) {
        const Outcome before = outcome(t.row, t.sample, t.base, 1, device),
                      after = outcome(t.row, t.sample, moved, 1, device);
        const Outcome got = outcome(t.row, t.sample, poisoned, 1, device);
        if (!got.refused.empty()) continue;
        const Tensor& y = got.parts.at("y");
        if (!is_floating(y.dtype())) continue;
        const Numbers a = before.parts.at("y").doubles(), b = after.parts.at("y").doubles(), c = y.doubles();
        INFO(t.row.name << ' ' << t.sample.args.print() << ", NaN in " << name << " on " << device);
        for (size_t i = 0; i < c.size(); ++i)
          if (a[i] != b[i] && !std::isnan(c[i])) {
            INFO("y[" << i << "] = " << c[i]);
            CHECK(false);
          }
      }
    });
  });
}
