#include "losses/cross_entropy.h"

#include "core/registry.h"
#include "losses/loss_row.h"

namespace skew {
namespace {

constexpr const char* op = "cross_entropy";

// x's shape without the class axis: that of target indices, of a mask, and of the result for reduction none.
Shape without_classes(const Shape& x) {
  std::vector<ptrdiff_t> lengths(x.begin(), x.end());
  lengths.erase(lengths.begin() + 1);
  return Shape(lengths);
}

struct CrossEntropyOp : LossOp {
  CrossEntropy loss;
  Reduction reduction;
  CrossEntropyOp(const CrossEntropy& loss, Reduction reduction) : loss(loss), reduction(reduction) {}

  std::string_view name() const override { return op; }

  Shape shape(Inputs in) const override {
    const Tensor &x = in[0], &target = in[1], &class_weights = in[2], &mask = in[3];
    if (!is_floating(x.dtype())) throw DtypeError(text(op, ": expected floating logits, got ", x.dtype()));
    if (x.shape().rank() < 2) throw ShapeError(text(op, ": expected logits (N, C) or (N, C, …), got ", x.shape()));
    const Shape indices = without_classes(x.shape());
    const bool probabilities = is_floating(target.dtype());
    if (!(target.shape() == (probabilities ? x.shape() : indices)))
      throw ShapeError(text(op, ": expected target ", probabilities ? "probabilities" : "indices", " of shape ",
                            probabilities ? x.shape() : indices, " for logits ", x.shape(), ", got ", target.shape(),
                            "; indices are int64, probabilities floating"));
    if (!probabilities && target.dtype() != DType::int64)
      throw DtypeError(text(op, ": expected int64 indices or floating probabilities as target, got ", target.dtype()));
    if (probabilities && loss.ignore_index)
      throw ValueError(text(op, ": ignore_index has no meaning for targets that are probabilities; use a mask"));
    if (class_weights.defined() && !(class_weights.shape() == Shape{x.shape()[1]}))
      throw ShapeError(text(op, ": expected class weights of shape [", x.shape()[1], "], got ", class_weights.shape()));
    if (mask.defined() && !(mask.shape() == indices))
      throw ShapeError(text(op, ": expected a mask of shape ", indices, ", got ", mask.shape()));
    return reduction == Reduction::none ? indices : Shape{};
  }

  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor& x = in[0];
    auto same = [&](const Tensor& t) { return t.defined() ? t.to(x.dtype()) : t; };
    CrossEntropyJob job{
        x, in[1].dtype() == DType::int64 ? in[1] : same(in[1]), same(in[2]), same(in[3]), loss, reduction, {}, {}};
    if (reduction == Reduction::none) job.value = Tensor::empty(without_classes(x.shape()), x.dtype(), x.device());
    if (saved.recording()) job.gradient = Tensor::empty_like(x);
    const CrossEntropyResult result = cross_entropy_kernel(x.device(), job);
    if (result.bad.target >= 0 && job.target.dtype() == DType::int64)
      throw ValueError(text(op, ": the target of row ", result.bad.target, " is ",
                            job.target.data<int64_t>()[result.bad.target], ", expected a class index in 0 … ",
                            x.shape()[1] - 1, loss.ignore_index ? text(" or ", *loss.ignore_index, " (ignored)") : ""));
    throw_if_bad(op, result.bad, x, job.target);
    saved.keep(job.gradient);
    return reduction == Reduction::none ? job.value : Tensor::full({}, result.value, x.dtype(), x.device());
  }
};

struct CrossEntropyModel : AnyLoss::Model {
  CrossEntropy formula;
  explicit CrossEntropyModel(CrossEntropy formula) : formula(formula) {}
  std::string name() const override { return op; }
  bool single_label() const override { return true; }
  std::vector<ParameterInfo> parameters() const override { return parameter_list(formula); }
  Tensor loss(const Tensor& x, const Tensor& target, const LossArgs& args) const override {
    return skew::loss(formula, x, target, args);
  }
  LossPoint at(double, double, ptrdiff_t) const override {
    throw ValueError("cross_entropy: has no value at a single logit, it couples the classes of a row");
  }
};

NamedTensors run(const NamedTensors& in, const Args& args) {
  args.only(op, {"label_smoothing", "ignore_index", "reduction"});
  CrossEntropy formula{args.number("label_smoothing", 0)};
  if (args.has("ignore_index")) formula.ignore_index = args.integer("ignore_index", 0);
  const LossArgs loss_args{parse_reduction(args.word("reduction", "mean"), op), optional_input(in, "weight"),
                           optional_input(in, "mask")};
  return {{"y", loss(formula, input(in, "x", op), input(in, "target", op), loss_args)}};
}

std::vector<Sample> samples() {
  auto indices = [](Shape x, Args args, bool weight = false) {
    Sample s{{{"x", x}, {"target", without_classes(x), Fill::index, x[1]}}, std::move(args)};
    if (weight) s.inputs.push_back({"weight", {x[1]}, Fill::positive});
    return s;
  };
  auto probabilities = [](Shape x, Args args, bool weight = false) {
    Sample s{{{"x", x}, {"target", x, Fill::unit}}, std::move(args)};
    if (weight) s.inputs.push_back({"weight", {x[1]}, Fill::positive});
    return s;
  };
  const Args mean{{"reduction", "mean"}}, sum{{"reduction", "sum"}}, none{{"reduction", "none"}};
  const Args smooth{{"label_smoothing", .1}}, ignore{{"label_smoothing", .2}, {"ignore_index", 1.}};
  return {indices({4, 5}, mean), indices({4, 5}, sum), indices({4, 5}, none), indices({6, 3}, smooth),
          indices({6, 3}, smooth, true), indices({5, 4}, ignore, true), indices({2, 3, 2, 4}, mean, true),
          indices({2, 3, 5}, none, true), probabilities({4, 5}, mean), probabilities({4, 5}, smooth, true),
          probabilities({2, 3, 4}, none), indices({1, 1}, mean), indices({0, 3}, sum),
          indices({3, 40}, Args{{"reduction", "batch_mean"}})};
}

const bool rows = [] {
  register_loss({CrossEntropy::name, CrossEntropy::summary, CrossEntropy::formula, CrossEntropy::paper,
                 CrossEntropy::remarks, true, parameter_list(CrossEntropy{}), [](const LossParameters& p) {
                   return AnyLoss(std::make_shared<CrossEntropyModel>(with_parameters<CrossEntropy>(p)));
                 }});
  return register_op(
      {.name = op,
       .doc = "Cross-entropy of a softmax over axis 1; targets are class indices or probabilities.",
       .formula = CrossEntropy::formula,
       .source = CrossEntropy::paper,
       .slots = {&cross_entropy_kernel, &scale_saved_gradient},
       .differentiable = {"x"},
       .run = run,
       .samples = samples(),
       .refused = {{{{"x", {3, 4}}, {"target", {2}, Fill::index, 4}}, {}},
                   {{{"x", {3, 2}}, {"target", {3}, Fill::index, 100}}, {}},
                   {{{"x", {3, 2}}, {"target", {3}, Fill::index, 2}}, {{"label_smoothing", 1.0}}},
                   {{{"x", {3, 2}}, {"target", {3}, Fill::index, 2}, {"weight", {3}}}, {}}}});
}();

}  // namespace

Tensor loss(const CrossEntropy& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args) {
  if (args.weights.defined())
    throw ValueError("cross_entropy: takes class_weights and a mask, not weights of elements");
  CrossEntropy::parameters(loss, [](const char* name, const auto& value, const Range& range, const char*) {
    check_parameter({op, name}, value, range);
  });
  return apply(CrossEntropyOp(loss, args.reduction), {logits, targets, args.class_weights, args.mask});
}

}  // namespace skew
