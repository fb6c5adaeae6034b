// The blocks of residual networks: two or three convolutions beside a shortcut.
#include "models/networks/residual_block.h"

#include "ops/arithmetic.h"

namespace skew {
namespace {

Conv2d conv(ptrdiff_t kernel, ptrdiff_t in, ptrdiff_t out, ptrdiff_t stride) {
  return {in, out, {.kernel = kernel, .stride = stride, .padding = kernel / 2, .bias = false}};
}

std::optional<Projection> shortcut(ptrdiff_t in, ptrdiff_t out, ptrdiff_t stride) {
  if (in == out && stride == 1) return {};
  return Projection(in, out, stride);
}

}  // namespace

Projection::Projection(ptrdiff_t in, ptrdiff_t out, ptrdiff_t stride) : conv_(conv(1, in, out, stride)), norm_(out) {}

Tensor Projection::forward(const Tensor& x) { return run_child("1", norm_, run_child("0", conv_, x)); }

void Projection::visit(ModuleVisitor& v) {
  v.child("0", conv_);
  v.child("1", norm_);
}

BasicBlock::BasicBlock(ptrdiff_t in, ptrdiff_t width, ptrdiff_t stride)
    : conv1_(conv(3, in, width, stride)),
      conv2_(conv(3, width, width, 1)),
      bn1_(width, {.relu = true}),
      bn2_(width),
      downsample_(shortcut(in, width, stride)) {}

Tensor BasicBlock::forward(const Tensor& x) {
  Tensor y = run_child("bn1", bn1_, run_child("conv1", conv1_, x));
  y = run_child("bn2", bn2_, run_child("conv2", conv2_, y));
  return add_relu(y, downsample_ ? run_child("downsample", *downsample_, x) : x);
}

void BasicBlock::visit(ModuleVisitor& v) {
  v.child("conv1", conv1_);
  v.child("bn1", bn1_);
  v.child("conv2", conv2_);
  v.child("bn2", bn2_);
  if (downsample_) v.child("downsample", *downsample_);
}

Bottleneck::Bottleneck(ptrdiff_t in, ptrdiff_t width, ptrdiff_t stride)
    : conv1_(conv(1, in, width, 1)),
      conv2_(conv(3, width, width, stride)),
      conv3_(conv(1, width, expansion * width, 1)),
      bn1_(width, {.relu = true}),
      bn2_(width, {.relu = true}),
      bn3_(expansion * width),
      downsample_(shortcut(in, expansion * width, stride)) {}

Tensor Bottleneck::forward(const Tensor& x) {
  Tensor y = run_child("bn1", bn1_, run_child("conv1", conv1_, x));
  y = run_child("bn2", bn2_, run_child("conv2", conv2_, y));
  y = run_child("bn3", bn3_, run_child("conv3", conv3_, y));
  return add_relu(y, downsample_ ? run_child("downsample", *downsample_, x) : x);
}

void Bottleneck::visit(ModuleVisitor& v) {
  v.child("conv1", conv1_);
  v.child("bn1", bn1_);
  v.child("conv2", conv2_);
  v.child("bn2", bn2_);
  v.child("conv3", conv3_);
  v.child("bn3", bn3_);
  if (downsample_) v.child("downsample", *downsample_);
}

}  // namespace skew
