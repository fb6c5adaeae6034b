// Norms are summed in the order of the parameters; gradients that others see are copied before they change. A parameter
// named twice counts once.
#include "models/optim/clip.h"

#include <cmath>

#include "core/error.h"
#include "ops/optimizer_kernels.h"

namespace skew {
namespace {

Tensors gradients_of(const Tensors& parameters) {
  Tensors list;
  for (const Tensor& p : distinct(parameters))
    if (p.grad().defined()) list.push_back(p.grad());
  return list;
}

// Changes the gradients where they are, or copies of those that others see.
template <class F> void change_gradients(const Tensors& parameters, F change) {
  Tensors list;
  for (Tensor p : distinct(parameters)) {
    Tensor g = p.grad();
    if (!g.defined()) continue;
    p.set_grad({});
    list.push_back(g.unique() ? g : g.copy());
    p.set_grad(list.back());
  }
  if (!list.empty()) change(list[0].device(), list);
}

}  // namespace

double grad_norm(const Tensors& parameters, double norm_type) {
  if (!(norm_type > 0))
    throw ValueError(text("grad_norm: norm_type must be a number > 0 or infinity, got ", norm_type));
  const Tensors gradients = gradients_of(parameters);
  const double sum = gradients.empty() ? 0 : power_sum(gradients[0].device(), gradients, norm_type);
  if (norm_type == 2) return std::sqrt(sum);
  return norm_type == 1 || std::isinf(norm_type) ? sum : std::pow(sum, 1 / norm_type);
}

double clip_grad_norm(const Tensors& parameters, double max_norm, double norm_type) {
  if (!(max_norm >= 0))
    throw ValueError(text("clip_grad_norm: max_norm must be a number ≥ 0 or infinity, got ", max_norm));
  const double total = grad_norm(parameters, norm_type);
  const double factor = max_norm / (total + 1e-6);
  if (std::isinf(max_norm) || factor >= 1) return total;
  change_gradients(parameters, [&](Device device, Tensors& list) { scale_in_place(device, list, factor); });
  return total;
}

void clip_grad_value(const Tensors& parameters, double limit) {
  if (!(limit >= 0)) throw ValueError(text("clip_grad_value: limit must be a number ≥ 0, got ", limit));
  change_gradients(parameters, [&](Device device, Tensors& list) { clamp_in_place(device, list, limit); });
}

Verdict judge(const Tensor& loss, const DeferredStatistics& statistics, const Tensors& parameters, double max_norm) {
  if (!(max_norm >= 0)) throw ValueError(text("judge: max_norm must be a number ≥ 0 or infinity, got ", max_norm));
  return naming("judge_step", [&] {
    const Verdict verdict = Verdict::unwritten(loss.device());
    judge_step(loss.device(), loss, statistics.moves(), gradients_of(parameters), max_norm, verdict);
    return verdict;
  });
}

}  // namespace skew
