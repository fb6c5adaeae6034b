// Images that depend on their labels, so that there is something to learn, and one step by the rules of training.
#include "apps/selftest/small_network.h"

#include <cmath>
#include <limits>

#include "apps/selftest/section.h"
#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/random.h"
#include "losses/ral.h"
#include "models/networks/small_cnn.h"
#include "models/optim/clip.h"
#include "ops/batch_norm.h"

namespace skew::selftest {
namespace {

constexpr int batches = 4;  // that are gone through again and again

std::vector<float> labels_of(ptrdiff_t count, int number) {
  std::vector<float> labels(size_t(count) * SmallNetwork::classes);
  Generator random(20 + uint64_t(number % batches), 1);
  for (float& y : labels) y = float(random.below(2));
  return labels;
}

}  // namespace

SmallNetwork::SmallNetwork(Device device, const Size& size, double moved) : device_(device), size_(size) {
  seed(4);
  net_ = std::make_unique<SmallCnn>(3, classes, size.width);
  if (moved != 0) {
    const NoGrad off;
    for (Tensor p : net_->parameters()) {
      std::vector<float> values = p.values<float>();
      for (size_t i = 0; i < values.size(); ++i) values[i] *= float(1 + (i % 2 ? moved : -moved));
      p.assign(Tensor::from(values, p.shape(), p.device()), "selftest");
    }
  }
  net_->to(device);
  optimizer_ = std::make_unique<Sgd>(net_->parameters(), SgdArgs{.lr = .02, .momentum = .9});
}

Tensor SmallNetwork::images(int number, bool nan) const {
  const ptrdiff_t pixels = size_.side * size_.side;
  std::vector<float> values = normal_numbers(size_t(size_.batch * 3 * pixels), 40 + uint64_t(number % batches));
  const std::vector<float> labels = labels_of(size_.batch, number);
  for (size_t i = 0; i < values.size(); ++i) {  // a label lights the pixels of its residue
    const size_t image = i / size_t(3 * pixels), label = i % size_t(classes);
    values[i] += labels[image * classes + label];
  }
  if (nan) values[0] = std::numeric_limits<float>::quiet_NaN();
  return Tensor::from(values, {size_.batch, 3, size_.side, size_.side}, device_);
}

StepNumbers SmallNetwork::step(int number) {
  return step_on(images(number, false), Tensor::from(labels_of(size_.batch, number), {size_.batch, classes}, device_));
}
StepNumbers SmallNetwork::step_with_nan(int number) {
  return step_on(images(number, true), Tensor::from(labels_of(size_.batch, number), {size_.batch, classes}, device_));
}

StepNumbers SmallNetwork::step_on(const Tensor& images, const Tensor& labels) {
  StepNumbers numbers;
  bool stepped = false;
  DeferredStatistics statistics;
  try {
    const Tensor l = loss(Ral{}, (*net_)(images), labels, {.reduction = Reduction::mean});
    backward(l);
    const skew::Verdict verdict = judge(l, statistics, optimizer_->parameters(), 5);
    optimizer_->step(verdict);
    stepped = true;
    numbers = verdict.read();
  } catch (const NonFiniteError&) {  // the loss op refuses NaN logits, at once or when the verdict is read
    numbers.fault = Fault::loss;
  }
  if (numbers.fault != Fault::none && stepped) optimizer_->forget_step();
  optimizer_->zero_grad();
  if (numbers.fault == Fault::none) statistics.apply();
  return numbers;
}

std::vector<std::vector<double>> SmallNetwork::weights() {
  std::vector<std::vector<double>> all;
  for (const NamedState& s : net_->state())
    if (is_floating(s.tensor.dtype())) all.push_back(s.tensor.doubles());
  return all;
}

}  // namespace skew::selftest
