// Dropout: forward and backward are the same masking, of x and of dy.
// Kernel: backends/host/dropout.cpp; the random words: core/random.h.
#include "ops/dropout.h"

#include "core/error.h"
#include "core/op.h"
#include "core/random.h"
#include "core/registry.h"

namespace skew {
namespace {

struct DropoutOp : Op {
  DropoutDraw draw;
  explicit DropoutOp(const DropoutDraw& draw) : draw(draw) {}

  std::string_view name() const override { return "dropout"; }
  Shape shape(Inputs in) const override {
    if (!(draw.rate >= 0 && draw.rate <= 1))
      throw ValueError(text("dropout: expected a rate in [0, 1], got ", draw.rate));
    return in[0].shape();
  }
  Tensor forward(Inputs in, Saved&) const override { return dropout_forward(in[0].device(), in[0], draw); }
  Tensors backward(const Tensor& dy, const Saved&, const Needs&) const override {
    return {dropout_forward(dy.device(), dy, draw)};
  }
};

Sample sample(Shape x, double rate, double seed, bool training = true) {
  return {{{"x", x}}, {{"rate", rate}, {"seed", seed}, {"training", training}}};
}

const bool rows =
    register_op({.name = "dropout",
                 .doc = "Elements set to 0 at random while training, the others scaled up.",
                 .formula = "y = x·[u ≥ rate]/(1 − rate), u uniform in [0, 1)",
                 .source = "Srivastava et al., JMLR 2014",
                 .slots = {&dropout_forward},
                 .differentiable = {"x"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   args.only("dropout", {"rate", "training", "seed"});
                   const Tensor& x = input(in, "x", "dropout");
                   const double rate = args.number("rate", 0.5);
                   if (!args.flag("training", true)) return {{"y", dropout(x, {.rate = rate, .training = false})}};
                   if (!args.has("seed")) return {{"y", dropout(x, {.rate = rate, .training = true})}};
                   return {{"y", dropout_drawn(x, DropoutDraw{rate, uint64_t(args.integer("seed", 0)), 0, 0})}};
                 },
                 .samples = {sample({4, 5}, 0.5, 1), sample({4, 5}, 0.1, 2), sample({4, 5}, 0.9, 3),
                             sample({4, 5}, 0, 4), sample({4, 5}, 1, 5), sample({4, 5}, 0.5, 6, false),
                             sample({}, 0.5, 7), sample({1}, 0.5, 8), sample({0, 3}, 0.5, 9),
                             sample({2, 3, 4, 2}, 0.3, 10), sample({33}, 0.5, 11), sample({2, 1, 3}, 0.25, 12)},
                 .refused = {sample({3}, -0.1, 1), sample({3}, 1.5, 1), sample({3}, 2, 1, false)}});

}  // namespace

Tensor dropout_drawn(const Tensor& x, const DropoutDraw& draw) { return apply(DropoutOp(draw), {x}); }

Tensor dropout(const Tensor& x, const DropoutArgs& args) {
  if (!(args.rate >= 0 && args.rate <= 1))
    throw ValueError(text("dropout: expected a rate in [0, 1], got ", args.rate));
  if (!args.training || args.rate == 0) return x;
  Generator& random = default_generator();
  // a stream beside the generator's own: its other draws are numbers of another kind, from the same positions
  constexpr uint64_t stream = 0x64726f70;
  return dropout_drawn(
      x, DropoutDraw{args.rate, random.seed(), stream + random.stream(), random.reserve(uint64_t(x.count()))});
}

}  // namespace skew
