// Stochastic gradient descent with momentum, Nesterov's included (Sutskever et al., 2013, in the form where the rate
// multiplies the whole velocity). Formula: SgdUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct SgdArgs {
  double lr = 1e-3;         // > 0
  double momentum = 0;      // in [0, 1)
  double dampening = 0;     // in [0, 1]
  double weight_decay = 0;  // ≥ 0, added to the gradient
  bool nesterov = false;    // needs momentum and no dampening
  bool maximize = false;
};
void check_arguments(std::string_view name, const SgdArgs& args);

class Sgd final : public Optimizer {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Sgd(Tensors parameters, const SgdArgs& args = {}, std::vector<SgdArgs> each = {});
  void set_momentum(double momentum) override;

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t i, size_t) const override { return each_[i].momentum > 0; }
  std::vector<SgdArgs> each_;
};

}  // namespace skew
