// Cross-entropy of a softmax over classes, for labels that exclude each other: with label smoothing, class weights and
// ignored targets. Targets are class indices or probabilities.
#pragma once
#include <optional>

#include "losses/loss_op.h"
#include "losses/parameter.h"

namespace skew {

struct CrossEntropy {
  static constexpr auto name = "cross_entropy";
  static constexpr auto summary = "cross-entropy of a softmax, with label smoothing";
  static constexpr auto formula = "−(1−s)·w_t·ln p_t − (s/C)·Σ_c w_c·ln p_c,  p = softmax(x)";
  static constexpr auto paper = "label smoothing: Szegedy et al., CVPR 2016, arXiv 1512.00567";
  static constexpr auto remarks =
      "For labels that exclude each other; mean divides by the weights of the kept targets.";

  double label_smoothing = 0;
  std::optional<int64_t> ignore_index{};  // targets of this index count for nothing

  template <class Self, class Visit>
  static void parameters(Self& self, Visit&& visit) {
    visit("label_smoothing", self.label_smoothing, from_up_to(0, 1, "at 1 the target no longer counts"),
          "s: the share of the target spread over all classes");
  }
};

// logits x (N, C) or (N, C, …); targets int64 (N) or (N, …), or probabilities of x's shape (mask: the indices' shape).
//   mean: Σ / Σ w_t over the kept targets; for probabilities / their number.   batch_mean: Σ / N.   none: (N, …).
// With probabilities t the sum is −Σ_c w_c·((1−s)t_c + s/C)·ln p_c. Nothing kept: 0.
// Throws ValueError for an index outside 0 … C−1 (naming the row) or a probability outside [0, 1], NonFiniteError for a
// NaN logit, ShapeError for shapes that do not fit.
Tensor loss(const CrossEntropy& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {});

// ---- slot
struct CrossEntropyJob {
  Tensor x, target, class_weights, mask;  // target int64 or of x's type; the weights of x's type or undefined
  CrossEntropy loss;
  Reduction reduction;
  Tensor value, gradient;                 // filled where defined: (N, …) for none, x's shape
};
struct CrossEntropyResult {
  double value;       // reduced
  BadElements bad;
};
inline constinit Kernel<CrossEntropyResult(const CrossEntropyJob&)> cross_entropy_kernel{"cross_entropy_kernel"};

}  // namespace skew
