#include "ops/dropout.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

struct DropoutOp : Op {
  DropoutArgs args;
  explicit DropoutOp(const DropoutArgs& args) : args(args) {}

  std::string_view name() const override { return "dropout"; }
  Shape shape(Inputs in) const override {
    if (!(args.rate >= 0 && args.rate < 1)) throw ValueError(text("dropout: expected a rate in [0, 1), got ", args.rate));
    return in[0].shape();
  }
  Tensor forward(Inputs in, Saved&) const override { return dropout_forward(in[0].device(), in[0], args); }
  Tensors backward(const Tensor& dy, const Saved&, const Needs&) const override {
    return {dropout_forward(dy.device(), dy, args)};
  }
};

Sample sample(Shape x, double rate, double seed = 1, double position = 0) {
  return {{{"x", x}}, {{"rate", rate}, {"seed", seed}, {"position", position}}};
}

const bool rows = register_op(
    {.name = "dropout",
     .doc = "Elements set to 0 at random, the others divided by 1 − rate.",
     .formula = "y = x / (1 − rate) where u ≥ rate, else 0; u uniform in [0, 1)",
     .source = "Srivastava et al., Dropout, JMLR 15, 2014",
     .slots = {&dropout_forward},
     .differentiable = {"x"},
     .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
       args.only("dropout", {"rate", "seed", "stream", "position"});
       auto whole = [&](const char* name) {
         const ptrdiff_t n = args.integer(name, 0);
         if (n < 0) throw ValueError(text("dropout: expected ", name, " ≥ 0, got ", n));
         return uint64_t(n);
       };
       return {{"y", dropout(input(in, "x", "dropout"),
                             {args.number("rate", .5), whole("seed"), whole("stream"), whole("position")})}};
     },
     .samples = {sample({3, 5}, .5), sample({3, 5}, .5, 2), sample({3, 5}, .5, 1, 7), sample({4, 8}, 0), sample({4, 8}, .9),
                 sample({2, 3, 4, 5}, .2), sample({}, .5), sample({1}, .5), sample({0, 4}, .3), sample({1, 1, 1, 1}, .1),
                 sample({64}, .25, 3, 1e9), sample({2, 2, 2}, .75)},
     .refused = {sample({2, 3}, 1), sample({2, 3}, -.1), sample({2, 3}, .5, -1)}});

}  // namespace

Tensor dropout(const Tensor& x, const DropoutArgs& args) { return apply(DropoutOp(args), {x}); }

}  // namespace skew
