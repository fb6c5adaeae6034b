// The learning rate over time. A formula is a struct whose lr(base, k) is the rate of step k = 0, 1, … for a base rate;
// Schedule is the common face of all of them and of ReduceOnPlateau (reduce_on_plateau.h), which listens to a metric.
// By name: make_schedule.h. A loop does: optimizer.set_lr(schedule.lr(k)) before step k.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/fields.h"

namespace skew {

class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual double lr(ptrdiff_t k) const = 0;                               // rate used in step k ≥ 0
  virtual std::optional<double> momentum(ptrdiff_t) const { return {}; }  // where the schedule moves it too
  virtual void report(double) {}                                          // a metric, at the end of an epoch
  virtual std::vector<double> state() const { return {}; }                // what report() left behind, for a resume
  virtual void load_state(const std::vector<double>& state);              // throws ValueError when it does not fit
};

// ---- formulas; lengths are in steps --------------------------------------------------------------------------------

// A whole number of steps. A length without a sensible default starts as 0, which is refused.
constexpr Range steps_from(double least, const char* why = "") { return {.low = least, .why = why, .unit = "steps"}; }

struct ConstantSchedule {
  static constexpr auto name = "constant";
  template <class Self, class Visit> static void fields(Self&, Visit&&) {}
  double lr(double base, ptrdiff_t) const { return base; }
};

// min + (base − min)/2 · (1 + cos(πk/steps)), then min (Loshchilov & Hutter, 2017, arXiv 1608.03983, without restarts).
struct CosineSchedule {
  static constexpr auto name = "cosine";
  ptrdiff_t steps = 0;
  double min = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("steps", self.steps, steps_from(1, "say how long it is"), "how long it falls");
    visit("min", self.min, at_least(0), "the rate at its end and after it");
  }
  double lr(double base, ptrdiff_t k) const;
};

// base·(k + 1)/warmup for k < warmup, then a cosine over steps − warmup: the rate is base/warmup at first and never 0
// before the end.
struct WarmupCosineSchedule {
  static constexpr auto name = "warmup_cosine";
  ptrdiff_t warmup = 0, steps = 0;
  double min = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("warmup", self.warmup, steps_from(0), "how long it rises");
    visit("steps", self.steps, steps_from(1, "say how long it is"), "how long it is, its rise too");
    visit("min", self.min, at_least(0), "the rate at its end and after it");
  }
  void check() const;  // warmup ≤ steps
  double lr(double base, ptrdiff_t k) const;
};

// base·(start + (1 − start)·k/warmup) for k < warmup, then a cosine over steps − warmup.
struct LinearThenCosineSchedule {
  static constexpr auto name = "linear_then_cosine";
  double start = 1. / 3;
  ptrdiff_t warmup = 0, steps = 0;
  double min = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("start", self.start, Range{.low = 0, .high = 1, .low_open = true}, "share of the base rate it begins with");
    visit("warmup", self.warmup, steps_from(0), "how long it rises");
    visit("steps", self.steps, steps_from(1, "say how long it is"), "how long it is, its rise too");
    visit("min", self.min, at_least(0), "the rate at its end and after it");
  }
  void check() const;  // warmup ≤ steps
  double lr(double base, ptrdiff_t k) const;
};

// base · gamma^⌊k/every⌋
struct StepSchedule {
  static constexpr auto name = "step";
  ptrdiff_t every = 0;
  double gamma = .1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("every", self.every, steps_from(1, "say how far apart the falls are"), "from one fall to the next");
    visit("gamma", self.gamma, above(0), "what the rate is multiplied with");
  }
  double lr(double base, ptrdiff_t k) const { return base * std::pow(gamma, double(k / every)); }
};

// base · gamma^(number of milestones ≤ k); one named twice counts twice.
struct MultistepSchedule {
  static constexpr auto name = "multistep";
  std::vector<ptrdiff_t> milestones;
  double gamma = .1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("milestones", self.milestones, steps_from(0), "where the rate falls");
    visit("gamma", self.gamma, above(0), "what the rate is multiplied with");
  }
  double lr(double base, ptrdiff_t k) const;
};

