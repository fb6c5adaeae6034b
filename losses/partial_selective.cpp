// Partial-label selective loss: E. Ben-Baruch et al., "Multi-label classification with partial annotations using
// class-aware selective loss", CVPR 2022, arXiv 2110.10955. ASL for the labels that are known; those that are not may
// count as negatives with a focusing exponent of their own, unless they are likely to be positives that nobody noted.
// Unknown is what the mask says (0), here as everywhere: blank cells of a labels.csv arrive that way.
// Checked against the paper's equations: L₊ = (1−p)^γ₊·ln p, L₋ = p^γ₋·ln(1−p), Lᵤ = p^γᵤ·ln(1−p) with γ₊ ≤ γ₋ ≤ γᵤ;
// an unknown label weighs 0 if it is among the K likeliest unknown ones of its image or if its class's prior exceeds η,
// else 1. Defaults: γ = 0, 1, 2, no clip, K = 5, η = 0.05, those of the public code. Different here: the prior is the
// share of noted positives n_c/N (the paper estimates it by a model trained with unknown labels left out, because noted
// counts are biased), and the focusing weight is detached by default, as in ASL.
#include <algorithm>

#include "core/error.h"
#include "core/visit.h"
#include "losses/asl.h"
#include "losses/class_weights.h"
#include "losses/kinds/pointwise/at_logit.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/table/register.h"
#include "ops/arithmetic.h"

namespace skew {
namespace {

enum class Unknown { ignore, negative, selective };
constexpr std::array<const char*, 3> words_of(Unknown) { return {"ignore", "negative", "selective"}; }

struct PartialSelective {
  static constexpr auto name = "partial_selective";
  static constexpr auto summary = "ASL for partly annotated labels: unknown ones left out, negative, or chosen between";
  static constexpr auto formula =
      "known labels: ASL with γ₊, γ₋; unknown ones (mask 0) that are not left out: −r^γᵤ·ln q,  q = min(1−p+m, 1), r = "
      "1−q";
  static constexpr auto paper = "Ben-Baruch et al., CVPR 2022, arXiv 2110.10955";
  static constexpr auto remarks =
      "mode=selective leaves out the unknown labels of classes more frequent than prior_threshold and, in each image, "
      "the "
      "top_k unknown labels with the highest logits. The mean is over what is not left out.";

