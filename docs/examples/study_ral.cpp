// Study a loss in isolation: value, slope and curvature of RAL beside its paper form, and a gradient through a tensor.
// g++ -std=c++20 -I. docs/examples/study_ral.cpp -Lbuild -lskew -Wl,-rpath,build -o study && ./study
#include <cstdio>

#include "core/backward.h"
#include "losses/table/loss_table.h"

using namespace skew;

int main() {
  const AnyLoss code = make_loss("ral"), paper = make_loss("ral", {{"form", "paper"}});
  std::printf("%4s %14s %14s %14s %22s\n", "x", "value (y=0)", "slope", "curvature", "slope of paper form");
  for (const double x : {-3., -1., 0., 1., 3., 6.}) {
    const AtLogit p = code.at(x, 0), q = paper.at(x, 0);
    std::printf("%4g %14.9g %14.9g %14.9g %22.9g\n", x, p.value, p.dx, p.d2x, q.dx);
  }
  Tensor logits = Tensor::from(std::vector<float>{2, -1, 0.5f}, {1, 3});
  logits.set_requires_grad();
  const Tensor targets = Tensor::from(std::vector<float>{0, 0, 1}, {1, 3});
  backward(loss(code, logits, targets, {.reduction = Reduction::sum}));
  for (const float g : logits.grad().values<float>()) std::printf("%10.6f", double(g));
  std::printf("   <- gradient of the sum over three labels\n");
}
