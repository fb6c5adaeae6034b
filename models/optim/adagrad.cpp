// Arguments of Adagrad to its kernel, adagrad_update.
#include "models/optim/adagrad.h"

#include "ops/optimizer_kernels.h"

namespace skew {

Adagrad::Adagrad(Tensors parameters, const AdagradArgs& args, std::vector<AdagradArgs> each)
    : OptimizerWith("adagrad", std::move(parameters), args, std::move(each), {"sum"}) {}

void Adagrad::set_momentum(double) {
  throw ValueError("adagrad: momentum: there is none to set; use sgd, rmsprop or adam with this schedule");
}

void Adagrad::update(std::span<const Item> items, const Verdict& verdict) {
  std::vector<AdagradItem> list;
  for (const auto& [i, p, g, slots, step] : items) {
    const AdagradArgs& a = each_[i];
    const double lr = a.lr * scale() / (1 + double(step - 1) * a.lr_decay);
    list.push_back({p, g, made(slots[0], p, a.initial_accumulator_value), {lr, a.eps, a.weight_decay, a.maximize}});
  }
  adagrad_update(verdict.device(), list, verdict);
}

}  // namespace skew
