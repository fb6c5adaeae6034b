// Averages of the weights a training run passes through; they often score better than the last weights.
// Ema: exponential moving average. Swa: stochastic weight averaging (Izmailov et al., 2018, arXiv 1803.05407).
#pragma once
#include <string>

#include "core/fields.h"
#include "core/tensor.h"
#include "models/optim/saved_state.h"

namespace skew {

class WeightAverage {
 public:
  virtual ~WeightAverage() = default;
  WeightAverage(const WeightAverage&) = delete;
  WeightAverage& operator=(const WeightAverage&) = delete;

  // Takes in the weights as they are now; the first call copies them. Call it after the optimiser's step.
  void update();
  // Exchanges weights and averages: once before an evaluation, once after it. Every handle of a weight sees it.
  // update(), state() and load_state() throw ValueError in between, swap() before the first update.
  void swap();

  ptrdiff_t updates() const { return updates_; }
  const Tensors& averages() const { return averages_; }  // one per weight, undefined before the first update

  SavedState state() const;  // row-major copies: "0", "1", … and "updates"
  bool started() const { return updates_ > 0; }
  void load_state(const SavedState& state);  // throws ValueError, and changes nothing, when it does not fit

 protected:
  // Handles of floating tensors, each once: parameters, and running statistics where they shall be averaged too.
  WeightAverage(std::string name, Tensors weights);
  virtual double decay(ptrdiff_t k) const = 0;  // of the average, at update k = 1, 2, … after the first one

 private:
  void expect_not_swapped(const char* what) const;
  std::string name_;
  Tensors weights_, averages_;
  ptrdiff_t updates_ = 0;
  bool swapped_ = false;
};

struct EmaArgs {
  double decay = .999;
  bool warmup = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("decay", self.decay, from_up_to(0, 1), "weight of the past in the average");
    visit("warmup", self.warmup, finite(), "the decay at update k is at most (1 + k) / (10 + k)");
  }
};

// average = decay · average + (1 − decay) · weights
class Ema final : public WeightAverage {
 public:
  explicit Ema(Tensors weights, const EmaArgs& args = {});

 private:
  double decay(ptrdiff_t k) const override;
  EmaArgs args_;
};

// The plain mean of all weights so far.
class Swa final : public WeightAverage {
 public:
  explicit Swa(Tensors weights) : WeightAverage("swa", std::move(weights)) {}

 private:
  double decay(ptrdiff_t k) const override { return double(k) / double(k + 1); }
};

}  // namespace skew
