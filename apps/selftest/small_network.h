// A small_cnn in training as apps/training does it, on made-up images: what several sections train.
#pragma once
#include <memory>

#include "losses/kinds/pointwise/op.h"
#include "models/modules/module.h"
#include "models/optim/sgd.h"

namespace skew::selftest {

class SmallNetwork {
 public:
  static constexpr ptrdiff_t classes = 5;
  struct Size {
    ptrdiff_t batch, side, width;
  };
  SmallNetwork(Device device, const Size& size, double moved = 0);  // moved: of every weight, relative, its first value

  // Forward, RAL, backward, verdict, SGD. The number of a batch chooses its images.
  StepNumbers step(int number);
  // The same with a NaN among the pixels: a fault, and nothing is written.
  StepNumbers step_with_nan(int number);

  Module& net() { return *net_; }
  Sgd& optimizer() { return *optimizer_; }
  std::vector<std::vector<double>> weights();  // and running statistics; batches are counted whatever becomes of a step

 private:
  StepNumbers step_on(const Tensor& images, const Tensor& labels);
  Tensor images(int number, bool nan) const;

  Device device_;
  Size size_;
  std::unique_ptr<Module> net_;
  std::unique_ptr<Sgd> optimizer_;
};

}  // namespace skew::selftest
