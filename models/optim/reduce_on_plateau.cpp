// Counting bad epochs.
#include "models/optim/reduce_on_plateau.h"

#include <cmath>
#include <limits>

namespace skew {

ReduceOnPlateau::ReduceOnPlateau(double base, const ReduceOnPlateauArgs& args) : args_(args), lr_(base) {
  constexpr double worst = std::numeric_limits<double>::infinity();
  best_ = args.mode == BestMetric::max ? -worst : worst;
  check_field({name, "lr"}, base, above(0));
  check_fields(name, args);
}

bool ReduceOnPlateau::better(double metric) const {
  const double sign = args_.mode == BestMetric::max ? 1 : -1;
  if (std::isinf(best_)) return sign * metric > sign * best_;  // the first number counts, whatever the threshold
  // relative to the size of the best: a negative one moves away from 0 as it gets better or worse
  const double relative = best_ < 0 ? -args_.threshold : args_.threshold;
  const double bar =
      args_.threshold_mode == Threshold::abs ? best_ + sign * args_.threshold : best_ * (1 + sign * relative);
  return sign * metric > sign * bar;
}

void ReduceOnPlateau::report(double metric) {
  ++bad_;
  if (better(metric)) {
    best_ = metric;
    bad_ = 0;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_ = 0;
  }
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
  lr_ = state[0];
  best_ = state[1];
  bad_ = ptrdiff_t(state[2]);
  cooling_ = ptrdiff_t(state[3]);
}

}  // namespace skew
