// What the ops of ops/linear.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample linear_sample(Shape x, ptrdiff_t out, bool bias = true) {
  Sample s{{{"x", x}, {"w", {out, x[x.rank() - 1]}}}, {}};
  if (bias) s.inputs.push_back({"b", {out}});
  return s;
}

const bool linear_samples = register_samples(
    "linear",
    {linear_sample({4, 8}, 5), linear_sample({4, 8}, 5, false), linear_sample({1, 1}, 1), linear_sample({3, 64}, 14),
     linear_sample({2, 3, 6}, 4), linear_sample({2, 3, 2, 5}, 7, false), linear_sample({7}, 3),
     linear_sample({0, 5}, 4), linear_sample({16, 33}, 17), linear_sample({1, 12}, 14), linear_sample({5, 1}, 9),
     linear_sample({3, 0}, 2), linear_sample({2, 4}, 0)},
    {{{{"x", {4, 8}}, {"w", {5, 7}}}, {}},
     {{{"x", {4, 8}}, {"w", {5, 8}}, {"b", {4}}}, {}},
     {{{"x", {}}, {"w", {5, 8}}}, {}}});

}  // namespace
}  // namespace skew
