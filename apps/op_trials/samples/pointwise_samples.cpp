// What the functions of ops/pointwise.h are tested with: shapes are the same for all. A formula that is defined
// everywhere and takes no numbers needs no line here.
#include "ops/pointwise.h"

#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

struct Domain {
  Fill fill = Fill::apart;
  std::vector<Args> arguments = {{}};
};
const std::map<std::string, Domain> special = {
    {"leaky_relu", {Fill::apart, {{}, {{"slope", .2}}}}},
    {"softplus", {Fill::apart, {{}, {{"beta", 2.}, {"threshold", 10.}}}}},
    {"elu", {Fill::apart, {{}, {{"alpha", .5}}}}},
    {"clamp", {Fill::apart, {{{"min", -.5}, {"max", .5}}}}},
    {"exp", {Fill::normal}},
    {"log", {Fill::positive}},
    {"log1p", {Fill::positive}},
    {"sqrt", {Fill::positive}},
    {"rsqrt", {Fill::positive}},
    {"pow", {Fill::positive, {{{"exponent", 3.}}, {{"exponent", -1.5}}, {{"exponent", 0.}}}}}};

bool register_formula(const std::string& name) {
  const std::vector<Shape> shapes = {{2, 3, 2, 2}, {},        {1},    {7},       {0},    {3, 4},
                                     {1, 1, 1, 1}, {2, 0, 3}, {5, 1}, {2, 2, 2}, {4, 3}, {1, 9}};
  const auto at = special.find(name);
  const Domain domain = at == special.end() ? Domain{} : at->second;
  std::vector<Sample> samples;
  for (const Args& args : domain.arguments)
    for (const Shape& x : shapes) samples.push_back({{{"x", x, domain.fill}}, args});
  return register_samples(name, std::move(samples),
                          {{{{"x", {3}}}, {{"slop", 1.}}}, {{{"x", {3}, Fill::index, 2}}, {}}});
}

template <class... F> bool register_all(FormulaList<F...>) { return (register_formula(F::name) && ...); }
const bool pointwise_samples = register_all(PointwiseFormulas{});

}  // namespace
}  // namespace skew
