// The schedule that listens: a rate that falls when a metric stops getting better. The others: schedule.h.
#pragma once
#include <array>

#include "models/optim/schedule.h"

namespace skew {

enum class BestMetric { min, max };
constexpr std::array<const char*, 2> words_of(BestMetric) { return {"min", "max"}; }
enum class Threshold { rel, abs };
constexpr std::array<const char*, 2> words_of(Threshold) { return {"rel", "abs"}; }

struct ReduceOnPlateauArgs {
  BestMetric mode = BestMetric::min;
  double factor = .1;
  ptrdiff_t patience = 10;
  double threshold = 1e-4;
  Threshold threshold_mode = Threshold::rel;
  ptrdiff_t cooldown = 0;
  double min_lr = 0, eps = 1e-8;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("mode", self.mode, finite(), "whether a smaller or a larger metric is better");
    visit("factor", self.factor, Range{.low = 0, .high = 1, .low_open = true, .high_open = true},
          "what the rate is multiplied with");
    visit("patience", self.patience, at_least(0), "bad epochs that are let pass");
    visit("threshold", self.threshold, at_least(0), "by how much a better metric is better");
    visit("threshold_mode", self.threshold_mode, finite(), "the threshold is relative to the best, or absolute");
    visit("cooldown", self.cooldown, at_least(0), "epochs after a reduction in which none counts as bad");
    visit("min_lr", self.min_lr, at_least(0), "the rate goes no lower");
    visit("eps", self.eps, at_least(0), "smaller reductions are left out");
  }
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
