// From batches to logits to probabilities, image by image.
#include "apps/evaluation/inference.h"

#include <algorithm>
#include <cmath>

namespace skew {
namespace {

// Row of logits to probabilities, in double.
void squash(const float* logits, double scale, double* out, int64_t labels, bool single_label) {
  double largest = scale * logits[0], sum = 0;
  for (int64_t c = 0; c < labels; ++c) largest = std::max(largest, scale * logits[c]);
  for (int64_t c = 0; c < labels; ++c) {
    const double x = scale * logits[c];
    out[c] = single_label ? std::exp(x - largest) : x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
    sum += out[c];
  }
  for (int64_t c = 0; single_label && c < labels; ++c) out[c] /= sum;
}

}  // namespace

BatchTensors to_tensors(const Batch& b, const ImageShape& shape, int64_t labels, bool single_label, Device device) {
  BatchTensors t;
  t.images = Tensor::from(b.images, {b.n, shape.channels, shape.height, shape.width}, device);
  if (device == Device::cuda) t.images = t.images.to(Layout::channels_last());  // once, not forward and backward
  if (single_label) {
    t.targets = Tensor::from(b.class_index, {b.n}, device);
  } else {
    t.targets = Tensor::from(b.targets, {b.n, labels}, device);
    if (!b.mask.empty()) t.mask = Tensor::from(b.mask, {b.n, labels}, device);
  }
  return t;
}

Predictions predict(Module& network, Loader& loader, const PixelCache& cache, Device device,
                    const AnyLoss* loss_function, const LossArgs& args, double logit_scale,
                    const std::function<bool()>& stop) {
  const NoGrad off;
  const bool was_training = network.training();
  network.eval();
  Predictions p;
  p.labels = int64_t(cache.data().classes().size());
  const bool single = cache.data().task() == Task::single_label;
  std::vector<float> all_logits;
  Batch batch, all;  // of `all` the labels alone
  loader.start(0);
  while (!(p.stopped = stop && stop()) && loader.next(batch)) {
    if (batch.n == 0) continue;  // every image of it was left out
    const BatchTensors t =
        to_tensors(batch, {cache.channels(), cache.height(), cache.width()}, p.labels, single, device);
    const Tensor logits = network(t.images);
    const std::vector<float> values = logits.values<float>();
    const size_t before = p.probabilities.size();
    p.probabilities.resize(before + values.size());
    for (int64_t i = 0; i < batch.n; ++i)
      squash(values.data() + i * p.labels, logit_scale, p.probabilities.data() + before + size_t(i * p.labels),
             p.labels, single);
    for (size_t k = 0; k < batch.targets.size(); ++k)
      p.targets.push_back(!batch.mask.empty() && batch.mask[k] == 0 ? NAN : double(batch.targets[k]));
    p.ids.insert(p.ids.end(), batch.ids.begin(), batch.ids.end());
    p.class_index.insert(p.class_index.end(), batch.class_index.begin(), batch.class_index.end());
    if (!loss_function) continue;
    all.n += batch.n;
    all_logits.insert(all_logits.end(), values.begin(), values.end());
    all.targets.insert(all.targets.end(), batch.targets.begin(), batch.targets.end());
    all.mask.insert(all.mask.end(), batch.mask.begin(), batch.mask.end());
    all.mask.resize(size_t(all.n * p.labels), 1);  // no mask: all of the batch are known
  }
  // one loss of all: what its denominator counts (images, known labels, weights) is not the same in each batch
  p.loss = NAN;
  if (loss_function && all.n > 0 && !p.stopped) {
    all.class_index = p.class_index;
    if (std::ranges::count(all.mask, 1) == std::ssize(all.mask)) all.mask.clear();
    const BatchTensors t = to_tensors(all, {0, 0, 0}, p.labels, single, device);
    LossArgs with_mask = args;
    with_mask.mask = t.mask;
    p.loss = loss(*loss_function, Tensor::from(all_logits, {all.n, p.labels}, device), t.targets, with_mask).item();
  }
  p.bad = loader.bad_images();
  network.train(was_training);
  return p;
}

}  // namespace skew
