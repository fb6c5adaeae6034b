// Adagrad (Duchi et al., 2011, JMLR 12): each weight's rate falls with the root of its summed squared gradients.
// Formula: AdagradUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct AdagradArgs {
  double lr = 1e-2;                      // > 0
  double lr_decay = 0;                   // ≥ 0: step t uses lr / (1 + (t − 1)·lr_decay)
  double weight_decay = 0;               // ≥ 0, added to the gradient
  double initial_accumulator_value = 0;  // ≥ 0
  double eps = 1e-10;                    // ≥ 0
  bool maximize = false;
};
void check_arguments(std::string_view name, const AdagradArgs& args);

class Adagrad final : public Optimizer {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Adagrad(Tensors parameters, const AdagradArgs& args = {}, std::vector<AdagradArgs> each = {});
  void set_momentum(double momentum) override;  // throws: there is none

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t, size_t) const override { return true; }
  std::vector<AdagradArgs> each_;
};

}  // namespace skew
