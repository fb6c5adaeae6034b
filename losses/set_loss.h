// What a set loss is: a multi-label loss in which the classes of an image compete. It looks at a line of the batch (the
// classes of an image; for two_way also the images of a class) only through two log-sum-exps,
//   P = ln Σ_k y_k·e^(−x_k/T_p) over the positives,   N = ln Σ_k (1−y_k)·e^(x_k/T_n) over the negatives,
// and is one formula of both, a template over the number type; a sum over nothing is −∞. Dual numbers in P and N give
// its slopes, and ∂P/∂x, ∂N/∂x are softmax weights. Read next: zlpr.h, two_way.h, set_op.h, backends/host/set_loss.cpp.
#pragma once
#include <concepts>
#include <string_view>

#include "core/dual.h"
#include "losses/parameter.h"

namespace skew {

// t_pos, t_neg: the temperatures; along_classes: whether the images of a class are lines too.
template <class L>
concept SetLoss = requires(const L& loss, Dual<float> lse) {
  { L::name } -> std::convertible_to<std::string_view>;
  { L::summary } -> std::convertible_to<std::string_view>;
  { L::formula } -> std::convertible_to<std::string_view>;
  { L::paper } -> std::convertible_to<std::string_view>;
  { L::along_classes } -> std::convertible_to<bool>;
  { loss.temperature_pos() } -> std::same_as<double>;
  { loss.temperature_neg() } -> std::same_as<double>;
  { loss.value(lse, lse) } -> std::same_as<Dual<float>>;
};

}  // namespace skew
