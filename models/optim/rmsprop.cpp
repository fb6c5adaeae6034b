// Arguments of RMSprop to its kernel, rmsprop_update.
#include "models/optim/rmsprop.h"

#include "models/optim/argument.h"
#include "ops/update.h"

namespace skew {

void check_arguments(std::string_view name, const RmspropArgs& a) {
  expect_positive(name, "lr", a.lr);
  expect_decay(name, "alpha", a.alpha);
  expect_not_negative(name, "eps", a.eps);
  expect_not_negative(name, "weight_decay", a.weight_decay);
  expect_decay(name, "momentum", a.momentum);
}

Rmsprop::Rmsprop(Tensors parameters, const RmspropArgs& args, std::vector<RmspropArgs> each)
    : Optimizer("rmsprop", std::move(parameters), args.lr, {"square_avg", "grad_avg", "momentum_buffer"}),
      each_(per_parameter(this->parameters().size(), args, std::move(each), "rmsprop")) {}

void Rmsprop::set_momentum(double momentum) {
  expect_decay(name(), "momentum", momentum);
  for (RmspropArgs& a : each_) a.momentum = momentum;
}

void Rmsprop::update(size_t i, const Tensor& p, const Tensor& g, Tensors& slots, ptrdiff_t) {
  const RmspropArgs& a = each_[i];
  const Tensor mean = a.centered ? made(slots[1], p) : Tensor();
  const Tensor momentum = a.momentum > 0 ? made(slots[2], p) : Tensor();
  rmsprop_update(p.device(), p, g, made(slots[0], p), mean, momentum,
                 {a.lr * scale(), a.alpha, a.eps, a.weight_decay, a.momentum, a.maximize});
}

}  // namespace skew
