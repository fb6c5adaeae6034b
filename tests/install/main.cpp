// One training step in a program outside the project, and a look at every kernel slot: linked in, none is empty.
#include <cstdio>

#include "core/backward.h"
#include "core/random.h"
#include "core/registry.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/ral.h"
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"
#include "models/optim/sgd.h"

using namespace skew;

int main() {
  seed(7);
  Sequential net{Conv2d{1, 8, {.kernel = 3, .padding = 1}}, BatchNorm2d{8}, Relu{}, GlobalAvgPool{}, Linear{8, 3}};
  Sgd optimizer(net.parameters(), {.lr = 0.1});
  std::vector<float> pixels(4 * 8 * 8), labels = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0};
  for (float& p : pixels) p = float(default_generator().normal());
  const Tensor images = Tensor::from(pixels, {4, 1, 8, 8}), targets = Tensor::from(labels, {4, 3});
  Tensor l = loss(Ral{.gamma_neg = 4}, net(images), targets, {.reduction = Reduction::mean});
  backward(l);
  double size = 0;
  for (const Tensor& p : net.parameters())
    for (const float g : p.grad().values<float>()) size += double(g) * double(g);
  optimizer.step();
  const double after = loss(Ral{.gamma_neg = 4}, net(images), targets, {.reduction = Reduction::mean}).item();
  std::printf("loss %.6f, squared gradient %.6g, loss after the step %.6f\n", l.item(), size, after);

  int empty = 0;
  for (const auto& [name, row] : registered_ops())
    for (const Device device : {Device::reference, Device::cpu})
      if (!has_op(row, device)) ++empty, std::printf("%s has an empty slot on %s\n", name.c_str(), name_of(device));
  std::printf("%zu ops, %d of them with an empty slot\n", registered_ops().size(), empty);
  return empty == 0 && registered_ops().size() > 50 && size > 0 && after < l.item() ? 0 : 1;
}
