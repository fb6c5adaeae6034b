// Three convolutions for small images, the smallest network worth training: the first to read in networks/.
#pragma once
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"

namespace skew {

// conv3×3 - bn - relu - max-pool 3×3 stride 2 - conv3×3 - bn - relu - conv3×3 stride 2 - bn - relu - mean of each
// channel - linear; widths are width, 2·width, 4·width. (N, in_channels, H, W) → logits (N, classes).
// Children are named by their place in that list, features.0 … features.8 (a relu counts, though it runs inside the
// batch norm), and fc. Initialisation: each layer's default.
class SmallCnn : public Module {
 public:
  SmallCnn(ptrdiff_t in_channels, ptrdiff_t classes, ptrdiff_t width = 32);
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  MaxPool2d pool_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Conv2d conv3_;
  BatchNorm2d bn3_;
  Linear fc_;
};

}  // namespace skew
