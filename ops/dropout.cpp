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

// The mask of a seed of its own, so that a row can be run twice.
struct SeededArgs : DropoutArgs {
  std::optional<uint64_t> seed;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    DropoutArgs::fields(self, visit);
    visit("seed", self.seed, at_least(0), "of the mask; auto: from default_generator()");
  }
};

const bool dropout_registered = register_op({.name = "dropout",
                                             .doc = "Elements set to 0 at random while training, the others scaled up.",
                                             .formula = "y = x·[u ≥ rate]/(1 − rate), u uniform in [0, 1)",
                                             .source = "Srivastava et al., JMLR 2014",
                                             .back = {{"x", "g·mask/(1 − rate), the mask drawn going forward"}},
                                             .arguments = field_list(SeededArgs{}),
                                             .slots = {&dropout_forward},
                                             .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                                               const auto a = args.read<SeededArgs>("dropout");
                                               const Tensor& x = input(in, "x", "dropout");
                                               if (!a.training || !a.seed) return {{"y", dropout(x, a)}};
                                               return {{"y", dropout_drawn(x, DropoutDraw{a.rate, *a.seed, 0, 0})}};
                                             }});

}  // namespace

Tensor dropout_drawn(const Tensor& x, const DropoutDraw& draw) { return apply(DropoutOp(draw), {x}); }

Tensor dropout(const Tensor& x, const DropoutArgs& args) {
  if (!(args.rate >= 0 && args.rate <= 1))
    throw ValueError(text("dropout: expected a rate in [0, 1], got ", args.rate));
  if (!args.training || args.rate == 0) return x;
  const Generator random = reserve_default(uint64_t(x.count()));
  // a stream beside the generator's own: its other draws are numbers of another kind, from the same positions
  constexpr uint64_t stream = 0x64726f70;
  return dropout_drawn(x, DropoutDraw{args.rate, random.seed(), stream + random.stream(), random.position()});
}

}  // namespace skew
