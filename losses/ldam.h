// LDAM, label-distribution-aware margins, with deferred re-weighting: K. Cao et al., "Learning imbalanced datasets with
// label-distribution-aware margin loss", NeurIPS 2019, arXiv 1906.07413. The target's logit is lowered by a margin, the
// larger the rarer its class; from drw_epoch on (DRW) rows weigh by the effective number of images of their class.
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct Ldam {
  static constexpr auto name = "ldam";
  static constexpr auto summary = "cross-entropy with a margin that grows for rare classes; re-weighted late (DRW)";
  static constexpr auto formula =
      "−w_t·ln p_t,  p = softmax(s·(z − Δ_t e_t)),  Δ_c = max_m·n_c^(−¼) / max_k n_k^(−¼),  "
      "w = 1, from drw_epoch on (1−β)/(1−β^n_c) scaled to mean 1";
  static constexpr auto paper = "Cao et al., NeurIPS 2019, arXiv 1906.07413";
  static constexpr auto remarks = "mean divides by the weights of the rows, as cross-entropy does.";
  static constexpr SoftmaxHooks hooks{
      .logit_scale = true, .kernel_part = true, .class_numbers = true, .own_weights = true, .shift = true};

  double max_m = 0.5, s = 30;
  PerClass class_freq = 1;
  int drw_epoch = -1;
  double drw_beta = 0.9999;
  int epoch = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("max_m", self.max_m, at_least(0), "the margin of the rarest class");
    visit("s", self.s, Range{.low = 0, .high = 1e4, .low_open = true}, "what the logits are multiplied with");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class");
    visit("drw_epoch", self.drw_epoch, at_least(-1), "the epoch from which rows are re-weighted; -1: never");
    visit("drw_beta", self.drw_beta, from_up_to(0, 1), "β of those weights");
    visit("epoch", self.epoch, at_least(0), "the epoch in progress, from 0; set by the training run");
  }
  double logit_scale() const { return s; }

  void class_numbers(std::span<double> to) const {  // Δ
    check_counts({name, "class_freq"}, class_freq, ptrdiff_t(to.size()));
    ldam_margins(max_m, class_freq, to);
  }
  bool own_weights(std::span<double> to) const {  // w; false: 1
    if (drw_epoch < 0 || epoch < drw_epoch) return false;
    effective_number_weights(drw_beta, class_freq, to);
    return true;
  }
  // The formula; Δ is the class's number.
  struct KernelPart {
    template <class S> SKEW_HD S shift(const ShiftAt<S>& k) const { return select(k.is_target, -k.number, S(0)); }
    template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const { return -k.log_p; }
  };
  KernelPart kernel_part() const { return {}; }
};

}  // namespace skew
