// Residual networks: a stem, stages of residual blocks, the mean of each channel, one linear layer. torchvision's
// resnet18, 34 and 50 tensor for tensor (names, order, shapes, initialisation), and resnet8 for small images.
// Source: He et al., CVPR 2016, arXiv 1512.03385. Next: networks/residual_block.h.
#pragma once
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"
#include "models/networks/residual_block.h"

namespace skew {

enum class Stem {
  large,  // conv7×7 stride 2, max-pool 3×3 stride 2: a quarter of the size
  small,  // conv3×3: the same size
};

// What tells one residual network from another. Stage k has blocks[k] blocks of width widths[k]; its first block halves
// the size, but not in the first stage.
struct ResNetPlan {
  Stem stem = Stem::large;
  bool bottleneck = false;  // otherwise basic blocks
  std::vector<ptrdiff_t> blocks = {2, 2, 2, 2};
  std::vector<ptrdiff_t> widths = {64, 128, 256, 512};
};

ResNetPlan resnet8_plan();  // small stem, one block each of 16, 32, 64
ResNetPlan resnet18_plan();
ResNetPlan resnet34_plan();
ResNetPlan resnet50_plan();

// (N, in_channels, H, W) → logits (N, classes). Children conv1, bn1, maxpool, layer1 …, fc. Convolutions start as
// kaiming_normal by fan_out, batch norms as 1 and 0, fc as a linear layer does.
// Throws ValueError unless blocks and widths have one length ≥ 1 and all numbers are ≥ 1.
class ResNet : public Module {
 public:
  ResNet(const ResNetPlan& plan, ptrdiff_t in_channels, ptrdiff_t classes);
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  std::optional<MaxPool2d> maxpool_;
  std::vector<Sequential> stages_;
  std::optional<Linear> fc_;  // always there after construction: its length follows from the stages
};

}  // namespace skew