  Unknown mode = Unknown::selective;
  double gamma_pos = 0, gamma_neg = 1, gamma_unknown = 2, clip = 0;
  bool detach_focus = true;
  int top_k = 5;
  double prior_threshold = 0.05;
  PerClass class_freq = 1;
  double train_num = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("mode", self.mode, finite(), "what unknown labels are: ignore, negative, selective");
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much easy positives are played down");
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much easy known negatives are played down");
    visit("gamma_unknown", self.gamma_unknown, at_least(0), "γᵤ: the same for unknown labels");
    visit("clip", self.clip, from_up_to(0, 1, "at 1 no negative would count"),
          "m: negatives with p < m cost nothing; 0 switches it off");
    visit("detach_focus", self.detach_focus, finite(), "no gradient through the focusing weight");
    visit("top_k", self.top_k, at_least(0), "selective: so many likely unknown labels of an image are left out");
    visit("prior_threshold", self.prior_threshold, at_least(0),
          "selective: unknown labels of classes with n_c/N above it are left out");
    visit("class_freq", self.class_freq, at_least(0),
          "n_c: training images of each class, also none; training sets it");
    visit("train_num", self.train_num, at_least(0), "N: training images, 0 for no prior; training sets it");
  }
  bool likely(ptrdiff_t c) const { return train_num > 0 && class_freq.at(c) / train_num > prior_threshold; }
};

// A number of each label, 1 or 0, and how many are 1.
struct Chosen {
  Tensor labels;
  ptrdiff_t count = 0;
};

// chosen: 1 for the unknown labels of a row that count as negatives. `order` has room for `classes` numbers.
template <class T>
void choose_unknown(const PartialSelective& l, const T* x, const T* mask, ptrdiff_t classes, T* chosen,
                    int64_t* order) {
  for (ptrdiff_t c = 0; c < classes; ++c) chosen[c] = T(mask[c] == 0);
  if (l.mode != Unknown::selective) return;
  int64_t* end = order;
  for (ptrdiff_t c = 0; c < classes; ++c)
    if (mask[c] == 0) *end++ = c;
  int64_t* const top = order + std::min<ptrdiff_t>(end - order, l.top_k);
  std::partial_sort(order, top, end, [&](int64_t a, int64_t b) { return x[a] > x[b] || (x[a] == x[b] && a < b); });
  for (const int64_t* c = order; c < top; ++c) chosen[*c] = 0;
  for (ptrdiff_t c = 0; c < classes; ++c)
    if (l.likely(c)) chosen[c] = 0;
}

// The same for all rows, chosen in host memory; the labels are in the logits' type and on their device.
template <class T> Chosen unknown_negatives(const PartialSelective& l, const Tensor& logits, const Tensor& known) {
  const Tensor x = logits.host(), mask = known.host().to(logits.dtype());
  const ptrdiff_t classes = classes_of(logits.shape()), count = logits.count();
  Tensor chosen = Tensor::empty(logits.shape(), logits.dtype(), Device::reference);
  Tensor order = Tensor::empty({classes}, DType::int64, Device::reference);
  T* const all = chosen.fill<T>();
  for (ptrdiff_t row = 0; row < count; row += classes)
    choose_unknown(l, x.data<T>() + row, mask.data<T>() + row, classes, all + row, order.fill<int64_t>());
  return {chosen.to(logits.device()), count - std::count(all, all + count, T(0))};
}

ptrdiff_t count_known(const Tensor& mask) {
  Tensor kept;
  const double* known = as_doubles(mask, kept);
  return mask.count() - std::count(known, known + mask.count(), 0.0);
}

struct AnyPartialSelective : AnyLoss::Interface {
  PartialSelective formula;
  explicit AnyPartialSelective(PartialSelective l) : formula(std::move(l)) {}
  std::string name() const override { return PartialSelective::name; }
  bool single_label() const override { return false; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  AtLogit at(double x, double y, ptrdiff_t) const override {
    return y == 0 || y == 1 ? at_logit(known(), x, y == 1) : at_logit(known(), x, y);
  }

  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    check_counts({PartialSelective::name, "class_freq"}, formula.class_freq, classes_of(logits.shape()));
    if (!args.mask.defined() || formula.mode == Unknown::ignore) return skew::loss(known(), logits, targets, args);
    if (!(args.mask.shape() == logits.shape()))
      throw ShapeError(
          text(name(), ": expected a mask of the logits' shape ", logits.shape(), ", got ", args.mask.shape()));
    LossArgs noted = args, unknown = args;
    const Chosen negatives = visit_floating(logits.dtype(), name(), [&](auto zero) {
      return unknown_negatives<decltype(zero)>(formula, logits, args.mask);
    });
    unknown.mask = negatives.labels;
    const bool mean = args.reduction == Reduction::mean;
    if (mean) noted.reduction = unknown.reduction = Reduction::sum;
    Asl as_negative = known();
    as_negative.gamma_neg = formula.gamma_unknown;
    const Tensor zeros = Tensor::zeros(logits.shape(), logits.dtype(), logits.device());
    const Tensor both =
        add(skew::loss(known(), logits, targets, noted), skew::loss(as_negative, logits, zeros, unknown));
    if (!mean) return both;
    const ptrdiff_t counted = count_known(args.mask) + negatives.count;
    return mul(both, Tensor::full({}, reduction_scale(Reduction::mean, 1, counted), both.dtype(), both.device()));
  }

 private:
  Asl known() const {
    return {.gamma_neg = formula.gamma_neg,
            .gamma_pos = formula.gamma_pos,
            .clip = formula.clip,
            .detach_focus = formula.detach_focus};
  }
};

const bool partial_selective_registered = register_loss(loss_entry<PartialSelective>(
    false, true, [](const PartialSelective& l) { return AnyLoss(std::make_shared<AnyPartialSelective>(l)); }));

}  // namespace
}  // namespace skew
