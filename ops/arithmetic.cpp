// Sums, products and their relatives as ops of one template: a formula makes value and slopes.
#include "ops/arithmetic.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/pointwise.h"

namespace skew {
namespace {

template <class F> struct ArithmeticOp : Op {
  F f;
  explicit ArithmeticOp(const F& f) : f(f) {}

  std::string_view name() const override { return F::name; }
  Reads reads() const override { return Reads::same; }
  Shape shape(Inputs in) const override {
    for (const Tensor& t : in)
      if (!is_floating(t.dtype())) throw DtypeError(text(F::name, ": expected float32 or float64, got ", t.dtype()));
    return broadcast(in[0].shape(), in[1].shape(), F::name);
  }
  // Equal shapes arrive in one order. With broadcasting every operand is read row-major.
  Tensor forward(Inputs in, Saved& saved) const override {
    const bool equal = in[0].shape() == in[1].shape();
    const Tensor a = equal ? in[0] : in[0].to(Layout{}), b = equal ? in[1] : in[1].to(Layout{});
    Tensor y = arithmetic_forward<F>(a.device(), a, b, f);
    if (F::slopes == Slopes::at_result) saved.keep(y);
    if (F::slopes == Slopes::at_operands) {
      saved.keep(a);
      saved.keep(b);
    }
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const ArithmeticGradients g = gradients(dy, saved, needs);
    return {summed(g.da, saved.shapes[0], needs[0]), summed(g.db, saved.shapes[1], needs[1])};
  }

 private:
  ArithmeticGradients gradients(const Tensor& dy, const Saved& saved, const Needs& needs) const {
    const Device device = dy.device();
    if constexpr (F::slopes == Slopes::at_operands) {
      return arithmetic_backward<F>(device, dy.to(saved[0].layout()), saved[0], saved[1], needs[0], needs[1], f);
    } else if constexpr (F::slopes == Slopes::at_result) {
      const Tensor d = pointwise_backward<ReluFormula>(device, dy.to(saved[0].layout()), saved[0], ReluFormula{});
      return {d, d};
    } else {
      if (f.factor() == 1 || !needs[1]) return {dy, dy};
      const Tensor factor = Tensor::full({}, f.factor(), dy.dtype(), device);
      return {dy, arithmetic_forward<MulFormula>(device, dy.to(Layout{}), factor, MulFormula{})};
    }
  }
  static Tensor summed(const Tensor& d, const Shape& shape, bool needed) {
    if (!needed || d.shape() == shape) return needed ? d : Tensor();
    return sum_to_shape(d.device(), d.to(Layout{}), shape);
  }
};

// The formula with the registry's arguments: those that it lists, or none. `same`: both operands are x.
template <class F> F binary_formula_of(const Args& args) {
  if constexpr (!std::is_empty_v<F>) return args.read<F>(F::name, {}, {"same"});
  args.only(F::name, {"same"});
  return {};
}

template <class F> std::vector<const Slot*> slots() {
  if constexpr (F::slopes == Slopes::at_operands)
    return {&arithmetic_forward<F>, &arithmetic_backward<F>, &sum_to_shape};
  else if constexpr (F::slopes == Slopes::at_result)
    return {&arithmetic_forward<F>, &pointwise_backward<ReluFormula>, &sum_to_shape};
  else return {&arithmetic_forward<F>, &arithmetic_forward<MulFormula>, &sum_to_shape};
}

template <class F> std::vector<FieldInfo> arguments_of() {
  if constexpr (std::is_empty_v<F>) return {};
  else return field_list(F{});
}

template <class F> bool register_binary() {
  return register_op(
      {.name = F::name,
       .doc = F::doc,
       .formula = F::formula,
       .source = "–",
       .back = {{"a", F::back_a}, {"b", F::back_b}},
       .inputs = {"a", "b"},
       .arguments = arguments_of<F>(),
       .slots = slots<F>(),
       .differentiable = {"a", "b", "x"},
       .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
         const F f = binary_formula_of<F>(args);
         const bool same = args.flag("same", false);
         return {{"y", arithmetic(input(in, same ? "x" : "a", F::name), input(in, same ? "x" : "b", F::name), f)}};
       }});
}

template <class... F> bool register_all_binary(FormulaList<F...>) { return (register_binary<F>() && ...); }
const bool arithmetic_registered = register_all_binary(ArithmeticFormulas{});

}  // namespace

template <class F> Tensor arithmetic(const Tensor& a, const Tensor& b, const F& f) {
  return skew::apply(ArithmeticOp<F>(f), {a, b});
}

// As in pointwise.cpp: keeps the instances that the header's functions call.
namespace {
template <class... F> const void* const* binary_instances(FormulaList<F...>) {
  static const void* const addresses[] = {reinterpret_cast<const void*>(&arithmetic<F>)...};
  return addresses;
}
}  // namespace
const void* const* kept_arithmetic() { return binary_instances(ArithmeticFormulas{}); }

}  // namespace skew
