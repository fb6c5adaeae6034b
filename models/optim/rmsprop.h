// RMSprop (Hinton, lecture 6e of "Neural networks for machine learning", 2012; centred: Graves, 2013, arXiv 1308.0850).
// Formula: RmspropUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct RmspropArgs {
  double lr = 1e-2, alpha = .99, eps = 1e-8, weight_decay = 0, momentum = 0;
  bool centered = false, maximize = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("lr", self.lr, above(0), "learning rate");
    visit("alpha", self.alpha, weight_of_past(), "weight of the past in the mean of squares");
    visit("eps", self.eps, at_least(0), "added to the root of the mean square");
    visit("weight_decay", self.weight_decay, at_least(0), "times the weight, added to the gradient");
    visit("momentum", self.momentum, weight_of_past(), "weight of the past in the velocity");
    visit("centered", self.centered, finite(), "divide by the deviation in place of the root of the mean square");
    visit("maximize", self.maximize, finite(), "climb instead of descending");
  }
};

class Rmsprop final : public OptimizerWith<RmspropArgs> {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Rmsprop(Tensors parameters, const RmspropArgs& args = {}, std::vector<RmspropArgs> each = {});
  void set_momentum(double momentum) override { set_all("momentum", &RmspropArgs::momentum, momentum); }

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t i, size_t slot) const override {
    return slot == 0 || (slot == 1 ? each_[i].centered : each_[i].momentum > 0);
  }
};

}  // namespace skew
