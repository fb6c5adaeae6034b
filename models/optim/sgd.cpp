// Arguments of SGD to its kernel; the momentum buffer exists from the first step on that has momentum.
#include "models/optim/sgd.h"

#include "ops/optimizer_kernels.h"

namespace skew {

void SgdArgs::check() const {
  if (nesterov && (momentum == 0 || dampening != 0))
    throw ValueError(
        text("sgd: nesterov needs momentum > 0 and dampening 0, got momentum ", momentum, ", dampening ", dampening));
}

Sgd::Sgd(Tensors parameters, const SgdArgs& args, std::vector<SgdArgs> each)
    : OptimizerWith("sgd", std::move(parameters), args, std::move(each), {"momentum_buffer"}) {}

void Sgd::update(std::span<const Item> items, const Verdict& verdict) {
  std::vector<SgdItem> list;
  for (const auto& [i, p, g, slots, step] : items) {
    const SgdArgs& a = each_[i];
    const bool first = !slots[0].defined();
    const Tensor velocity = a.momentum > 0 ? made(slots[0], p) : Tensor();
    const SgdUpdate u{a.lr * scale(), a.momentum, a.dampening, a.weight_decay, a.nesterov, a.maximize, first};
    list.push_back({p, g, velocity, u});
  }
  sgd_update(verdict.device(), list, verdict);
}

}  // namespace skew
