// Mean squared error as sub, square and mean; the reductions are those of all losses.
// Read next: losses/kinds/loss_op.h for losses that are one fused pass.
#include "losses/mse.h"

#include "core/error.h"
#include "core/registry.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"

namespace skew {
namespace {

const bool mse_registered =
    register_op({.name = "mse",
                 .doc = "Mean squared error.",
                 .formula = "y = Σ (x − target)² / n",
                 .source = "Legendre, 1805",
                 .back = {{"x", "2·(x − target)/n·g"}, {"target", "−2·(x − target)/n·g"}},
                 .inputs = {"x", "target"},
                 .arguments = field_list(ReductionArg{}),
                 .slots = {&arithmetic_forward<SubFormula>, &arithmetic_forward<MulFormula>,
                           &arithmetic_backward<MulFormula>, &pointwise_forward<SquareFormula>,
                           &pointwise_backward<SquareFormula>, &reduce_forward, &reduce_backward},
                 .differentiable = {"x", "target"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   args.only("mse", {"reduction"});
                   return {{"y", mse(input(in, "x", "mse"), input(in, "target", "mse"),
                                     parse_reduction(args.word("reduction", "mean")))}};
                 }});

}  // namespace

Tensor mse(const Tensor& x, const Tensor& target, Reduction reduction) {
  if (!(x.shape() == target.shape()))
    throw ShapeError(text("mse: expected x and target of one shape, got ", x.shape(), " and ", target.shape()));
  const Tensor squares = square(sub(x, target));
  if (reduction == Reduction::none) return squares;
  if (reduction == Reduction::mean) return mean(squares);
  const ptrdiff_t batch = x.shape().rank() ? x.shape()[0] : 1;
  const double scale = reduction_scale(reduction, batch, x.count());
  return scale == 1 ? sum(squares) : mul(sum(squares), Tensor::full({}, scale, x.dtype(), x.device()));
}

}  // namespace skew
