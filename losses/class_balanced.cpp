// Class-balanced losses: a loss of the family with its classes weighted by their effective numbers of images. No
// formula of its own: the weights are class weights, handed to the base loss.

#include "core/error.h"
#include "losses/class_weights.h"
#include "losses/kinds/loss_op.h"
#include "losses/kinds/one_label.h"
#include "losses/kinds/softmax/op.h"
#include "losses/table/register.h"

namespace skew {
namespace {

enum class Base { bce, focal, cross_entropy };
constexpr std::array<const char*, 3> words_of(Base) { return {"bce", "focal", "cross_entropy"}; }

struct ClassBalanced {
  static constexpr auto name = "class_balanced";
  static constexpr auto summary = "class-balanced loss: bce, focal or cross_entropy, weighted by effective numbers";
  static constexpr auto formula = "w_c·ℓ_base,  w_c = (1−β)/(1−β^n_c) scaled to mean 1 over the classes";
  static constexpr auto paper = "Cui et al., CVPR 2019, arXiv 1901.05555";
  static constexpr auto remarks =
      "With base=cross_entropy the target's class decides the weight, and the mean is over images, not over weights. "
      "The paper's one-hot focal form is class_balanced_focal.";

  Base base = Base::bce;
  double beta = 0.9999, gamma = 2;
  PerClass class_freq = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("base", self.base, finite(), "the loss that is weighted: bce, focal (without α), cross_entropy");
    visit("beta", self.beta, from_up_to(0, 1, "at 1 the effective number is the count itself"),
          "β: 0 weighs classes equally, near 1 by 1/n_c");
    visit("gamma", self.gamma, at_least(0), "γ of base=focal");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class; training sets it");
  }
};

AnyLoss base_of(const ClassBalanced& l) {
  if (l.base == Base::focal) return make_loss("focal", {{"gamma", skew::field_text(l.gamma)}, {"alpha", "-1"}});
  return make_loss(field_text(l.base));
}

struct AnyClassBalanced : AnyLoss::Interface {
  ClassBalanced formula;
  AnyLoss base;
  PerClass weights;
  explicit AnyClassBalanced(const ClassBalanced& l)
      : formula(l), base(base_of(l)), weights(effective_number_weights(l.beta, l.class_freq)) {}
  std::string name() const override { return ClassBalanced::name; }
  bool single_label() const override { return base.single_label(); }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  AtLogit at(double x, double y, ptrdiff_t c) const override {
    const AtLogit p = base.at(x, y, c);
    const double w = weights.at(c);
    return {w * p.value, w * p.dx, w * p.d2x};
  }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    LossArgs weighted = args;
    weighted.class_weights = class_weights(logits, args.class_weights);
    if (!single_label()) return skew::loss(base, logits, targets, weighted);
    // cross_entropy's own mean divides by the weights; here by the images
    return mean_over_images(logits, weighted,
                            [&](const LossArgs& each) { return skew::loss(base, logits, targets, each); });
  }

 private:
  // [C], times the caller's own.
  Tensor class_weights(const Tensor& logits, const Tensor& more) const {
    const Shape& shape = logits.shape();
    const ptrdiff_t classes = single_label() && shape.rank() > 1 ? shape[1] : classes_of(shape);
    check_counts({ClassBalanced::name, "class_freq"}, formula.class_freq, classes);
    if (more.defined() && !(more.shape() == Shape{classes}))
      throw ShapeError(text(name(), ": expected class weights of shape [", classes, "], got ", more.shape()));
    return per_class_tensor(logits, classes, [&](std::span<double> w) {
      for (size_t c = 0; c < w.size(); ++c) w[c] = weights.at(int64_t(c));
      multiply_by(more, w);
    });
  }
};

const bool class_balanced_registered = register_loss(loss_entry<ClassBalanced>(
    false, true, [](const ClassBalanced& l) { return AnyLoss(std::make_shared<AnyClassBalanced>(l)); }));

}  // namespace
}  // namespace skew
