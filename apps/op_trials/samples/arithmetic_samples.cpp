// What the functions of ops/arithmetic.h are tested with: the same shapes for all.
#include "ops/arithmetic.h"

#include "ops/pointwise.h"
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

bool register_two_sided(const std::string& name) {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {2, 3}},          {{}, {}},      {{2, 3}, {3}},    {{3}, {2, 3}},
      {{2, 1, 3}, {4, 1}},       {{0, 3}, {3}}, {{1}, {1}},       {{2, 3, 2, 2}, {2, 3, 2, 2}},
      {{2, 3, 2, 2}, {3, 1, 1}}, {{5}, {}},     {{1, 4}, {3, 1}}, {{2, 2}, {1, 1, 2}},
      {{1, 2, 1}, {3, 1, 2}}};
  const Fill fill = name == "div" ? Fill::positive : Fill::normal;
  const Args args = name == "add" ? Args{{"alpha", .5}} : Args{};
  std::vector<Sample> samples;
  for (const auto& [a, b] : shapes) samples.push_back({{{"a", a, fill}, {"b", b, fill}}, args});
  return register_samples(name, std::move(samples), {{{{"a", {2, 3}}, {"b", {2, 4}}}, {}}});
}

template <class... F> bool register_every_two_sided(FormulaList<F...>) { return (register_two_sided(F::name) && ...); }
const bool arithmetic_samples = register_every_two_sided(ArithmeticFormulas{});

}  // namespace
}  // namespace skew
