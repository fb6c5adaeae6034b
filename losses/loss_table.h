// Losses by name, as command lines, files and reports need them: the table of all losses with their parameters, and
// AnyLoss, one loss with its parameters set. Typed code uses the structs (ral.h, …) and pointwise_op.h directly.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/args.h"
#include "losses/loss_point.h"
#include "core/fields.h"
#include "losses/reduction.h"

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

struct LossFormula {
  std::string text, latex;  // latex: empty where nobody wrote it
};

// One loss with its parameters. Cheap to copy; immutable.
class AnyLoss {
 public:
  struct Model {
    virtual ~Model() = default;
    virtual std::string name() const = 0;
    virtual bool single_label() const = 0;
    virtual std::vector<FieldInfo> parameters() const = 0;
    virtual Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const = 0;
    virtual LossPoint at(double x, double y, ptrdiff_t c) const = 0;
    virtual std::vector<LossFactor> factors(double /*x*/, double /*y*/) const { return {}; }
    virtual double logit_scale() const { return 1; }
    virtual LossFormula formula_of_form() const { return {}; }
    virtual LossParameters after_batch(const Tensor& /*targets*/, const Tensor& /*mask*/) const { return {}; }
  };
  AnyLoss() = default;
  explicit AnyLoss(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  std::string name() const { return model_->name(); }
  // True: labels exclude each other, targets are class indices [N]; false: a number in [0, 1] per class [N, C].
  bool single_label() const { return model_->single_label(); }
  std::vector<FieldInfo> parameters() const { return model_->parameters(); }
  // "ral(gamma_neg=4 gamma_pos=0 …)", for logs. A list of more numbers than `longest` shows its first three and last.
  std::string print(size_t longest = size_t(-1)) const;
  // In double, for one label of class c (which only matters to losses with one number per class).
  // Throws ValueError for losses that are not pointwise.
  LossPoint at(double x, double y, ptrdiff_t c = 0) const { return model_->at(x, y, c); }
  // The factors that the formula names, as it computes them there; nothing for losses that name none.
  std::vector<LossFactor> factors(double x, double y) const { return model_->factors(x, y); }
  // s of a loss that is a function of s·x (ldam, ldam_multi), 1 for all others: a model trained with it predicts
  // σ(s·x), softmax(s·x), not σ(x). Checkpoints keep it (apps/evaluation/model_info.h).
  double logit_scale() const { return model_->logit_scale(); }
  // What these parameters make of the formula in the table: Eq. (6) for ral with form=paper.
  LossFormula formula() const;
  const Model& model() const { return *model_; }

  // ---- what training changes in a loss; its state is its parameters, so a checkpoint keeps those
  bool has_parameter(std::string_view name) const;
  // The same loss with some parameters changed; throws like make_loss.
  AnyLoss with(const LossParameters& changes) const;
  // What a batch just trained on changes (seesaw counts its labels), for with(); nothing for most losses. The mask is
  // that of the batch's LossArgs.
  LossParameters after_batch(const Tensor& targets, const Tensor& mask = {}) const {
    return model_->after_batch(targets, mask);
  }

 private:
  std::shared_ptr<const Model> model_;
};

// The same as the loss's own `loss(…)`; its shapes and errors are there.
inline Tensor loss(const AnyLoss& any, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  return any.model().loss(logits, targets, args);
}

struct LossRow {
  std::string name, summary, formula, paper, remarks;
  bool single_label;
  std::vector<FieldInfo> parameters;
  std::function<AnyLoss(const LossParameters&)> make;
  std::string latex = {};  // the formula as LaTeX; empty where nobody wrote it
  bool pointwise = true;  // a function of one logit and its label: at() works; false: it couples logits
};

const std::map<std::string, LossRow>& loss_table();
const LossRow& find_loss(const std::string& name);  // throws ValueError with a suggestion; knows the aliases too
bool has_loss(const std::string& name);             // likewise
std::vector<std::string> loss_names();              // without aliases, sorted
// Throws ValueError for an unknown loss or parameter (with a suggestion) and for a value outside its range (with the
// reason).
AnyLoss make_loss(const std::string& name, const LossParameters& parameters = {});

// ---- filling the table, while the library is loaded
bool register_loss(LossRow row);
// Another name for a loss with some parameters preset: ral-paper = ral with form=paper.
struct LossAlias {
  std::string name;  // of the loss
  LossParameters preset;
};
const std::map<std::string, LossAlias>& loss_aliases();
bool register_loss_alias(const std::string& alias, const std::string& name, LossParameters preset);

}  // namespace skew
