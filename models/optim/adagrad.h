// Adagrad (Duchi et al., 2011, JMLR 12): each weight's rate falls with the root of its summed squared gradients.
// Formula: AdagradUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct AdagradArgs {
  double lr = 1e-2, lr_decay = 0, weight_decay = 0, initial_accumulator_value = 0, eps = 1e-10;
  bool maximize = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("lr", self.lr, above(0), "learning rate");
    visit("lr_decay", self.lr_decay, at_least(0), "step t uses lr / (1 + (t − 1)·lr_decay)");
    visit("weight_decay", self.weight_decay, at_least(0), "times the weight, added to the gradient");
    visit("initial_accumulator_value", self.initial_accumulator_value, at_least(0), "where the sum of squares begins");
    visit("eps", self.eps, at_least(0), "added to the root of the sum");
    visit("maximize", self.maximize, finite(), "climb instead of descending");
  }
};

class Adagrad final : public OptimizerWith<AdagradArgs> {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Adagrad(Tensors parameters, const AdagradArgs& args = {}, std::vector<AdagradArgs> each = {});
  void set_momentum(double momentum) override;  // throws: there is none

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t, size_t) const override { return true; }
};

}  // namespace skew
