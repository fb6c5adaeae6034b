// What the ops of ops/linear.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, ptrdiff_t out, bool bias = true) {
  Sample s{{{"x", x}, {"w", {out, x[x.rank() - 1]}}}, {}};
  if (bias) s.inputs.push_back({"b", {out}});
  return s;
}

const bool registered = register_samples(
    "linear",
    {sample({4, 8}, 5), sample({4, 8}, 5, false), sample({1, 1}, 1), sample({3, 64}, 14), sample({2, 3, 6}, 4),
     sample({2, 3, 2, 5}, 7, false), sample({7}, 3), sample({0, 5}, 4), sample({16, 33}, 17), sample({1, 12}, 14),
     sample({5, 1}, 9), sample({3, 0}, 2), sample({2, 4}, 0)},
    {{{{"x", {4, 8}}, {"w", {5, 7}}}, {}},
     {{{"x", {4, 8}}, {"w", {5, 8}}, {"b", {4}}}, {}},
     {{{"x", {}}, {"w", {5, 8}}}, {}}});

}  // namespace
}  // namespace skew
