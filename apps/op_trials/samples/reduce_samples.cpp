// What the ops of ops/reduce.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample reduce_sample(Shape x, ArgValue axes, bool keepdim, ArgValue correction, Fill fill = Fill::normal) {
  Sample s{{{"x", x, fill}}, {{"axes", std::move(axes)}, {"keepdim", keepdim}}};
  if (!std::holds_alternative<std::nullptr_t>(correction)) s.args.set("correction", std::move(correction));
  return s;
}

// `correction` for var, null for the others.
std::vector<Sample> samples(ArgValue correction, bool of_nothing) {
  using L = std::vector<double>;
  const Fill fill = Fill::positive;  // norm has a kink at 0
  std::vector<Sample> list;
  auto add = [&](Shape x, ArgValue axes, bool keepdim) {
    list.push_back(reduce_sample(x, std::move(axes), keepdim, correction, fill));
  };
  add({3, 4}, nullptr, false), add({3, 4}, nullptr, true), add({2, 3, 4, 5}, L{1}, false);
  add({2, 3, 4, 5}, L{2, 3}, true), add({2, 3, 4}, L{-1}, true), add({2, 3, 4}, L{0, 2}, false);
  add({2, 3, 4}, L{0, -1}, true), add({2, 3, 4, 2}, L{0, 2, 3}, false), add({2, 3, 2, 2}, L{3, 1}, true);
  add({5}, L{0}, false), add({700, 3}, L{0}, false), add({3, 0, 2}, L{0}, false), add({2, 1, 3}, L{0, 1}, false);
  if (of_nothing)
    add({0, 3}, nullptr, false), add({0, 3}, L{0}, false), add({}, nullptr, false), add({2, 3}, L{}, false);
  return list;
}

bool register_statistic(const char* name, bool has_correction = false) {
  using L = std::vector<double>;
  std::vector<Sample> list = samples(has_correction ? ArgValue(0.) : ArgValue(nullptr), !has_correction);
  std::vector<Sample> refused = {reduce_sample({2, 3}, L{2}, false, nullptr),
                                 reduce_sample({2, 3}, L{1, -1}, false, nullptr)};
  if (has_correction) {
    list.push_back(reduce_sample({2, 3, 4}, L{1}, false, 1.));
    refused.push_back(reduce_sample({2, 3}, nullptr, false, -1.));
  }
  return register_samples(name, std::move(list), std::move(refused));
}

const bool reduce_samples = register_statistic("sum") && register_statistic("mean") &&
                            register_statistic("var", true) && register_statistic("norm") &&
                            register_statistic("logsumexp");

}  // namespace
}  // namespace skew
