// The op around a formula and its row in the registry: one class template serves all formulas.
#include "ops/pointwise.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {

void set_field(FieldName what, Bound& bound, const std::string& text, const Range&) {
  const std::optional<double> value = parse_number(text);
  if (!value) throw ValueError(skew::text(what, " must be a number, or infinite, got '", text, "'"));
  bound.value = *value;
}
void check_field(FieldName, Bound, const Range&) {}  // ClampFormula::check refuses NaN
std::string field_text(Bound bound) { return shortest(bound.value); }

namespace {

template <class F> constexpr bool keeps_output() {
  if constexpr (requires { F::slope_at_output; }) return F::slope_at_output;
  return false;
}

template <class F> struct PointwiseOp : Op {
  F f;
  explicit PointwiseOp(const F& f) : f(f) {}

  std::string_view name() const override { return F::name; }
  Reads reads() const override { return Reads::same; }
  Shape shape(Inputs in) const override {
    if (!is_floating(in[0].dtype()))
      throw DtypeError(text(F::name, ": expected float32 or float64, got ", in[0].dtype()));
    return in[0].shape();
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    Tensor y = pointwise_forward<F>(in[0].device(), in[0], f);
    saved.keep(keeps_output<F>() ? y : in[0]);
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Tensor& at = saved[0];
    return {pointwise_backward<F>(at.device(), dy.to(at.layout()), at, f)};
  }
};

// The formula with the registry's arguments: those that it lists, or none.
template <class F> F formula_of(const Args& args) {
  if constexpr (!std::is_empty_v<F>) return args.read<F>(F::name);
  args.only(F::name, {});
  return {};
}

template <class F> std::vector<FieldInfo> listed_arguments() {
  if constexpr (std::is_empty_v<F>) return {};
  else return field_list(F{});
}

template <class F> bool register_formula() {
  return register_op({.name = F::name,
                      .doc = F::doc,
                      .formula = F::formula,
                      .source = F::source,
                      .back = {{"x", F::back}},
                      .arguments = listed_arguments<F>(),
                      .slots = {&pointwise_forward<F>, &pointwise_backward<F>},
                      .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                        return {{"y", pointwise(input(in, "x", F::name), formula_of<F>(args))}};
                      }});
}

template <class... F> bool register_all(FormulaList<F...>) { return (register_formula<F>() && ...); }
const bool pointwise_registered = register_all(PointwiseFormulas{});

}  // namespace

template <class F> Tensor pointwise(const Tensor& x, const F& f) {
  if constexpr (requires { f.check(); }) f.check();
  return skew::apply(PointwiseOp<F>(f), {x});
}

// The headers' functions call instances that only this file can make: their addresses, kept, have each of them emitted
// even where it was inlined above.
namespace {
template <class... F> const void* const* kept(FormulaList<F...>) {
  static const void* const addresses[] = {reinterpret_cast<const void*>(&pointwise<F>)...};
  return addresses;
}
}  // namespace
const void* const* kept_pointwise() { return kept(PointwiseFormulas{}); }

}  // namespace skew
