// The rates as functions of the step.
#include "models/optim/schedule.h"

#include <algorithm>
#include <cmath>

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

void expect_warmup(std::string_view owner, ptrdiff_t warmup, ptrdiff_t steps) {
  check_field({owner, "warmup"}, warmup, between(0, double(steps), "it is part of the steps"));
}

}  // namespace

void Schedule::load_state(const std::vector<double>& state) {
  if (!state.empty())
    throw ValueError(text("schedule: expected an empty state, got ", state.size(), " values; was another one saved?"));
}

double CosineSchedule::lr(double base, ptrdiff_t k) const { return cosine(base, min, k, steps); }

void WarmupCosineSchedule::check() const { expect_warmup(name, warmup, steps); }
double WarmupCosineSchedule::lr(double base, ptrdiff_t k) const {
  return k < warmup ? base * double(k + 1) / double(warmup) : cosine(base, min, k - warmup, steps - warmup);
}

void LinearThenCosineSchedule::check() const { expect_warmup(name, warmup, steps); }
double LinearThenCosineSchedule::lr(double base, ptrdiff_t k) const {
  if (k >= warmup) return cosine(base, min, k - warmup, steps - warmup);
  return base * (start + (1 - start) * double(k) / double(warmup));
}

double MultistepSchedule::lr(double base, ptrdiff_t k) const {
  const auto passed = std::count_if(milestones.begin(), milestones.end(), [&](ptrdiff_t m) { return m <= k; });
  return base * std::pow(gamma, double(passed));
}

double CosineRestartsSchedule::lr(double base, ptrdiff_t k) const {
  double at = double(k), length = double(first);
  if (factor == 1) at = double(k % first);
  else
    for (; at >= length; length *= double(factor)) at -= length;
  return half_cosine(base, min, at / length);
}

// ---- one cycle ------------------------------------------------------------------------------------------------------

// Through the corners `first` at step 0, `peak`, (`first` again in three phases,) and `last` at the last step.
double OneCycleSchedule::between_corners(ptrdiff_t k, double first, double peak, double last) const {
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
  return anneal == Anneal::linear ? from.value + (to.value - from.value) * part
                                  : half_cosine(from.value, to.value, part);
}

double OneCycleSchedule::lr(double base, ptrdiff_t k) const {
  const double peak = max_lr > 0 ? max_lr : base, first = peak / div_factor;
  return between_corners(k, first, peak, first / final_div_factor);
}

double OneCycleSchedule::momentum(ptrdiff_t k) const {
  return between_corners(k, max_momentum, base_momentum, max_momentum);
}

// ---- warm-up --------------------------------------------------------------------------------------------------------

Warmup::Warmup(double base, ptrdiff_t steps, std::unique_ptr<Schedule> then)
    : base_(base), steps_(steps), then_(std::move(then)) {
  check_field({"warmup", "lr"}, base, above(0));
  check_field({"warmup", "steps"}, steps, at_least(0));
}

double Warmup::lr(ptrdiff_t k) const {
  return k < steps_ ? base_ * double(k + 1) / double(steps_) : then_->lr(k - steps_);
}

}  // namespace skew
