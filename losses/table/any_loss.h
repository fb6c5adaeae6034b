// AnyLoss: one loss with its parameters set, whatever its type. The table (loss_table.h) makes it by name; typed code
// uses the structs (ral.h, …) and the ops of their kinds directly.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fields.h"
#include "losses/kinds/pointwise/at_logit.h"
#include "losses/table/reduction.h"

namespace skew {

// Parameter values as text by name; a parameter of a loss is a field of its struct (core/fields.h).
using LossParameters = FieldTexts;

// Parameters that a training run knows better than its user, and sets where a loss has them and the user did not:
//   class_freq   n_c, the training images of each class (positives), one number per class
//   train_num    N, the training images
//   epoch        the epoch in progress, from 0; set anew at the start of each

// One named factor of a formula, such as w in RAL.
struct LossFactor {
  std::string name;
  double value;
};

// Cheap to copy; immutable.
class AnyLoss {
 public:
  // What each kind of loss implements (kinds/*/register.h).
  struct Interface {
    virtual ~Interface() = default;
    virtual std::string name() const = 0;
    virtual bool single_label() const = 0;
    virtual std::vector<FieldInfo> parameters() const = 0;
    virtual Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const = 0;
    virtual AtLogit at(double x, double y, ptrdiff_t c) const;  // throws unless overridden
    virtual std::vector<LossFactor> factors(double /*x*/, double /*y*/) const { return {}; }
    virtual double logit_scale() const { return 1; }
    virtual LossFormula formula_of_form() const { return {}; }
    virtual LossParameters after_batch(const Tensor& /*targets*/, const Tensor& /*mask*/) const { return {}; }
  };
  AnyLoss() = default;
  explicit AnyLoss(std::shared_ptr<const Interface> loss) : loss_(std::move(loss)) {}

  std::string name() const { return loss_->name(); }
  // True: labels exclude each other, targets are class indices [N]; false: a number in [0, 1] per class [N, C].
  bool single_label() const { return loss_->single_label(); }
  std::vector<FieldInfo> parameters() const { return loss_->parameters(); }
  // "ral(gamma_neg=4 gamma_pos=0 …)", for logs. A list of more numbers than `longest` shows its first three and last.
  std::string print(size_t longest = size_t(-1)) const;
  // In double, for one label of class c (which only matters to losses with one number per class).
  // Throws ValueError for losses that are not pointwise.
  AtLogit at(double x, double y, ptrdiff_t c = 0) const { return loss_->at(x, y, c); }
  // The factors that the formula names, as it computes them there; nothing for losses that name none.
  std::vector<LossFactor> factors(double x, double y) const { return loss_->factors(x, y); }
  // s of a loss that is a function of s·x (ldam, ldam_multi), 1 for all others: a model trained with it predicts
  // σ(s·x), softmax(s·x), not σ(x). Checkpoints keep it (apps/evaluation/model_info.h).
  double logit_scale() const { return loss_->logit_scale(); }
  // What these parameters make of the formula in the table: Eq. (6) for ral with form=paper.
  LossFormula formula() const;
  const Interface& interface() const { return *loss_; }

  // ---- what training changes in a loss; its state is its parameters, so a checkpoint keeps those
  bool has_parameter(std::string_view name) const;
  // The same loss with some parameters changed; throws like make_loss.
  AnyLoss with(const LossParameters& changes) const;
  // What a batch just trained on changes (seesaw counts its labels), for with(); nothing for most losses. The mask is
  // that of the batch's LossArgs.
  LossParameters after_batch(const Tensor& targets, const Tensor& mask = {}) const {
    return loss_->after_batch(targets, mask);
  }

 private:
  std::shared_ptr<const Interface> loss_;
};

// The same as the loss's own `loss(…)`; its shapes and errors are there.
inline Tensor loss(const AnyLoss& any, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  return any.interface().loss(logits, targets, args);
}

}  // namespace skew
