// The op around a formula, and the registry rows. One class template serves all formulas.
#include "ops/pointwise.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

template <class F>
constexpr bool keeps_output() {
  if constexpr (requires { F::slope_at_output; }) return F::slope_at_output;
  return false;
}

template <class F>
struct PointwiseOp : Op {
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

template <class F>
Tensor call(const Tensor& x, const F& f = {}) {
  return skew::apply(PointwiseOp<F>(f), {x});
}

// ---- registry ------------------------------------------------------------------------------------------------------

std::vector<Sample> samples(Fill fill, const std::vector<Args>& variants) {
  const std::vector<Shape> shapes = {{2, 3, 2, 2}, {},        {1},    {7},       {0},    {3, 4},
                                     {1, 1, 1, 1}, {2, 0, 3}, {5, 1}, {2, 2, 2}, {4, 3}, {1, 9}};
  std::vector<Sample> out;
  for (size_t i = 0; i < shapes.size() * variants.size(); ++i)
    out.push_back({{{"x", shapes[i % shapes.size()], fill}}, variants[i / shapes.size()]});
  return out;
}

struct Row {
  const char *doc, *formula, *source;
  Fill fill = Fill::apart;
  std::vector<Args> variants = {{}};
};

// `make` builds the formula from the registry's arguments; `known` are their names.
template <class F, class Make>
bool add(const Row& row, std::vector<std::string> known, Make make) {
  Args wrong;
  wrong.set("slop", 1.);
  return register_op({.name = F::name,
                      .doc = row.doc,
                      .formula = row.formula,
                      .source = row.source,
                      .slots = {&pointwise_forward<F>, &pointwise_backward<F>},
                      .differentiable = {"x"},
                      .run = [known, make](const NamedTensors& in, const Args& args) -> NamedTensors {
                        args.only(F::name, known);
                        return {{"y", call<F>(input(in, "x", F::name), make(args))}};
                      },
                      .samples = samples(row.fill, row.variants),
                      .refused = {{{{"x", {3}}}, wrong}, {{{"x", {3}, Fill::index, 2}}, {}}}});
}
template <class F>
bool add(const Row& row) {
  return add<F>(row, {}, [](const Args&) { return F{}; });
}

const bool rows = [] {
  using namespace formula;
  add<Relu>({"Rectified linear unit.", "max(x, 0); slope 0 at 0", "Nair and Hinton, ICML 2010"});
  add<LeakyRelu>({"Relu with a small slope for negatives.",
                  "x > 0 ? x : slope·x",
                  "Maas et al., ICML 2013",
                  Fill::apart,
                  {{}, {{"slope", .2}}}},
                 {"slope"}, [](const Args& a) { return LeakyRelu{a.number("slope", .01)}; });
  add<Relu6>({"Relu that saturates at 6.", "min(max(x, 0), 6)", "Krizhevsky, 2010"});
  add<Sigmoid>({"Logistic function.", "1/(1 + e^−x)", "–"});
  add<Tanh>({"Hyperbolic tangent.", "tanh x", "–"});
  add<Gelu>({"Gaussian error linear unit, by the error function.", "x·Φ(x)", "arXiv 1606.08415"}, {"approximate"},
            [](const Args& a) {
              if (a.word("approximate", "none") != "none")
                throw ValueError("gelu: expected approximate = none; see gelu_tanh");
              return Gelu{};
            });
  add<GeluTanh>(
      {"Gaussian error linear unit, approximated.", "x/2·(1 + tanh(√(2/π)(x + .044715x³)))", "arXiv 1606.08415"},
      {"approximate"}, [](const Args& a) {
        if (a.word("approximate", "tanh") != "tanh")
          throw ValueError("gelu_tanh: expected approximate = tanh; see gelu");
        return GeluTanh{};
      });
  add<Silu>({"Sigmoid linear unit (swish).", "x·σ(x)", "arXiv 1702.03118"});
  add<Hardswish>({"Piecewise quadratic swish.", "x·min(max(x + 3, 0), 6)/6", "arXiv 1905.02244"});
  add<Hardsigmoid>({"Piecewise linear sigmoid.", "min(max(x + 3, 0), 6)/6", "arXiv 1511.00363"});
  add<Softplus>({"Smooth relu.",
                 "ln(1 + e^(βx))/β; x where βx > threshold",
                 "Dugas et al., 2000",
                 Fill::apart,
                 {{}, {{"beta", 2.}, {"threshold", 10.}}}},
                {"beta", "threshold"}, [](const Args& a) {
                  const Softplus f{a.number("beta", 1), a.number("threshold", 20)};
                  if (!(f.beta > 0)) throw ValueError(text("softplus: expected beta > 0, got ", f.beta));
                  return f;
                });
  add<LogSigmoid>({"Logarithm of the sigmoid, without its underflow.", "−ln(1 + e^−x)", "–"});
  add<Elu>(
      {"Exponential linear unit.", "x > 0 ? x : α(e^x − 1)", "arXiv 1511.07289", Fill::apart, {{}, {{"alpha", .5}}}},
      {"alpha"}, [](const Args& a) { return Elu{a.number("alpha", 1)}; });
  add<Abs>({"Absolute value.", "|x|; slope 0 at 0", "–"});
  add<Neg>({"Negation.", "−x", "–"});
  add<Square>({"Square.", "x²", "–"});
  add<Exp>({"Exponential.", "e^x", "–", Fill::normal});
  add<Log>({"Natural logarithm.", "ln x", "–", Fill::positive});
  add<Log1p>({"ln(1 + x), exact near 0.", "ln(1 + x)", "–", Fill::positive});
  add<Expm1>({"e^x − 1, exact near 0.", "e^x − 1", "–"});
  add<Sqrt>({"Square root.", "√x", "–", Fill::positive});
  add<Rsqrt>({"Reciprocal square root.", "1/√x", "–", Fill::positive});
  add<Pow>({"Power with a constant exponent.",
            "x^e; 0⁰ = 1 with slope 0",
            "–",
            Fill::positive,
            {{{"exponent", 3.}}, {{"exponent", -1.5}}, {{"exponent", 0.}}}},
           {"exponent"}, [](const Args& a) { return Pow{a.number("exponent", 2)}; });
  add<Clamp>({"Limit to an interval; slope 0 at its ends.",
              "min(max(x, min), max)",
              "–",
              Fill::apart,
              {{{"min", -.5}, {"max", .5}}}},
             {"min", "max"}, [](const Args& a) {
               const Clamp f{a.number("min", -HUGE_VAL), a.number("max", HUGE_VAL)};
               if (!(f.min <= f.max)) throw ValueError(text("clamp: expected min ≤ max, got ", f.min, " and ", f.max));
               return f;
             });
  return true;
}();

}  // namespace

