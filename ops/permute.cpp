// Permute and transpose: axis tables in another order.
// The kernel behind both is in backends/host/rearrange.cpp.
#include "ops/permute.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

Tensor permuted(const char* op, const Tensor& x, const std::vector<int>& axes) {
  const Shape& s = x.shape();
  Rearrangement r;
  std::vector<ptrdiff_t> lengths;
  for (const int axis : axes) {
    lengths.push_back(s[axis]);
    r.from.push_back(axis_table(s, axis, s[axis], [](ptrdiff_t i) { return i; }));
  }
  r.shape = Shape(std::span<const ptrdiff_t>(lengths));
  return rearrange(op, x, std::move(r));
}

using L = std::vector<double>;
Sample sample(Shape x, L axes) { return {{{"x", x}}, {{"axes", std::move(axes)}}}; }

const bool rows = [] {
  const std::vector<const Slot*> slots = {&rearrange_forward, &rearrange_backward};
  register_op(
      {.name = "permute",
       .doc = "The axes in another order.",
       .formula = "y[…, iₖ, …] with iₖ along axis axes[k] of x",
       .source = "NumPy, transpose",
       .slots = slots,
       .differentiable = {"x"},
       .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
         args.only("permute", {"axes"});
         return {{"y", permute(input(in, "x", "permute"), args.integers("axes", {}))}};
       },
       .samples = {sample({2, 3}, {1, 0}), sample({2, 3, 4}, {2, 0, 1}), sample({2, 3, 4}, {0, 1, 2}),
                   sample({2, 3, 4, 5}, {0, 2, 3, 1}), sample({2, 3, 4, 5}, {0, 3, 1, 2}), sample({}, {}),
                   sample({5}, {0}), sample({1, 1}, {1, 0}), sample({0, 3}, {1, 0}), sample({3, 1, 2}, {-1, 0, 1}),
                   sample({2, 2, 2, 2, 2}, {4, 3, 2, 1, 0}), sample({1, 6, 1, 3}, {3, 2, 1, 0})},
       .refused = {sample({2, 3}, {0}), sample({2, 3}, {0, 0}), sample({2, 3}, {0, 2})}});
  register_op({.name = "transpose",
               .doc = "Two axes exchanged.",
               .formula = "y[…, j, …, i, …] = x[…, i, …, j, …]",
               .source = "PyTorch, transpose",
               .slots = slots,
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("transpose", {"axes"});
                 const auto axes = args.integers("axes", {});
                 if (axes.size() != 2)
                   throw ValueError(text("transpose: expected axes = [a, b], got ", axes.size(), " numbers"));
                 return {{"y", transpose(input(in, "x", "transpose"), axes[0], axes[1])}};
               },
               .samples = {sample({3, 4}, {0, 1}), sample({3, 4}, {1, 0}), sample({3, 4}, {1, 1}),
                           sample({2, 3, 4}, {-1, 0}), sample({2, 3, 4}, {1, 2}), sample({2, 3, 4, 5}, {1, 2}),
                           sample({2, 3, 4, 5}, {0, 3}), sample({1, 1}, {0, 1}), sample({1, 5}, {0, 1}),
                           sample({0, 3}, {0, 1}), sample({4}, {0, -1}), sample({2, 2, 2, 2, 3}, {-2, 1})},
               .refused = {sample({2, 3}, {0, 2}), sample({2, 3}, {0}), sample({}, {0, 0})}});
  return true;
}();

}  // namespace

Tensor permute(const Tensor& x, const std::vector<ptrdiff_t>& axes) {
  const Shape& s = x.shape();
  if (ptrdiff_t(axes.size()) != s.rank())
    throw ShapeError(text("permute: expected ", s.rank(), " axes for ", s, ", got ", axes.size()));
  std::vector<int> order;
  for (const ptrdiff_t axis : axes) {
    order.push_back(s.axis(axis, "permute"));
    if (std::count(order.begin(), order.end(), order.back()) > 1)
      throw ShapeError(text("permute: expected every axis of ", s, " once, got ", axis, " twice"));
  }
  return permuted("permute", x, order);
}

Tensor transpose(const Tensor& x, ptrdiff_t a, ptrdiff_t b) {
  std::vector<int> order;
  for (int k = 0; k < x.shape().rank(); ++k) order.push_back(k);
  const int first = x.shape().axis(a, "transpose"), second = x.shape().axis(b, "transpose");
  std::swap(order[size_t(first)], order[size_t(second)]);
  return permuted("transpose", x, order);
}

}  // namespace skew
