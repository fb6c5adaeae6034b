// The rates as functions of the step.
#include "models/optim/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "models/optim/argument.h"

namespace skew {
namespace {

constexpr double pi = 3.14159265358979323846;

// From `high` to `low` along half a cosine; `at` runs from 0 to 1.
double half_cosine(double high, double low, double at) { return low + (high - low) / 2 * (1 + std::cos(pi * at)); }

// Step k of a cosine over `steps` (one, where a warm-up left none), `min` from its end on.
double cosine(double base, double min, ptrdiff_t k, ptrdiff_t steps) {
  steps = std::max<ptrdiff_t>(steps, 1);
  return k >= steps ? min : half_cosine(base, min, double(k) / double(steps));
}

void expect_count(std::string_view owner, std::string_view name, ptrdiff_t value, ptrdiff_t least) {
  expect_argument(value >= least, owner, name, double(value), least ? "a whole number ≥ 1" : "a whole number ≥ 0");
}

void expect_warmup(std::string_view owner, ptrdiff_t warmup, ptrdiff_t steps, double min) {
  expect_count(owner, "steps", steps, 1);
  expect_argument(warmup >= 0 && warmup <= steps, owner, "warmup", double(warmup),
                  text("a whole number in [0, ", steps, "], the steps"));
  expect_not_negative(owner, "min", min);
}

}  // namespace

void Schedule::load_state(const std::vector<double>& state) {
  if (!state.empty())
    throw ValueError(text("schedule: expected an empty state, got ", state.size(), " values; was another one saved?"));
}

void CosineSchedule::check() const {
  expect_count(name, "steps", steps, 1);
  expect_not_negative(name, "min", min);
}
double CosineSchedule::lr(double base, ptrdiff_t k) const { return cosine(base, min, k, steps); }

void WarmupCosineSchedule::check() const { expect_warmup(name, warmup, steps, min); }
double WarmupCosineSchedule::lr(double base, ptrdiff_t k) const {
  return k < warmup ? base * double(k + 1) / double(warmup) : cosine(base, min, k - warmup, steps - warmup);
}

void LinearThenCosineSchedule::check() const {
  expect_argument(start > 0 && start <= 1, name, "start", start, "a number in (0, 1]");
  expect_warmup(name, warmup, steps, min);
}
double LinearThenCosineSchedule::lr(double base, ptrdiff_t k) const {
  if (k >= warmup) return cosine(base, min, k - warmup, steps - warmup);
  return base * (start + (1 - start) * double(k) / double(warmup));
}

void StepSchedule::check() const {
  expect_count(name, "every", every, 1);
  expect_positive(name, "gamma", gamma);
}
double StepSchedule::lr(double base, ptrdiff_t k) const { return base * std::pow(gamma, double(k / every)); }

void MultistepSchedule::check() const {
  for (const ptrdiff_t m : milestones) expect_count(name, "milestones", m, 0);
  expect_positive(name, "gamma", gamma);
}
double MultistepSchedule::lr(double base, ptrdiff_t k) const {
  const auto passed = std::count_if(milestones.begin(), milestones.end(), [&](ptrdiff_t m) { return m <= k; });
  return base * std::pow(gamma, double(passed));
}

void ExponentialSchedule::check() const { expect_positive(name, "gamma", gamma); }
double ExponentialSchedule::lr(double base, ptrdiff_t k) const { return base * std::pow(gamma, double(k)); }

void PolynomialSchedule::check() const {
  expect_count(name, "steps", steps, 1);
  expect_positive(name, "power", power);
}
double PolynomialSchedule::lr(double base, ptrdiff_t k) const {
  return k >= steps ? 0 : base * std::pow(1 - double(k) / double(steps), power);
}

void CosineRestartsSchedule::check() const {
  expect_count(name, "first", first, 1);
  expect_count(name, "factor", factor, 1);
  expect_not_negative(name, "min", min);
}
double CosineRestartsSchedule::lr(double base, ptrdiff_t k) const {
  double at = double(k), length = double(first);
  if (factor == 1) at = double(k % first);
  else
    for (; at >= length; length *= double(factor)) at -= length;
  return half_cosine(base, min, at / length);
}

// ---- one cycle ------------------------------------------------------------------------------------------------------

void OneCycleSchedule::check() const {
  expect_count(name, "steps", steps, 1);
  expect_not_negative(name, "max_lr", max_lr);
  expect_argument(pct_start >= 0 && pct_start <= 1, name, "pct_start", pct_start, "a number in [0, 1]");
  expect_positive(name, "div_factor", div_factor);
  expect_positive(name, "final_div_factor", final_div_factor);
  expect_decay(name, "base_momentum", base_momentum);
  expect_decay(name, "max_momentum", max_momentum);
}

// Through the corners `first` at step 0, `peak`, (`first` again in three phases,) and `last` at the last step.
double OneCycleSchedule::between(ptrdiff_t k, double first, double peak, double last) const {
  struct Corner {
    double at, value;
  };
  const double top = pct_start * double(steps) - 1, end = double(steps - 1), at = std::min(double(k), end);
  const std::array<Corner, 4> corners =
      three_phase ? std::array<Corner, 4>{{{0, first}, {top, peak}, {2 * top, first}, {end, last}}}
                  : std::array<Corner, 4>{{{0, first}, {top, peak}, {end, last}, {end, last}}};
  size_t i = 1;
  while (i + 1 < corners.size() && at > corners[i].at) ++i;
  const Corner &from = corners[i - 1], &to = corners[i];
  const double length = to.at - from.at, part = length == 0 ? 1 : (at - from.at) / length;
  return linear ? from.value + (to.value - from.value) * part : half_cosine(from.value, to.value, part);
}

double OneCycleSchedule::lr(double base, ptrdiff_t k) const {
  const double peak = max_lr > 0 ? max_lr : base, first = peak / div_factor;
  return between(k, first, peak, first / final_div_factor);
}

double OneCycleSchedule::momentum(ptrdiff_t k) const { return between(k, max_momentum, base_momentum, max_momentum); }

// ---- reduce on plateau ----------------------------------------------------------------------------------------------

ReduceOnPlateau::ReduceOnPlateau(double base, const ReduceOnPlateauArgs& args)
    : args_(args),
      lr_(base),
      best_(args.maximize ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity()) {
  expect_positive(name, "lr", base);
  expect_argument(args.factor > 0 && args.factor < 1, name, "factor", args.factor, "a number in (0, 1)");
  expect_count(name, "patience", args.patience, 0);
  expect_not_negative(name, "threshold", args.threshold);
  expect_count(name, "cooldown", args.cooldown, 0);
  expect_not_negative(name, "min_lr", args.min_lr);
  expect_not_negative(name, "eps", args.eps);
}

bool ReduceOnPlateau::better(double metric) const {
  const double sign = args_.maximize ? 1 : -1;
  if (std::isinf(best_)) return sign * metric > sign * best_;  // the first number counts, whatever the threshold
  const double bar = args_.absolute ? best_ + sign * args_.threshold : best_ * (1 + sign * args_.threshold);
  return sign * metric > sign * bar;
}

void ReduceOnPlateau::report(double metric) {
  if (better(metric)) best_ = metric, bad_ = 0;
  else ++bad_;
  if (cooling_ > 0) --cooling_, bad_ = 0;
  if (bad_ <= args_.patience) return;
  const double reduced = std::max(lr_ * args_.factor, args_.min_lr);
  if (lr_ - reduced > args_.eps) lr_ = reduced;
  cooling_ = args_.cooldown;
  bad_ = 0;
}

void ReduceOnPlateau::load_state(const std::vector<double>& state) {
  const auto count = [](double v) { return v >= 0 && v < 0x1p53 && v == std::floor(v); };
  if (state.size() != 4 || !(state[0] >= 0 && std::isfinite(state[0])) || std::isnan(state[1]) || !count(state[2]) ||
      !count(state[3]))
    throw ValueError(text(name, ": expected a state of a rate, a best metric and two counts, got ", state.size(),
                          " values that are not such; is it of another schedule?"));
  lr_ = state[0], best_ = state[1], bad_ = ptrdiff_t(state[2]), cooling_ = ptrdiff_t(state[3]);
}

}  // namespace skew
