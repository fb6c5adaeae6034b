// RMSprop (Hinton, lecture 6e of "Neural networks for machine learning", 2012; centred: Graves, 2013, arXiv 1308.0850).
// Formula: RmspropUpdate in ops/optimizer_kernels.h. The base class: optimizer.h.
#pragma once
#include "models/optim/optimizer.h"

namespace skew {

struct RmspropArgs {
  double lr = 1e-2;         // > 0
  double alpha = .99;       // in [0, 1): weight of the past in the mean of squares
  double eps = 1e-8;        // ≥ 0
  double weight_decay = 0;  // ≥ 0, added to the gradient
  double momentum = 0;      // in [0, 1)
  bool centered = false;    // divide by the deviation in place of the root of the mean square
  bool maximize = false;
};
void check_arguments(std::string_view name, const RmspropArgs& args);

class Rmsprop final : public Optimizer {
 public:
  // `each`: arguments of every single parameter, in place of `args`; lr() is args.lr.
  explicit Rmsprop(Tensors parameters, const RmspropArgs& args = {}, std::vector<RmspropArgs> each = {});
  void set_momentum(double momentum) override;

 private:
  void update(std::span<const Item> items, const Verdict& verdict) override;
  bool needs(size_t i, size_t slot) const override {
    return slot == 0 || (slot == 1 ? each_[i].centered : each_[i].momentum > 0);
  }
  std::vector<RmspropArgs> each_;
};

}  // namespace skew
