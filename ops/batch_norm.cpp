// Batch normalisation as an op: what is checked, what is kept for the way back.
#include "ops/batch_norm.h"

#include "core/error.h"
#include "core/nonfinite.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

void check_length(const Tensor& t, const char* what, ptrdiff_t channels) {
  if (t.defined() && !(t.shape() == Shape{channels}))
    throw ShapeError(
        text("batch_norm: expected ", what, " of shape [", channels, "] (the channels of x), got ", t.shape()));
}

// Inputs: x, weight, bias, running mean, running variance.
struct BatchNormOp : Op {
  BatchNormArgs args;
  explicit BatchNormOp(const BatchNormArgs& args) : args(args) {}

  std::string_view name() const override { return "batch_norm"; }
  Reads reads() const override { return Reads::any; }
  bool statistic(size_t i) const override { return i > 0; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() < 2) throw ShapeError(text("batch_norm: expected x of rank ≥ 2 (N, C, …), got ", x));
    check_length(in[1], "a weight", x[1]);
    check_length(in[2], "a bias", x[1]);
    check_length(in[3], "a running mean", x[1]);
    check_length(in[4], "a running variance", x[1]);
    if (!(args.eps > 0)) throw ValueError(text("batch_norm: expected eps > 0, got ", args.eps));
    if (!(args.momentum >= 0 && args.momentum <= 1))
      throw ValueError(text("batch_norm: expected momentum in [0, 1], got ", args.momentum));
    if (in[3].defined() != in[4].defined())
      throw ValueError("batch_norm: expected both running statistics or neither, got one");
    if (!args.training && !in[3].defined())
      throw ValueError("batch_norm: expected running statistics in evaluation, got none; train first");
    if (args.training && x[1] && x.count() / x[1] < 2)
      throw ShapeError(text("batch_norm: expected at least 2 values a channel in training, got ", x,
                            "; use a larger batch or evaluate"));
    return x;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Device device = in[0].device();
    BatchNormResult r = batch_norm_forward(device, in[0], in[1], in[2], in[3], in[4], args, saved.recording());
    if (FiniteCheck::on()) check_statistics(in[0], r);
    if (args.training && in[3].defined() && in[0].count()) {
      const double n = double(in[0].count() / in[0].shape()[1]);
      DeferredStatistics::move_or_defer(
          device, {{in[3], r.mean, args.momentum, 1}, {in[4], r.variance, args.momentum, n / (n - 1)}});
    }
    for (const Tensor& t : {in[0], in[1], r.mean, r.variance, args.relu ? r.y : Tensor()}) saved.keep(t);
    saved.extra = std::move(r.workspace);
    return r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const BatchNormResult statistics{{}, saved[2], saved[3], saved.extra};
    BatchNormGradients g = batch_norm_backward(dy.device(), dy, saved[0], saved[4], saved[1], statistics, args);
    return {g.dx, g.dweight, g.dbias, {}, {}};
  }

 private:
  // A variance may overflow although every input and every result (x/∞ = 0) is finite.
  static void check_statistics(const Tensor& x, const BatchNormResult& r) {
    if (all_finite(r.mean) && all_finite(r.variance)) return;
    const std::string scope = Scope::path();
    const ptrdiff_t sample = largest_sample(x);
    throw NonFiniteError(text("batch_norm", scope.empty() ? "" : " in '" + scope + "'", ": the batch's statistics of ",
                              x.shape(), " are not finite; the largest input is first in sample ", sample),
                         "batch_norm", scope, sample);
  }
};

NamedTensors run(const NamedTensors& in, const Args& args) {
  return {{"y", batch_norm(input(in, "x", "batch_norm"), optional_input(in, "weight"), optional_input(in, "bias"),
                           optional_input(in, "running_mean"), optional_input(in, "running_var"),
                           args.read<BatchNormArgs>("batch_norm"))}};
}

const bool batch_norm_registered = register_op(
    {.name = "batch_norm",
     .doc = "Normalise each channel by the batch's or the running mean and variance, then scale, shift and relu.",
     .formula = "y = (x − mean[c]) / √(variance[c] + eps) · weight[c] + bias[c]",
     .source = "Ioffe and Szegedy, Batch normalization, ICML 2015, arXiv 1502.03167",
     .back = {{"x", "weight/√(variance + eps)·(g − mean(g) − x̂·mean(g·x̂)), x̂ = (x − mean)/√(variance + eps)"},
              {"weight", "Σ g·x̂"},
              {"bias", "Σ g"}},
     .inputs = {"x", "weight", "bias", "running_mean", "running_var"},
     .arguments = field_list(BatchNormArgs{}),
     .slots = {&batch_norm_forward, &batch_norm_backward, &move_running_statistics},
     .differentiable = {"x", "weight", "bias"},
     .run = run});

constinit thread_local DeferredStatistics* living = nullptr;

}  // namespace

DeferredStatistics::DeferredStatistics() : before_(living) { living = this; }
DeferredStatistics::~DeferredStatistics() { living = before_; }

void DeferredStatistics::apply() {
  if (!moves_.empty()) move_running_statistics(moves_[0].running.device(), moves_);
  moves_.clear();
}

void DeferredStatistics::move_or_defer(Device device, std::vector<StatisticsMove> moves) {
  if (!living) move_running_statistics(device, moves);
  else living->moves_.insert(living->moves_.end(), moves.begin(), moves.end());
}

Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                  const Tensor& running_var, const BatchNormArgs& args) {
  const bool affine = args.affine;
  return apply(BatchNormOp{args}, {x, affine ? weight : Tensor(), affine ? bias : Tensor(), running_mean, running_var});
}

}  // namespace skew
