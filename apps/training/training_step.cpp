#include "apps/training/training_step.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/random.h"
#include "models/optim/clip.h"

namespace skew {
namespace {

// The running statistics as they were before the step.
class Snapshot {
 public:
  explicit Snapshot(const Tensors& statistics) : live_(statistics) {
    for (const Tensor& t : live_) copies_.push_back(t.copy());
  }
  void restore() {
    for (size_t i = 0; i < live_.size(); ++i) {
      live_[i].storage()->written_by("restore");
      std::memcpy(live_[i].storage()->data(), copies_[i].storage()->data(), copies_[i].storage()->bytes());
    }
  }

 private:
  Tensors live_, copies_;
};

Tensor forward_loss(TrainingRun& run, const BatchTensors& t) {
  LossArgs args = run.loss_args;
  args.mask = t.mask;
  return loss(run.loss, (*run.network)(t.images), t.targets, args);
}

void save_batch(const std::string& path, const Batch& batch, const TrainingRun& run) {
  auto bytes = [](const auto& v) {
    return std::span<const uint8_t>(reinterpret_cast<const uint8_t*>(v.data()), v.size() * sizeof v[0]);
  };
  const auto& i = run.info;
  const int64_t labels = int64_t(i.classes.size());
  const std::vector<StoredTensor> stored = {
      {"images", "F32", {batch.n, i.channels, i.height, i.width}, bytes(batch.images)},
      {"targets", "F32", {batch.n, labels}, bytes(batch.targets)},
      {"ids", "I64", {batch.n}, bytes(batch.ids)}};
  write_safetensors(path, stored);
}

NonFiniteError explain(TrainingRun& run, const Batch& batch, const BatchTensors& t, const std::string& what,
                       const std::string& folder, uint64_t position) {
  std::string first = what + " is not finite, though every op of the forward pass is: the gradient overflowed";
  std::string op = "backward", scope;
  ptrdiff_t sample = -1;
  default_generator() = Generator(uint64_t(run.config.seed), 0, position);  // the same dropout again
  try {
    const NoGrad off;
    const FiniteCheck check;
    forward_loss(run, t);
  } catch (const NonFiniteError& e) {
    first = e.what(), op = e.op, scope = e.scope, sample = e.sample;
  }
  if (sample >= 0 && sample < batch.n) first += text(" (", run.data->path(batch.ids[size_t(sample)]), ")");
  const std::string file = folder + "/nonfinite_batch.safetensors";
  save_batch(file, batch, run);
  const Progress& p = run.progress;
  const bool untrained = p.epoch == 0 && p.batch == 0;
  const std::string advice =
      untrained ? "No step was taken yet: look at the loss's parameters and at the images of this batch"
                : text("Likely a learning rate that is too high: try --lr ", run.config.lr / 10,
                       run.config.clip_grad > 0 ? "" : " or --clip-grad 1");
  return NonFiniteError(
      text("training stopped at epoch ", p.epoch + 1, ", batch ", p.batch + 1, ": ", first,
           p.epoch > 0 ? text(".\nWeights of the last good checkpoint are kept in ", folder, "/weights") : "",
           ".\nThe batch is in ", file, ".\n", advice),
      op, scope, sample);
}

}  // namespace

double training_step(TrainingRun& run, const Batch& batch, const std::string& folder) {
  const uint64_t position = default_generator().position();
  const ImageShape shape{run.info.channels, run.info.height, run.info.width};
  const BatchTensors t =
      to_tensors(batch, shape, int64_t(run.info.classes.size()), run.loss.single_label(), run.config.device);
  Snapshot before(run.statistics);
  run.network->train();
  std::string bad;
  double value = std::numeric_limits<double>::quiet_NaN();
  try {
    const Tensor l = forward_loss(run, t);
    value = l.item();
    if (!std::isfinite(value)) bad = "the loss";
    for (size_t i = 0; bad.empty() && i < run.statistics.size(); ++i)
      if (!all_finite(run.statistics[i])) bad = "a batch-norm statistic";
    if (bad.empty()) {
      backward(l);
      const double limit = run.config.clip_grad > 0 ? run.config.clip_grad : std::numeric_limits<double>::infinity();
      if (!std::isfinite(clip_grad_norm(run.optimizer->parameters(), limit))) bad = "the gradient norm";
    }
  } catch (const NonFiniteError&) {  // the loss op refuses NaN logits
    bad = "the loss";
  }
  if (!bad.empty()) {
    before.restore();
    run.optimizer->zero_grad();
    const NonFiniteError found = explain(run, batch, t, bad, folder, position);
    before.restore();  // the search ran the forward pass again
    throw found;
  }
  run.optimizer->set_lr(run.lr(run.progress.step));
  if (const auto momentum = run.schedule->momentum(run.progress.step))
    run.optimizer->set_momentum(*momentum);  // one-cycle
  run.optimizer->step();
  run.optimizer->zero_grad();
  if (run.average) run.average->update();
  run.change_loss(run.loss.after_batch(t.targets, t.mask));
  return value;
}

}  // namespace skew
