// The op behind sum, mean, var, norm and logsumexp. Axes that lie apart are brought together by a permutation first,
// so that the kernels (backends/host/reduce.cpp) see outer × n × inner.
#include "ops/reduce.h"

#include <algorithm>

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/permute.h"
#include "ops/reshape.h"

namespace skew {
namespace {

constexpr std::array names = {"sum", "mean", "var", "norm", "logsumexp"};

// Over axes [first, last), which lie side by side; reduce() below brings others there.
struct ReduceOp : Op {
  Statistic statistic;
  int first, last;
  bool keepdim;
  ptrdiff_t correction;
  ReduceOp(Statistic statistic, int first, int last, bool keepdim, ptrdiff_t correction)
      : statistic(statistic), first(first), last(last), keepdim(keepdim), correction(correction) {}

  std::string_view name() const override { return names[size_t(statistic)]; }
  bool linear() const { return statistic == Statistic::sum || statistic == Statistic::mean; }

  Shape shape(Inputs in) const override {
    std::vector<ptrdiff_t> lengths;
    for (int k = 0; k < in[0].shape().rank(); ++k) {
      if (k < first || k >= last) lengths.push_back(in[0].shape()[k]);
      else if (keepdim) lengths.push_back(1);
    }
    return Shape(lengths);
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor y =
        reduce_forward(in[0].device(), in[0], statistic, around(in[0].shape(), first, last), shape(in), correction);
    if (!linear()) saved.keep(in[0]), saved.keep(y);
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& s = saved.shapes[0];
    const Extents e = around(s, first, last);
    const Tensor x = linear() ? Tensor() : saved[0];
    Tensor y = linear() ? Tensor() : saved[1];
    if (statistic == Statistic::var) y = reduce_forward(x.device(), x, Statistic::mean, e, y.shape(), 0);
    return {reduce_backward(dy.device(), dy, x, y, statistic, e, s, correction)};
  }
};

std::vector<int> sorted_axes(const char* op, const Shape& s, const std::optional<std::vector<ptrdiff_t>>& given) {
  std::vector<int> axes;
  if (!given)
    for (int k = 0; k < s.rank(); ++k) axes.push_back(k);
  else
    for (const ptrdiff_t axis : *given) axes.push_back(s.axis(axis, op));
  std::sort(axes.begin(), axes.end());
  const auto twice = std::adjacent_find(axes.begin(), axes.end());
  if (twice != axes.end()) throw ShapeError(text(op, ": expected different axes of ", s, ", got ", *twice, " twice"));
  return axes;
}

Tensor reduce(Statistic statistic, const Tensor& x, const ReduceArgs& args, ptrdiff_t correction = 0) {
  const Shape& s = x.shape();
  const std::vector<int> axes = sorted_axes(names[size_t(statistic)], s, args.axes);
  const int count = int(axes.size()), rank = s.rank();
  if (axes.empty()) return apply(ReduceOp(statistic, rank, rank, args.keepdim, correction), {x});
  if (axes.back() - axes.front() + 1 == count)
    return apply(ReduceOp(statistic, axes.front(), axes.back() + 1, args.keepdim, correction), {x});
  // the axes lie apart: bring them to the back
  std::vector<ptrdiff_t> order, lengths;
  for (int k = 0; k < rank; ++k) {
    const bool reduced = std::binary_search(axes.begin(), axes.end(), k);
    if (!reduced) order.push_back(k);
    lengths.push_back(reduced ? 1 : s[k]);
  }
  order.insert(order.end(), axes.begin(), axes.end());
  const Tensor y = apply(ReduceOp(statistic, rank - count, rank, false, correction), {permute(x, order)});
  return args.keepdim ? reshape(y, lengths) : y;
}

struct VarArgs : ReduceArgs {
  ptrdiff_t correction = 1;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    ReduceArgs::fields(self, visit);
    visit("correction", self.correction, at_least(0), "taken off the number of elements");
  }
};

bool register_statistic(Statistic statistic, const char* doc, const char* formula, const char* back,
                        const char* source) {
  const char* name = names[size_t(statistic)];
  const bool has_correction = statistic == Statistic::var;
  return register_op({.name = name,
                      .doc = doc,
                      .formula = formula,
                      .source = source,
                      .back = {{"x", back}},
                      .arguments = has_correction ? field_list(VarArgs{}) : field_list(ReduceArgs{}),
                      .slots = {&reduce_forward, &reduce_backward, &rearrange_forward, &rearrange_backward},
                      .run = [=](const NamedTensors& in, const Args& args) -> NamedTensors {
                        const Tensor& x = input(in, "x", name);
                        if (!has_correction) return {{"y", reduce(statistic, x, args.read<ReduceArgs>(name))}};
                        const auto a = args.read<VarArgs>(name);
                        return {{"y", var(x, a, a.correction)}};
                      }});
}

const bool reduce_registered =
    register_statistic(Statistic::sum, "The sum over some axes, or all.", "Σ x", "g for every element", "NumPy, sum") &&
    register_statistic(Statistic::mean, "The mean over some axes, or all.", "Σ x / n", "g/n for every element",
                       "NumPy, mean") &&
    register_statistic(Statistic::var, "The variance over some axes, or all.", "Σ (x − mean)² / (n − correction)",
                       "2·(x − mean)/(n − correction)·g", "NumPy, var") &&
    register_statistic(Statistic::norm, "The Euclidean norm over some axes, or all.", "√Σ x²", "x/y·g; 0 at 0",
                       "NumPy, linalg.norm") &&
    register_statistic(Statistic::logsumexp, "The logarithm of a sum of exponentials.",
                       "m + ln Σ exp(x − m), m = max x", "exp(x − y)·g", "SciPy, logsumexp");

}  // namespace

Tensor sum(const Tensor& x, const ReduceArgs& args) { return reduce(Statistic::sum, x, args); }
Tensor mean(const Tensor& x, const ReduceArgs& args) { return reduce(Statistic::mean, x, args); }
Tensor var(const Tensor& x, const ReduceArgs& args, ptrdiff_t correction) {
  if (correction < 0) throw ValueError(text("var: expected a correction ≥ 0, got ", correction));
  return reduce(Statistic::var, x, args, correction);
}
Tensor norm(const Tensor& x, const ReduceArgs& args) { return reduce(Statistic::norm, x, args); }
Tensor logsumexp(const Tensor& x, const ReduceArgs& args) { return reduce(Statistic::logsumexp, x, args); }

}  // namespace skew
