// How the losses of single elements become the number that is minimised, and what a caller can say about elements:
// weights per class, masks for unknown labels. Shared by all losses.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/fields.h"
#include "core/tensor.h"

namespace skew {

// mean: over the unmasked elements. sum: what the public codes of RAL, APL and ASL do; its gradient is as many times
// larger as there are elements (Adam hides that, SGD explodes). batch_mean: sum / N. none: one loss per element.
enum class Reduction { mean, sum, batch_mean, none };

constexpr std::array<const char*, 4> words_of(Reduction) { return {"mean", "sum", "batch_mean", "none"}; }

// A loss's own argument beside its parameters, for the registry.
struct ReductionArg {
  Reduction reduction = Reduction::mean;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("reduction", self.reduction, any_text(), "from the losses of elements to one number");
  }
};

// Throws ValueError with a suggestion; `op` opens the message.
Reduction parse_reduction(std::string_view word, std::string_view op = "loss");
const char* name_of(Reduction reduction);

// What the sum over elements is multiplied with: 1/counted, 1, 1/batch, 1. `counted` is the number of unmasked
// elements; with none of them (or no batch) it is 0, and so are loss and gradient. The ratio of two of these, for one
// batch, is the factor between their gradients, which a training run states in its log.
double reduction_scale(Reduction reduction, ptrdiff_t batch, ptrdiff_t counted);

// Weights are finite; others are refused with a ValueError. The cpu computes losses without denormals: numbers below
// 1.2e-38 are 0, weights too and the inverse of a sum of weights, so weights far from 1 may lose what they weigh.
struct LossArgs {
  Reduction reduction = Reduction::mean;
  Tensor class_weights{};  // [C], multiplies the losses of each class; undefined: 1
  Tensor mask{};     // shape of the targets, any number type: elements with 0 count for nothing; undefined: all count
  Tensor weights{};  // not softmax losses: anything that broadcasts to the logits; multiplies the losses
  std::optional<int64_t> ignore_index{};  // softmax losses alone: targets of this index count for nothing
};

// Throw ValueError where a loss has no use for what the caller says.
void refuse_weights(std::string_view loss, const LossArgs& args);
void refuse_ignore_index(std::string_view loss, const LossArgs& args);

}  // namespace skew
