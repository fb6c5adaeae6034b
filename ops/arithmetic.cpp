// Sums, products and their relatives as ops of one template: a formula makes value and slopes.
#include "ops/arithmetic.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/pointwise.h"

namespace skew {
namespace {

template <class F>
struct ArithmeticOp : Op {
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
    if constexpr (std::is_same_v<F, formula::AddRelu>) {
      saved.keep(y);
    } else if constexpr (!std::is_same_v<F, formula::Add> && !std::is_same_v<F, formula::Sub>) {
      saved.keep(a), saved.keep(b);
    }
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    ArithmeticGradients g;
    if constexpr (std::is_same_v<F, formula::Add> || std::is_same_v<F, formula::Sub>) {
      g = linear(dy, needs);
    } else if constexpr (std::is_same_v<F, formula::AddRelu>) {  // relu's slope at y, for both
      g.da = g.db = pointwise_backward<formula::Relu>(dy.device(), dy.to(saved[0].layout()), saved[0], formula::Relu{});
    } else {
      g = arithmetic_backward<F>(dy.device(), dy.to(saved[0].layout()), saved[0], saved[1], needs[0], needs[1], f);
    }
    return {summed(g.da, saved.shapes[0], needs[0]), summed(g.db, saved.shapes[1], needs[1])};
  }

 private:
  // a + α·b: dy itself, and α·dy
  ArithmeticGradients linear(const Tensor& dy, const Needs& needs) const {
    double alpha = -1;
    if constexpr (std::is_same_v<F, formula::Add>) alpha = f.alpha;
    ArithmeticGradients g{dy, dy};
    if (alpha != 1 && needs[1]) {
      const Tensor factor = Tensor::full({}, alpha, dy.dtype(), dy.device());
      g.db = arithmetic_forward<formula::Mul>(dy.device(), dy.to(Layout{}), factor, formula::Mul{});
    }
    return g;
  }
  static Tensor summed(const Tensor& d, const Shape& shape, bool needed) {
    if (!needed || d.shape() == shape) return needed ? d : Tensor();
    return sum_to_shape(d.device(), d.to(Layout{}), shape);
  }
};

template <class F>
Tensor call(const Tensor& a, const Tensor& b, const F& f = {}) {
  return skew::apply(ArithmeticOp<F>(f), {a, b});
}

std::vector<Sample> samples(Fill fill, const Args& args) {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {2, 3}},          {{}, {}},      {{2, 3}, {3}},    {{3}, {2, 3}},
      {{2, 1, 3}, {4, 1}},       {{0, 3}, {3}}, {{1}, {1}},       {{2, 3, 2, 2}, {2, 3, 2, 2}},
      {{2, 3, 2, 2}, {3, 1, 1}}, {{5}, {}},     {{1, 4}, {3, 1}}, {{2, 2}, {1, 1, 2}},
      {{1, 2, 1}, {3, 1, 2}}};
  std::vector<Sample> out;
  for (const auto& [a, b] : shapes) out.push_back({{{"a", a, fill}, {"b", b, fill}}, args});
  return out;
}

template <class F, class Make>
bool add_row(const char* doc, const char* formula, Fill fill, const Args& args, std::vector<std::string> known,
             Make make) {
  known.push_back("same");
  return register_op({.name = F::name,
                      .doc = doc,
                      .formula = formula,
                      .source = "–",
                      .slots = {&arithmetic_forward<F>, &arithmetic_backward<F>, &sum_to_shape},
                      .differentiable = {"a", "b", "x"},
                      .run = [known, make](const NamedTensors& in, const Args& args) -> NamedTensors {
                        args.only(F::name, known);
                        const bool same = args.flag("same", false);  // both operands are x
                        return {{"y", call<F>(input(in, same ? "x" : "a", F::name),
                                              input(in, same ? "x" : "b", F::name), make(args))}};
                      },
                      .samples = samples(fill, args),
                      .refused = {{{{"a", {2, 3}}, {"b", {2, 4}}}, {}}}});
}
template <class F>
bool add_row(const char* doc, const char* formula, Fill fill = Fill::normal) {
  return add_row<F>(doc, formula, fill, {}, {}, [](const Args&) { return F{}; });
}

const bool rows = [] {
  using namespace formula;
  add_row<Add>("Sum of two tensors, the second scaled.", "a + alpha·b", Fill::normal, {{"alpha", .5}}, {"alpha"},
               [](const Args& args) { return Add{args.number("alpha", 1)}; });
  add_row<Sub>("Difference.", "a − b");
  add_row<Mul>("Product.", "a·b");
  add_row<Div>("Quotient.", "a/b", Fill::positive);
  add_row<Maximum>("The larger one; on a tie each side takes half the gradient.", "max(a, b)");
  add_row<Minimum>("The smaller one; on a tie each side takes half the gradient.", "min(a, b)");
  add_row<AddRelu>("Sum and relu in one pass: the end of a residual block.", "max(a + b, 0)");
  return true;
}();

}  // namespace

Tensor add(const Tensor& a, const Tensor& b, double alpha) { return call(a, b, formula::Add{alpha}); }
Tensor sub(const Tensor& a, const Tensor& b) { return call<formula::Sub>(a, b); }
Tensor mul(const Tensor& a, const Tensor& b) { return call<formula::Mul>(a, b); }
Tensor div(const Tensor& a, const Tensor& b) { return call<formula::Div>(a, b); }
Tensor maximum(const Tensor& a, const Tensor& b) { return call<formula::Maximum>(a, b); }
Tensor minimum(const Tensor& a, const Tensor& b) { return call<formula::Minimum>(a, b); }
Tensor add_relu(const Tensor& a, const Tensor& b) { return call<formula::AddRelu>(a, b); }

}  // namespace skew
