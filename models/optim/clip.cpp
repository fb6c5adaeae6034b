// Norms are summed in the order of the parameters; gradients that others see are copied before they change.
#include "models/optim/clip.h"

#include <cmath>

#include "models/optim/argument.h"
#include "ops/update.h"

namespace skew {
namespace {

// Changes the gradients where they are, or copies of those that others see.
template <class F>
void change_gradients(const Tensors& parameters, F change) {
  for (Tensor p : parameters) {
    Tensor g = p.grad();
    if (!g.defined()) continue;
    p.set_grad({});
    if (!g.unique()) g = g.copy();
    change(g);
    p.set_grad(std::move(g));
  }
}

}  // namespace

double grad_norm(const Tensors& parameters, double norm_type) {
  expect_argument(norm_type > 0, "grad_norm", "norm_type", norm_type, "a number > 0 or infinity");
  double sum = 0;
  for (const Tensor& p : parameters) {
    const Tensor& g = p.grad();
    if (!g.defined()) continue;
    const double part = norm_type == 2 ? square_sum(g.device(), g) : power_sum(g.device(), g, norm_type);
    if (!std::isinf(norm_type)) sum += part;
    else if (part > sum || std::isnan(part)) sum = part;
  }
  if (norm_type == 2) return std::sqrt(sum);
  return norm_type == 1 || std::isinf(norm_type) ? sum : std::pow(sum, 1 / norm_type);
}

double clip_grad_norm(const Tensors& parameters, double max_norm, double norm_type) {
  expect_argument(max_norm >= 0, "clip_grad_norm", "max_norm", max_norm, "a number ≥ 0 or infinity");
  const double total = grad_norm(parameters, norm_type);
  const double factor = max_norm / (total + 1e-6);
  if (std::isinf(max_norm) || factor >= 1) return total;
  change_gradients(parameters, [&](const Tensor& g) { scale_in_place(g.device(), g, factor); });
  return total;
}

void clip_grad_value(const Tensors& parameters, double limit) {
  expect_argument(limit >= 0, "clip_grad_value", "limit", limit, "a number ≥ 0");
  change_gradients(parameters, [&](const Tensor& g) { clamp_in_place(g.device(), g, limit); });
}

}  // namespace skew
