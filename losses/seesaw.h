// Seesaw loss: J. Wang et al., "Seesaw loss for long-tailed instance segmentation", CVPR 2021, arXiv 2008.10032.
// Rare classes are punished less as negatives of frequent ones (mitigation M, from counts that accumulate during
// training), unless they are wrongly likely (compensation K, from the softmax itself, through which no gradient flows).
#pragma once
#include <span>

#include "core/fields.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct Seesaw {
  static constexpr auto name = "seesaw";
  static constexpr auto summary = "cross-entropy that balances classes by counts and by mistakes seen in training";
  static constexpr auto formula =
      "−ln p_t,  p = softmax(z + ln S_t),  S_tk = min(1, N_k/N_t)^p · max(1, σ_k/max(σ_t, .01))^q,  σ = softmax(z)";
  static constexpr auto paper = "Wang et al., CVPR 2021, arXiv 2008.10032";
  static constexpr auto remarks =
      "N counts the labels seen so far and this batch's; a class not seen yet counts as 1. No gradient through σ.";
  static constexpr SoftmaxHooks hooks{
      .sees_softmax = true, .kernel_part = true, .class_numbers = true, .counts_labels = true, .shift = true};

  double p = 0.8, q = 2;
  PerClass cum_samples = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("p", self.p, at_least(0), "the exponent of the mitigation by counts; 0 switches it off");
    visit("q", self.q, at_least(0), "the exponent of the compensation of mistakes; 0 switches it off");
    visit("cum_samples", self.cum_samples, at_least(0),
          "labels of class 0, 1, … seen before this batch; classes behind the list's end: 0; set by the training run");
  }

  // From the rows of each class in the batch to ln N. Throws ShapeError for a count too many.
  void class_numbers(std::span<double> counts) const;
  // cum_samples with these labels added, but for those below 0; the shortest list that holds all counts.
  std::vector<double> counted(const std::vector<int64_t>& labels) const;

  // The formula; ln N is the class's number.
  struct KernelPart {
    double p, q;

    template <class S> SKEW_HD S shift(const ShiftAt<S>& k) const {
      constexpr S log_floor = S(-4.605170185988091);  // ln .01
      return S(p) * minimum(k.number - k.target_number, S(0)) +
             S(q) * maximum(k.log_p - maximum(k.target_log_p, log_floor), S(0));
    }
    template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const { return -k.log_p; }
  };
  KernelPart kernel_part() const { return {p, q}; }
};

}  // namespace skew