Tensor relu(const Tensor& x) { return call<formula::Relu>(x); }
Tensor leaky_relu(const Tensor& x, double slope) { return call(x, formula::LeakyRelu{slope}); }
Tensor relu6(const Tensor& x) { return call<formula::Relu6>(x); }
Tensor sigmoid(const Tensor& x) { return call<formula::Sigmoid>(x); }
Tensor tanh(const Tensor& x) { return call<formula::Tanh>(x); }
Tensor gelu(const Tensor& x) { return call<formula::Gelu>(x); }
Tensor gelu_tanh(const Tensor& x) { return call<formula::GeluTanh>(x); }
Tensor silu(const Tensor& x) { return call<formula::Silu>(x); }
Tensor hardswish(const Tensor& x) { return call<formula::Hardswish>(x); }
Tensor hardsigmoid(const Tensor& x) { return call<formula::Hardsigmoid>(x); }
Tensor softplus(const Tensor& x, double beta, double threshold) { return call(x, formula::Softplus{beta, threshold}); }
Tensor log_sigmoid(const Tensor& x) { return call<formula::LogSigmoid>(x); }
Tensor elu(const Tensor& x, double alpha) { return call(x, formula::Elu{alpha}); }
Tensor abs(const Tensor& x) { return call<formula::Abs>(x); }
Tensor neg(const Tensor& x) { return call<formula::Neg>(x); }
Tensor square(const Tensor& x) { return call<formula::Square>(x); }
Tensor exp(const Tensor& x) { return call<formula::Exp>(x); }
Tensor log(const Tensor& x) { return call<formula::Log>(x); }
Tensor log1p(const Tensor& x) { return call<formula::Log1p>(x); }
Tensor expm1(const Tensor& x) { return call<formula::Expm1>(x); }
Tensor sqrt(const Tensor& x) { return call<formula::Sqrt>(x); }
Tensor rsqrt(const Tensor& x) { return call<formula::Rsqrt>(x); }
Tensor pow(const Tensor& x, double exponent) { return call(x, formula::Pow{exponent}); }
Tensor clamp(const Tensor& x, double min, double max) {
  if (!(min <= max)) throw ValueError(text("clamp: expected min ≤ max, got ", min, " and ", max));
  return call(x, formula::Clamp{min, max});
}

}  // namespace skew
