// The learning rate over time. A formula is a struct whose lr(base, k) is the rate of step k = 0, 1, … for a base rate;
// Schedule is the common face of all of them and of ReduceOnPlateau, which listens to a metric.
// By name: make_schedule.h. A loop does: optimizer.set_lr(schedule.lr(k)) before step k.
#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace skew {

class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual double lr(ptrdiff_t k) const = 0;                            // rate used in step k ≥ 0
  virtual std::optional<double> momentum(ptrdiff_t) const { return {}; }  // where the schedule moves it too
  virtual void report(double) {}                                       // a metric, at the end of an epoch
  virtual std::vector<double> state() const { return {}; }             // what report() left behind, for a resume
  virtual void load_state(const std::vector<double>& state);           // throws ValueError when it does not fit
};

// ---- formulas; check() throws ValueError for arguments out of range -----------------------------------------------

struct ConstantSchedule {
  static constexpr auto name = "constant";
  void check() const {}
  double lr(double base, ptrdiff_t) const { return base; }
};

// min + (base − min)/2 · (1 + cos(πk/steps)), then min (Loshchilov & Hutter, 2017, arXiv 1608.03983, without restarts).
struct CosineSchedule {
  static constexpr auto name = "cosine";
  ptrdiff_t steps = 0;  // ≥ 1
  double min = 0;       // ≥ 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base·(k + 1)/warmup for k < warmup, then a cosine over steps − warmup: the rate is base/warmup at first and never 0
// before the end.
struct WarmupCosineSchedule {
  static constexpr auto name = "warmup_cosine";
  ptrdiff_t warmup = 0, steps = 0;  // 0 ≤ warmup ≤ steps, steps ≥ 1
  double min = 0;                   // ≥ 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base·(start + (1 − start)·k/warmup) for k < warmup, then a cosine over steps − warmup.
struct LinearThenCosineSchedule {
  static constexpr auto name = "linear_then_cosine";
  double start = 1. / 3;            // in (0, 1]
  ptrdiff_t warmup = 0, steps = 0;  // 0 ≤ warmup ≤ steps, steps ≥ 1
  double min = 0;                   // ≥ 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base · gamma^⌊k/every⌋
struct StepSchedule {
  static constexpr auto name = "step";
  ptrdiff_t every = 0;  // ≥ 1
  double gamma = .1;    // > 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base · gamma^(number of milestones ≤ k); one named twice counts twice.
struct MultistepSchedule {
  static constexpr auto name = "multistep";
  std::vector<ptrdiff_t> milestones;  // ≥ 0
  double gamma = .1;                  // > 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base · gamma^k
struct ExponentialSchedule {
  static constexpr auto name = "exponential";
  double gamma = 0;  // > 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// base · (1 − k/steps)^power, then 0.
struct PolynomialSchedule {
  static constexpr auto name = "polynomial";
  ptrdiff_t steps = 0;  // ≥ 1
  double power = 1;     // > 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// Cosines that start again: the first takes `first` steps, each further one `factor` times as many as the one before.
struct CosineRestartsSchedule {
  static constexpr auto name = "cosine_restarts";
  ptrdiff_t first = 0, factor = 1;  // ≥ 1
  double min = 0;                   // ≥ 0
  void check() const;
  double lr(double base, ptrdiff_t k) const;
};

// One rise from max/div_factor to the peak and one fall to max/div_factor/final_div_factor, momentum the opposite way
// (Smith & Topin, 2018, arXiv 1708.07120). With e = pct_start·steps − 1 the peak is at e and the end at steps − 1; in
// three phases it is back at the first rate at 2e, then falls. The peak is max_lr, or the base rate where that is 0.
struct OneCycleSchedule {
  static constexpr auto name = "one_cycle";
  ptrdiff_t steps = 0;                               // ≥ 1
  double max_lr = 0;                                 // ≥ 0
  double pct_start = .3;                             // in [0, 1]
  double div_factor = 25, final_div_factor = 1e4;    // > 0
  bool linear = false;                               // between the corners: a line or half a cosine
  bool three_phase = false;
  double base_momentum = .85, max_momentum = .95;    // in [0, 1)
  void check() const;
  double lr(double base, ptrdiff_t k) const;
  double momentum(ptrdiff_t k) const;

 private:
  double between(ptrdiff_t k, double first, double peak, double last) const;
};

// ---- driven by a metric --------------------------------------------------------------------------------------------

struct ReduceOnPlateauArgs {
  bool maximize = false;          // a larger metric is better
  double factor = .1;             // in (0, 1)
  ptrdiff_t patience = 10;        // ≥ 0: bad epochs that are let pass
  double threshold = 1e-4;        // ≥ 0; what counts as better: relative to the best, or absolute
  bool absolute = false;
  ptrdiff_t cooldown = 0;         // ≥ 0: epochs after a reduction in which none counts as bad
  double min_lr = 0;              // ≥ 0
  double eps = 1e-8;              // ≥ 0: smaller reductions are left out
};

// Multiplies the rate by `factor` when the metric was not better for more than `patience` epochs. NaN is not better.
class ReduceOnPlateau final : public Schedule {
 public:
  static constexpr auto name = "reduce_on_plateau";
  explicit ReduceOnPlateau(double base, const ReduceOnPlateauArgs& args = {});
  double lr(ptrdiff_t) const override { return lr_; }
  void report(double metric) override;
  std::vector<double> state() const override { return {lr_, best_, double(bad_), double(cooling_)}; }
  void load_state(const std::vector<double>& state) override;

 private:
  bool better(double metric) const;
  ReduceOnPlateauArgs args_;
  double lr_, best_;
  ptrdiff_t bad_ = 0, cooling_ = 0;
};

}  // namespace skew
