// What a loss makes of a true rate: the p that minimises η·ℓ(x, 1) + (1−η)·ℓ(x, 0), and the way back from p to η, which
// turns a trained model's scores into risks. Cross-entropy gives p = η; most of its relatives do not.
// The losses may have several valleys, flat pieces and jumps. Plain numbers, as curve.h.
#pragma once
#include <algorithm>
#include <vector>

#include "apps/loss_lab/curve.h"

namespace skew::lab {

// value: the least expected loss. training: where gradient descent comes to rest. They differ where the gradient that
// training uses is not the derivative of the value, as with a detached focusing weight.
enum class Aim { value, training };

struct OptimalLogit {
  double rate;       // η, in (0, 1)
  double x;          // the logit; of a flat piece the point nearest to the rate's own
  double low, high;  // the flat piece it lies on; both are x where there is none
  bool at_end;       // still falling at ∓far_logit: p tends to 0 or 1
  double p() const { return sigmoid(x); }
};

// At a rate of `rate` the best p leaps: no rate makes a p in between optimal.
struct Leap {
  double rate, from, to;
};  // from, to: logits

// A loss seen at one place after the other; finds the optimum for any rate among all valleys.
template <class At> class ExpectedLoss {
 public:
  ExpectedLoss(At at, Aim aim) : at_(at), aim_(aim), positive_(steps + 1), negative_(steps + 1) {
    AtLogit before[2]{};
    for (int i = 0; i <= steps; ++i) {
      const AtLogit now[2] = {at_(place(i), 1.0), at_(place(i), 0.0)};
      if (aim == Aim::value) positive_[size_t(i)] = now[0].value, negative_[size_t(i)] = now[1].value;
      else if (i > 0)  // what the gradient is the derivative of: its integral
        positive_[size_t(i)] = positive_[size_t(i) - 1] + step / 2 * (before[0].dx + now[0].dx),
        negative_[size_t(i)] = negative_[size_t(i) - 1] + step / 2 * (before[1].dx + now[1].dx);
      before[0] = now[0], before[1] = now[1];
    }
  }

  OptimalLogit optimum(double rate) const {
    const auto sampled = [&](int i) { return rate * positive_[size_t(i)] + (1 - rate) * negative_[size_t(i)]; };
    int best = 0;
    for (int i = 1; i <= steps; ++i)
      if (sampled(i) < sampled(best)) best = i;
    const double level = sampled(best) + 1e-14 * std::abs(sampled(best));  // as good, to rounding
    int low = best, high = best;
    while (low > 0 && sampled(low - 1) <= level) --low;
    while (high < steps && sampled(high + 1) <= level) ++high;
    if (low == 0 || high == steps) return {rate, place(low == 0 ? 0 : steps), place(low), place(high), true};
    if (high - low > 2) {
      const double x = std::clamp(logit(rate), place(low), place(high));
      return {rate, x, place(low), place(high), false};
    }
    const double x = refined(rate, place(low - 1), place(high + 1));
    return {rate, x, x, x, false};
  }

 private:
  static constexpr int steps = 4000;
  static constexpr double step = 2 * far_logit / steps;
  static double place(int i) { return -far_logit + i * step; }

  double refined(double rate, double a, double b) const {
    if (aim_ == Aim::value)
      return golden_minimum([&](double x) { return rate * at_(x, 1.0).value + (1 - rate) * at_(x, 0.0).value; }, a, b);
    for (int i = 0; i < 60; ++i) {
      const double x = (a + b) / 2;
      (rate * at_(x, 1.0).dx + (1 - rate) * at_(x, 0.0).dx < 0 ? a : b) = x;
    }
    return (a + b) / 2;
  }

  At at_;
  Aim aim_;
  std::vector<double> positive_, negative_;  // sampled
};

// The whole map from rates to optimal p, and its inverse.
class RateMap {
 public:
  template <class At> explicit RateMap(At at, Aim aim = Aim::value) {
    const ExpectedLoss<At> loss(at, aim);
    constexpr int knots = 1200;
    for (int i = 0; i <= knots; ++i) {
      const OptimalLogit next = loss.optimum(sigmoid(-14 + 28.0 * i / knots));
      if (!knots_.empty()) add_leap(loss, knots_.back(), next);
      knots_.push_back(next);
    }
    for (const OptimalLogit& knot : knots_) {
      const double before = reached_.empty() ? knot.x : reached_.back();
      falls_ = falls_ || knot.p() < sigmoid(before) - 1e-6;
      reached_.push_back(std::max(before, knot.x));
    }
  }

  // The rate that a score p stands for: between the knots on both sides, linear in logits; the rate of the leap inside
  // a leap; the end's rate beyond the ends. Where p falls with the rate, the smallest rate that reaches p.
  double rate_of(double p) const {
    const double x = logit(p);
    const size_t i = size_t(std::lower_bound(reached_.begin(), reached_.end(), x) - reached_.begin());
    if (i == 0) return knots_.front().rate;
    if (i == knots_.size()) return knots_.back().rate;
    const double left = logit(knots_[i - 1].rate), right = logit(knots_[i].rate);
    return sigmoid(left + (right - left) * (x - reached_[i - 1]) / (reached_[i] - reached_[i - 1]));
  }

  const std::vector<OptimalLogit>& knots() const { return knots_; }  // rising rates
  const std::vector<Leap>& leaps() const { return leaps_; }
  bool falls() const { return falls_; }  // somewhere a higher rate has a lower p: the inverse is one of several

 private:
  template <class Loss> void add_leap(const Loss& loss, OptimalLogit low, OptimalLogit high) {
    if (!far(low, high)) return;
    for (int i = 0; i < 50; ++i) {
      const OptimalLogit mid = loss.optimum((low.rate + high.rate) / 2);
      (std::abs(mid.x - low.x) > std::abs(high.x - mid.x) ? high : low) = mid;
    }
    if (!far(low, high)) return;
    leaps_.push_back({low.rate, low.x, high.x});
    knots_.push_back(low), knots_.push_back(high);
  }

  // Far apart as logits and as probabilities: near p = 0 and 1 rounding alone may move the optimum by many logits.
  static bool far(const OptimalLogit& a, const OptimalLogit& b) {
    return std::abs(a.x - b.x) > .2 && std::abs(a.p() - b.p()) > 1e-3;
  }

  std::vector<OptimalLogit> knots_;
  std::vector<double> reached_;  // the highest optimal logit up to each knot
  std::vector<Leap> leaps_;
  bool falls_ = false;
};

}  // namespace skew::lab
