// Residual networks: a stem, four stages of blocks, a linear layer.
#include "models/networks/resnet.h"

#include "core/error.h"
#include "models/modules/init.h"
#include "ops/pool.h"

namespace skew {
namespace {

void check(const ResNetPlan& plan) {
  if (plan.blocks.empty() || plan.blocks.size() != plan.widths.size())
    throw ValueError(text("ResNet: expected one width a stage, got ", plan.blocks.size(), " stages and ",
                          plan.widths.size(), " widths"));
  for (const auto& list : {plan.blocks, plan.widths})
    for (const ptrdiff_t n : list)
      if (n < 1) throw ValueError(text("ResNet: expected blocks and widths ≥ 1, got ", n));
}

Conv2d stem_conv(const ResNetPlan& plan, ptrdiff_t in_channels) {
  check(plan);
  const ptrdiff_t width = plan.widths[0];
  if (plan.stem == Stem::small) return {in_channels, width, {.kernel = 3, .padding = 1, .bias = false}};
  return {in_channels, width, {.kernel = 7, .stride = 2, .padding = 3, .bias = false}};
}

// `channels` are what goes in, and afterwards what comes out.
template <class Block> Sequential stage(ptrdiff_t& channels, ptrdiff_t width, ptrdiff_t blocks, ptrdiff_t stride) {
  Sequential s;
  for (ptrdiff_t k = 0; k < blocks; ++k) {
    s.add(std::make_unique<Block>(channels, width, k == 0 ? stride : 1));
    channels = width * Block::expansion;
  }
  return s;
}

}  // namespace

ResNetPlan resnet8_plan() { return {.stem = Stem::small, .blocks = {1, 1, 1}, .widths = {16, 32, 64}}; }
ResNetPlan resnet18_plan() { return {}; }
ResNetPlan resnet34_plan() { return {.blocks = {3, 4, 6, 3}}; }
ResNetPlan resnet50_plan() { return {.bottleneck = true, .blocks = {3, 4, 6, 3}}; }

ResNet::ResNet(const ResNetPlan& plan, ptrdiff_t in_channels, ptrdiff_t classes)
    : conv1_(stem_conv(plan, in_channels)), bn1_(plan.widths[0], {.relu = true}) {
  if (plan.stem == Stem::large) maxpool_ = MaxPool2d{{.kernel = 3, .stride = 2, .padding = 1}};
  ptrdiff_t channels = plan.widths[0];
  for (size_t k = 0; k < plan.blocks.size(); ++k) {
    const ptrdiff_t stride = k == 0 ? 1 : 2;
    stages_.push_back(plan.bottleneck ? stage<Bottleneck>(channels, plan.widths[k], plan.blocks[k], stride)
                                      : stage<BasicBlock>(channels, plan.widths[k], plan.blocks[k], stride));
  }
  fc_.emplace(channels, classes);
  for (NamedState& s : state())
    if (s.tensor.shape().rank() == 4) kaiming_normal(s.tensor, Fan::out);
}

Tensor ResNet::forward(const Tensor& x) {
  Tensor y = run_child("bn1", bn1_, run_child("conv1", conv1_, x));
  if (maxpool_) y = run_child("maxpool", *maxpool_, y);
  for (size_t k = 0; k < stages_.size(); ++k) y = run_child(text("layer", k + 1), stages_[k], y);
  return run_child("fc", *fc_, global_avg_pool(y));
}

void ResNet::visit(ModuleVisitor& v) {
  v.child("conv1", conv1_);
  v.child("bn1", bn1_);
  if (maxpool_) v.child("maxpool", *maxpool_);
  for (size_t k = 0; k < stages_.size(); ++k) v.child(text("layer", k + 1), stages_[k]);
  v.child("fc", *fc_);
}

}  // namespace skew
