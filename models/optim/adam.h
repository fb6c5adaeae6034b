// Adam (Kingma & Ba, 2015, arXiv 1412.6980), AMSGrad (Reddi et al., 2018, arXiv 1904.09237) and AdamW (Loshchilov &
// Hutter, 2019, arXiv 1711.05101), which shrinks weights beside the gradient, not through it. Formula: AdamUpdate in
// ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

template <bool decoupled> struct AdamArgsOf {
  double lr = 1e-3, beta1 = .9, beta2 = .999, eps = 1e-8;
  double weight_decay = decoupled ? .01 : 0;
  bool amsgrad = false, maximize = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("lr", self.lr, above(0), "learning rate");
    visit("beta1", self.beta1, weight_of_past(), "weight of the past in the mean gradient");
    visit("beta2", self.beta2, weight_of_past(), "weight of the past in the mean squared gradient");
    visit("eps", self.eps, at_least(0), "added to the root of the mean square");
    visit("weight_decay", self.weight_decay, at_least(0),
          decoupled ? "times the rate, the share of a weight taken off" : "times the weight, added to the gradient");
    visit("amsgrad", self.amsgrad, finite(), "divide by the largest mean square so far");
    visit("maximize", self.maximize, finite(), "climb instead of descending");
  }
};

template <bool decoupled> class AdamOf final : public OptimizerWith<AdamArgsOf<decoupled>> {
 public:
  using Arguments = AdamArgsOf<decoupled>;
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit AdamOf(Tensors parameters, const Arguments& args = {}, std::vector<Arguments> each = {});
  void set_momentum(double beta1) override { Base::set_all("beta1", &Arguments::beta1, beta1); }

 private:
  using Base = OptimizerWith<Arguments>;
  using Base::each_, Base::made, Base::scale;
  using typename Base::Item;
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t i, size_t slot) const override { return slot < 2 || each_[i].amsgrad; }
};

using AdamArgs = AdamArgsOf<false>;
using AdamWArgs = AdamArgsOf<true>;
using Adam = AdamOf<false>;
using AdamW = AdamOf<true>;

}  // namespace skew
