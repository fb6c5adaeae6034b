// Arguments of Adam and AdamW to their kernel, adam_update.
#include "models/optim/adam.h"

#include "ops/optimizer_kernels.h"

namespace skew {

template <bool decoupled>
AdamOf<decoupled>::AdamOf(Tensors parameters, const Arguments& args, std::vector<Arguments> each)
    : Base(decoupled ? "adamw" : "adam", std::move(parameters), args, std::move(each),
           {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"}) {}

template <bool decoupled> void AdamOf<decoupled>::update(std::span<const Item> items, const Verdict& verdict) {
  std::vector<AdamItem> list;
  for (const auto& [i, p, g, slots, step] : items) {
    const Arguments& a = each_[i];
    const Tensor largest = a.amsgrad ? made(slots[2], p) : Tensor();
    const AdamUpdate u{a.lr * scale(), a.beta1, a.beta2, a.eps, a.weight_decay, step, decoupled, a.maximize};
    list.push_back({p, g, made(slots[0], p), made(slots[1], p), largest, u});
  }
  adam_update(verdict.device(), list, verdict);
}

template class AdamOf<false>;
template class AdamOf<true>;

}  // namespace skew
