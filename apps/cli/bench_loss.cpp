// The hashed logits and targets, and the two timings of a loss.
#include "apps/cli/bench_loss.h"

#include <cmath>
#include <vector>

#include "core/backward.h"
#include "losses/table/loss_table.h"

namespace skew {
namespace {

uint32_t mix(uint32_t i) {
  i *= 2654435761u;
  i ^= i >> 15;
  i *= 2246822519u;
  return i ^ (i >> 13);
}

Tensor hashed_logits(int64_t n, int64_t c) {
  std::vector<float> values(size_t(n * c));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t h = mix(uint32_t(i));
    const int sum = int(h & 255) + int(h >> 8 & 255) + int(h >> 16 & 255) + int(h >> 24);
    values[i] = float(sum - 510) / 148.0f;
  }
  return Tensor::from(values, {n, c});
}

Tensor hashed_targets(int64_t n, int64_t c, bool single_label) {
  const auto shift = uint32_t(n * c);
  if (single_label) {
    std::vector<int64_t> classes(size_t(n), 0);
    for (size_t i = 0; i < classes.size(); ++i) classes[i] = int64_t(mix(uint32_t(i) + shift)) % c;
    return Tensor::from(classes, {n});
  }
  std::vector<float> labels(size_t(n * c));
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = mix(uint32_t(i) + shift) % 10 == 0 ? 1.0f : 0.0f;
  return Tensor::from(labels, {n, c});
}

}  // namespace

LossBench bench_loss(const std::string& name, int64_t n, int64_t c, Device device, const RepeatArgs& args) {
  const AnyLoss function = make_loss(name);
  Tensor logits = hashed_logits(n, c).to(device);
  logits.set_requires_grad();
  const Tensor targets = hashed_targets(n, c, function.single_label()).to(device);
  LossBench out;
  out.timing = repeat(args, [&] {
    logits.set_grad({});
    const Tensor value = loss(function, logits, targets);
    backward(value);
    out.value = value.item();
  });
  for (const float g : logits.grad().values<float>()) out.grad_abs_sum += std::abs(double(g));
  return out;
}

}  // namespace skew
