// Stochastic gradient descent with momentum, Nesterov's included (Sutskever et al., 2013, in the form where the rate
// multiplies the whole velocity). Formula: SgdUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct SgdArgs {
  double lr = 1e-3, momentum = 0, dampening = 0, weight_decay = 0;
  bool nesterov = false, maximize = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("lr", self.lr, above(0), "learning rate");
    visit("momentum", self.momentum, weight_of_past(), "weight of the past in the velocity");
    visit("dampening", self.dampening, between(0, 1), "share of each gradient kept out of the velocity");
    visit("weight_decay", self.weight_decay, at_least(0), "times the weight, added to the gradient");
    visit("nesterov", self.nesterov, finite(), "look ahead along the velocity; needs momentum and no dampening");
    visit("maximize", self.maximize, finite(), "climb instead of descending");
  }
  void check() const;  // nesterov
};

class Sgd final : public OptimizerWith<SgdArgs> {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Sgd(Tensors parameters, const SgdArgs& args = {}, std::vector<SgdArgs> each = {});
  void set_momentum(double momentum) override { set_all("momentum", &SgdArgs::momentum, momentum); }

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t i, size_t) const override { return each_[i].momentum > 0; }
};

}  // namespace skew
