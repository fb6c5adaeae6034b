// One number for all elements along some axes: sum, mean, variance, Euclidean norm, log Σ exp.
// The largest element has an index too and lives in ops/max.h.
#pragma once
#include <optional>
#include <vector>

#include "core/fields.h"
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

struct ReduceArgs {
  std::optional<std::vector<ptrdiff_t>> axes;  // absent: all, the result is a scalar; negative: from the back
  bool keepdim = false;                        // the axes stay with length 1
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("axes", self.axes, finite(), "negative: from the back; auto: all");
    visit("keepdim", self.keepdim, any_text(), "whether the axes stay with length 1");
  }
};

// Sums accumulate in double whatever the type. Each throws ShapeError for an axis that x lacks or that occurs twice.
Tensor sum(const Tensor& x, const ReduceArgs& args = {});   // 0 for no elements
Tensor mean(const Tensor& x, const ReduceArgs& args = {});  // NaN for no elements
// Σ(x − mean)² / (n − correction); NaN unless n > correction. Throws ValueError for a negative correction.
Tensor var(const Tensor& x, const ReduceArgs& args = {}, ptrdiff_t correction = 1);
Tensor norm(const Tensor& x, const ReduceArgs& args = {});       // √Σx²; gradient 0 at 0
Tensor logsumexp(const Tensor& x, const ReduceArgs& args = {});  // ln Σ exp(x) without overflow; −∞ for no elements

// ---- slots
enum class Statistic { sum, mean, var, norm, logsumexp };

// x read as outer × n × inner → y (outer × inner) of shape `y`.
inline constinit Kernel<Tensor(const Tensor& x, Statistic, const Extents&, const Shape& y, ptrdiff_t correction)>
    reduce_forward{"reduce_forward"};
// dx of shape `shape`. x is undefined for sum and mean; y is the result, for var the mean.
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& x, const Tensor& y, Statistic, const Extents&,
                               const Shape& shape, ptrdiff_t correction)>
    reduce_backward{"reduce_backward"};

}  // namespace skew
