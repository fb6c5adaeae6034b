// Both averages are one update with different weights of the past; they follow the weights' memory order.
#include "models/optim/average.h"

#include <algorithm>

#include "ops/optimizer_kernels.h"

namespace skew {

WeightAverage::WeightAverage(std::string name, Tensors weights)
    : name_(std::move(name)), weights_(std::move(weights)), averages_(weights_.size()) {
  for (size_t i = 0; i < weights_.size(); ++i)
    if (!weights_[i].defined() || !is_floating(weights_[i].dtype()))
      throw ValueError(text(name_, ": weight ", i, ": expected a floating tensor"));
  if (distinct(weights_).size() < weights_.size())
    throw ValueError(text(name_, ": a weight stands twice in the list, and would be averaged twice; see distinct()"));
}

void WeightAverage::expect_not_swapped(const char* what) const {
  if (swapped_)
    throw ValueError(text(name_, ": ", what, " while weights and averages are exchanged; call swap() again first"));
}

void WeightAverage::update() {
  expect_not_swapped("update");
  std::vector<AverageItem> items;
  for (size_t i = 0; i < weights_.size(); ++i) {
    const Tensor& w = weights_[i];
    // a convolution's weight takes over another order at its first use
    averages_[i] = updates_ == 0 ? w.copy() : averages_[i].to(w.layout());
    items.push_back({averages_[i], w});
  }
  if (updates_ > 0) average_update(weights_[0].device(), items, decay(updates_));
  ++updates_;
}

void WeightAverage::swap() {
  if (updates_ == 0) throw ValueError(text(name_, ": swap: expected an update first; there is no average yet"));
  for (size_t i = 0; i < weights_.size(); ++i) {
    const Tensor weight = weights_[i].copy();
    weights_[i].assign(averages_[i], "average.swap");
    averages_[i] = weight;
  }
  swapped_ = !swapped_;
}

SavedState WeightAverage::state() const {
  expect_not_swapped("state");
  SavedState state;
  state.push_back({"updates", Tensor::from(std::vector<int64_t>{updates_}, {1})});
  for (size_t i = 0; i < averages_.size() && updates_ > 0; ++i)
    state.push_back({text(i), row_major_copy(averages_[i])});
  return state;
}

void WeightAverage::load_state(const SavedState& state) {
  expect_not_swapped("load_state");
  StateReader reader(name_, state);
  const ptrdiff_t updates = reader.take_counts("updates", 1)[0];
  Tensors averages(weights_.size());
  for (size_t i = 0; i < weights_.size() && updates > 0; ++i) averages[i] = reader.take(text(i), weights_[i]);
  reader.finish();
  updates_ = updates;
  averages_ = std::move(averages);
}

Ema::Ema(Tensors weights, const EmaArgs& args) : WeightAverage("ema", std::move(weights)), args_(args) {
  check_fields("ema", args);
}

double Ema::decay(ptrdiff_t k) const {
  return args_.warmup ? std::min(args_.decay, double(1 + k) / double(10 + k)) : args_.decay;
}

}  // namespace skew
