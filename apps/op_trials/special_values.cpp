// The patterns of special values, and the differences that headers allow.
#include "apps/op_trials/special_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "apps/op_trials/op_outcome.h"
#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace {

using Numbers = std::vector<double>;
constexpr float inf = std::numeric_limits<float>::infinity(), nan_ = std::numeric_limits<float>::quiet_NaN();
constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::min();
constexpr std::array specials = {
    -inf, inf,  nan_, largest, -largest, smallest, -smallest, smallest / 100, -smallest / 100,
    0.f,  -0.f, 1.f,  -1.f,    1e4f,     -1e4f};

bool is_large(double v) { return std::isfinite(v) && std::abs(v) > 1e19; }
bool is_extreme(double v) { return is_large(v) || (v != 0 && std::abs(v) < 1e-37); }
bool is_nan(double v) { return std::isnan(v); }
bool is_no_number(double v) { return !std::isfinite(v); }

bool excused(const std::string& op, const std::string& input, const Numbers& values, const OpDifference& d) {
  for (SpecialValueExcuse& e : special_value_excuses()) {
    if (e.infinity_or_nan && !d.infinity_or_nan) continue;
    if (!(e.ops.empty() ? e.input == input : e.ops.contains(op))) continue;
    if (std::none_of(values.begin(), values.end(), e.at)) continue;
    ++e.used;
    return true;
  }
  return false;
}

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

// One sample of an op on a device.
class SpecialTrial {
 public:
  SpecialTrial(const OpRow& row, const Sample& sample, uint64_t seed, Device device, const TellDifference& differs)
      : row_(row), sample_(sample), seed_(seed), device_(device), differs_(differs) {}

  ptrdiff_t run() {
    const NamedTensors base = make_inputs(sample_, Device::cpu, seed_);
    for (const auto& [name, tensor] : base) {
      if (!is_floating(tensor.dtype())) continue;
      for (const float special : specials)
        for (const Pattern pattern : {Pattern::all, Pattern::some}) try_input(base, name, pattern, special);
      try_input(base, name, Pattern::mixed, 0);
    }
    for (const float special : specials) compare(base, "the upstream gradient", special, {special});
    return compared_;
  }

 private:
  void compare(const NamedTensors& in, const std::string& name, float dy, const Numbers& values) {
    ++compared_;
    const OpDifference d = difference(op_outcome(row_, sample_.args, in, dy, device_),
                                      op_outcome(row_, sample_.args, in, dy, Device::reference));
    if (d.empty() || excused(row_.name, name, values, d)) return;
    differs_(text(row_.name, ' ', sample_.args.print(), ", sample ", seed_, ", special values in ", name, ", upstream ",
                  dy, ", ", values.size(), " values from ", values.empty() ? 0 : values[0], ": ", device_,
                  " and reference: ", d.words));
  }

  void try_input(NamedTensors in, const std::string& name, Pattern pattern, float special) {
    Tensor& x = in.at(name);
    x = Tensor::from(with_specials(x.values<float>(), pattern, special, seed_), x.shape(), Device::cpu);
    compare(in, name, 1, x.doubles());
  }

  const OpRow& row_;
  const Sample& sample_;
  uint64_t seed_;
  Device device_;
  const TellDifference& differs_;
  ptrdiff_t compared_ = 0;
};

}  // namespace

std::span<const float> special_values() { return specials; }

std::vector<SpecialValueExcuse>& special_value_excuses() {
  static std::vector<SpecialValueExcuse> all = {
      {"core/device.h",
       "hold their sums in float32",
       {"conv2d", "conv_transpose2d", "linear", "matmul", "avg_pool", "global_avg_pool", "batch_norm"},
       "",
       is_large},
      {"core/nonfinite.h", "max-pool swallow NaN", {"max_pool", "global_max_pool"}, "", is_nan},
      {"ops/conv2d.h", "is up to the device", {"conv2d", "conv_transpose2d"}, "", is_no_number},
      {"losses/table/reduction.h", "computes losses without denormals", {}, "weight", is_extreme},
      {"losses/table/reduction.h", "computes losses without denormals", {"ldam"}, "", is_no_number, true},  // 0·∞
      {"ops/batch_norm.h",
       "infinite or NaN, which of them is up to the device",
       {"batch_norm"},
       "",
       is_no_number,
       true}};
  return all;
}

ptrdiff_t try_special_values(const OpRow& row, Device device, const TellDifference& differs) {
  ptrdiff_t compared = 0;
  uint64_t seed = 0;
  for (const Sample& sample : samples_of(row).samples)
    compared += SpecialTrial(row, sample, ++seed, device, differs).run();
  return compared;
}

}  // namespace skew
