// Weights of layer normalisation: made, applied, shown.
#include "models/modules/layer_norm.h"

#include "core/error.h"

namespace skew {

LayerNorm::LayerNorm(ptrdiff_t features, const LayerNormOptions& options) : features_(features), eps_(options.eps) {
  if (features < 1) throw ValueError(text("LayerNorm: expected features ≥ 1, got ", features));
  if (!options.affine) return;
  weight = Tensor::full({features}, 1).set_requires_grad();
  bias = Tensor::zeros({features}).set_requires_grad();
}

}  // namespace skew
