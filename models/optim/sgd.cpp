// Arguments of SGD to its kernel; the momentum buffer exists from the first step on that has momentum.
#include "models/optim/sgd.h"

#include "models/optim/argument.h"
#include "ops/optimizer_kernels.h"

namespace skew {

void check_arguments(std::string_view name, const SgdArgs& a) {
  expect_positive(name, "lr", a.lr);
  expect_decay(name, "momentum", a.momentum);
  expect_argument(a.dampening >= 0 && a.dampening <= 1, name, "dampening", a.dampening, "a number in [0, 1]");
  expect_not_negative(name, "weight_decay", a.weight_decay);
  if (a.nesterov && (a.momentum == 0 || a.dampening != 0))
    throw ValueError(text(name, ": nesterov: expected momentum > 0 and dampening 0, got momentum ", a.momentum,
                          ", dampening ", a.dampening));
}

Sgd::Sgd(Tensors parameters, const SgdArgs& args, std::vector<SgdArgs> each)
    : Optimizer("sgd", std::move(parameters), args.lr, {"momentum_buffer"}),
      each_(per_parameter(this->parameters().size(), args, std::move(each), "sgd")) {}

void Sgd::set_momentum(double momentum) {
  expect_decay(name(), "momentum", momentum);
  for (SgdArgs& a : each_) a.momentum = momentum;
}

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