// base · gamma^k
struct ExponentialSchedule {
  static constexpr auto name = "exponential";
  double gamma = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma", self.gamma, above(0, "say what a step multiplies the rate with"),
          "what each step multiplies the rate with");
  }
  double lr(double base, ptrdiff_t k) const { return base * std::pow(gamma, double(k)); }
};

// base · (1 − k/steps)^power, then 0.
struct PolynomialSchedule {
  static constexpr auto name = "polynomial";
  ptrdiff_t steps = 0;
  double power = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("steps", self.steps, steps_from(1, "say how long it is"), "how long it falls");
    visit("power", self.power, above(0), "1: a line; 2: a parabola");
  }
  double lr(double base, ptrdiff_t k) const {
    return k >= steps ? 0 : base * std::pow(1 - double(k) / double(steps), power);
  }
};

// Cosines that start again: the first takes `first` steps, each further one `factor` times as many as the one before.
struct CosineRestartsSchedule {
  static constexpr auto name = "cosine_restarts";
  ptrdiff_t first = 0, factor = 1;
  double min = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("first", self.first, steps_from(1, "say how long the first one is"), "how long the first cosine is");
    visit("factor", self.factor, at_least(1), "how much longer than the one before each further one is");
    visit("min", self.min, at_least(0), "the rate at the end of each");
  }
  double lr(double base, ptrdiff_t k) const;
};

enum class Anneal { cos, linear };
constexpr std::array<const char*, 2> words_of(Anneal) { return {"cos", "linear"}; }

// One rise from max/div_factor to the peak and one fall to max/div_factor/final_div_factor, momentum the opposite way
// (Smith & Topin, 2018, arXiv 1708.07120). With e = pct_start·steps − 1 the peak is at e and the end at steps − 1; in
// three phases it is back at the first rate at 2e, then falls. The peak is max_lr, or the base rate where that is 0.
struct OneCycleSchedule {
  static constexpr auto name = "one_cycle";
  ptrdiff_t steps = 0;
  double max_lr = 0, pct_start = .3, div_factor = 25, final_div_factor = 1e4;
  Anneal anneal = Anneal::cos;
  bool three_phase = false;
  double base_momentum = .85, max_momentum = .95;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("steps", self.steps, steps_from(1, "say how long it is"), "how long it is");
    visit("max_lr", self.max_lr, at_least(0), "the peak; 0: the base rate");
    visit("pct_start", self.pct_start, between(0, 1), "share of the steps before the peak");
    visit("div_factor", self.div_factor, above(0), "the peak over the first rate");
    visit("final_div_factor", self.final_div_factor, above(0), "the first rate over the last");
    visit("anneal", self.anneal, finite(), "between the corners: half a cosine or a line");
    visit("three_phase", self.three_phase, finite(), "back to the first rate before it falls");
    visit("base_momentum", self.base_momentum, from_up_to(0, 1), "momentum at the peak");
    visit("max_momentum", self.max_momentum, from_up_to(0, 1), "momentum at both ends");
  }
  double lr(double base, ptrdiff_t k) const;
  double momentum(ptrdiff_t k) const;

 private:
  double between_corners(ptrdiff_t k, double first, double peak, double last) const;
};

// ---- around another schedule ---------------------------------------------------------------------------------------

// base·(k + 1)/steps for k < steps, then what `then` says, which counts its steps from there.
class Warmup final : public Schedule {
 public:
  Warmup(double base, ptrdiff_t steps, std::unique_ptr<Schedule> then);
  double lr(ptrdiff_t k) const override;
  std::optional<double> momentum(ptrdiff_t k) const override {
    return then_->momentum(std::max(k - steps_, ptrdiff_t(0)));
  }
  void report(double metric) override { then_->report(metric); }
  std::vector<double> state() const override { return then_->state(); }
  void load_state(const std::vector<double>& state) override { then_->load_state(state); }

 private:
  double base_;
  ptrdiff_t steps_;
  std::unique_ptr<Schedule> then_;
};

}  // namespace skew
