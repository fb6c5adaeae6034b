// Arguments of RMSprop to its kernel, rmsprop_update.
#include "models/optim/rmsprop.h"

#include "ops/optimizer_kernels.h"

namespace skew {

Rmsprop::Rmsprop(Tensors parameters, const RmspropArgs& args, std::vector<RmspropArgs> each)
    : OptimizerWith("rmsprop", std::move(parameters), args, std::move(each),
                    {"square_avg", "grad_avg", "momentum_buffer"}) {}

void Rmsprop::update(std::span<const Item> items, const Verdict& verdict) {
  std::vector<RmspropItem> list;
  for (const auto& [i, p, g, slots, step] : items) {
    const RmspropArgs& a = each_[i];
    const Tensor mean = a.centered ? made(slots[1], p) : Tensor();
    const Tensor momentum = a.momentum > 0 ? made(slots[2], p) : Tensor();
    const RmspropUpdate u{a.lr * scale(), a.alpha, a.eps, a.weight_decay, a.momentum, a.maximize};
    list.push_back({p, g, made(slots[0], p), mean, momentum, u});
  }
  rmsprop_update(verdict.device(), list, verdict);
}

}  // namespace skew
