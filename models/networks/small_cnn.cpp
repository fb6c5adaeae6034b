// Three convolutions and a linear layer: the network of quick trials.
#include "models/networks/small_cnn.h"

#include "ops/pool.h"

namespace skew {

SmallCnn::SmallCnn(ptrdiff_t in_channels, ptrdiff_t classes, ptrdiff_t width)
    : conv1_(in_channels, width, {.kernel = 3, .padding = 1, .bias = false}),
      bn1_(width, {.relu = true}),
      pool_({.kernel = 3, .stride = 2, .padding = 1}),
      conv2_(width, 2 * width, {.kernel = 3, .padding = 1, .bias = false}),
      bn2_(2 * width, {.relu = true}),
      conv3_(2 * width, 4 * width, {.kernel = 3, .stride = 2, .padding = 1, .bias = false}),
      bn3_(4 * width, {.relu = true}),
      fc_(4 * width, classes) {}

Tensor SmallCnn::forward(const Tensor& x) {
  Tensor y = run_child("features.1", bn1_, run_child("features.0", conv1_, x));
  y = run_child("features.3", pool_, y);
  y = run_child("features.5", bn2_, run_child("features.4", conv2_, y));
  y = run_child("features.8", bn3_, run_child("features.7", conv3_, y));
  return run_child("fc", fc_, global_avg_pool(y));
}

void SmallCnn::visit(ModuleVisitor& v) {
  v.child("features.0", conv1_);
  v.child("features.1", bn1_);
  v.child("features.3", pool_);
  v.child("features.4", conv2_);
  v.child("features.5", bn2_);
  v.child("features.7", conv3_);
  v.child("features.8", bn3_);
  v.child("fc", fc_);
}

}  // namespace skew
