// The two residual blocks of He et al., "Deep residual learning", CVPR 2016, arXiv 1512.03385:
// y = relu(f(x) + shortcut(x)). Names and order of tensors are torchvision's. Next: networks/resnet.h.
#pragma once
#include <optional>

#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"

namespace skew {

// conv1×1 and batch norm: brings x to the block's width and size where they differ. Children 0 and 1.
class Projection : public Module {
 public:
  Projection(ptrdiff_t in, ptrdiff_t out, ptrdiff_t stride);
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

 private:
  Conv2d conv_;
  BatchNorm2d norm_;
};

// conv3×3 (stride) - bn - relu - conv3×3 - bn: (N, in, H, W) → (N, width, ⌈H/stride⌉, ⌈W/stride⌉).
class BasicBlock : public Module {
 public:
  static constexpr ptrdiff_t expansion = 1;  // output channels / width
  BasicBlock(ptrdiff_t in, ptrdiff_t width, ptrdiff_t stride);
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

 private:
  Conv2d conv1_, conv2_;
  BatchNorm2d bn1_, bn2_;
  std::optional<Projection> downsample_;
};

// conv1×1 - bn - relu - conv3×3 (stride) - bn - relu - conv1×1 - bn, with 4·width output channels. The stride is at the
// 3×3 convolution, as in torchvision (the paper has it at the first).
class Bottleneck : public Module {
 public:
  static constexpr ptrdiff_t expansion = 4;
  Bottleneck(ptrdiff_t in, ptrdiff_t width, ptrdiff_t stride);
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

 private:
  Conv2d conv1_, conv2_, conv3_;
  BatchNorm2d bn1_, bn2_, bn3_;
  std::optional<Projection> downsample_;
};

}  // namespace skew
