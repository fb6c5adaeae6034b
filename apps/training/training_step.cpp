// One step of training: forward, backward, one verdict, and only then anything is written.
#include <limits>

#include "apps/training/step_trace.h"
#include "apps/training/training_run.h"
#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/random.h"
#include "models/optim/clip.h"

namespace skew {
namespace {

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

// An infinite gradient is left for the verdict to find: clamped, it would look like any other.
void clip_values(const Tensors& parameters, double limit) {
  Tensors gradients;
  for (const Tensor& p : parameters) gradients.push_back(p.grad());
  if (all_finite(gradients)) clip_grad_value(parameters, limit);
}

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::loss: return "the loss";
    case Fault::statistic: return "a batch-norm statistic";
    case Fault::gradient_norm: return "the gradient norm";
    case Fault::none: break;
  }
  return "nothing";
}

// Runs the forward pass again with a check after each op, keeps the batch, and says what was found and what to try.
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
    first = e.what();
    op = e.op;
    scope = e.scope;
    sample = e.sample;
  }
  if (sample >= 0 && sample < batch.n) first += text(" (", run.data->path(batch.ids[size_t(sample)]), ")");
  const std::string file = folder + "/nonfinite_batch.safetensors";
  save_batch(file, batch, run);
  const Position& p = run.position;
  const bool untrained = p.epoch == 0 && p.batch == 0;
  const std::string advice =
      untrained ? "No step was taken yet: look at the loss's parameters and at the images of this batch"
                : advice_after_divergence(run);
  return NonFiniteError(text("training stopped at epoch ", p.epoch + 1, ", batch ", p.batch + 1, ": ", first,
                             kept_weights(run, folder), ".\nThe batch is in ", file, ".\n", advice),
                        op, scope, sample);
}

}  // namespace

std::string kept_weights(const TrainingRun& run, const std::string& folder) {
  return run.position.epoch > 0 ? text(".\nWeights of the last good checkpoint are kept in ", folder, "/weights") : "";
}

std::string advice_after_divergence(const TrainingRun& run) {
  return text("Likely a learning rate that is too high: try --lr ", run.config.lr / 10,
              run.config.clip_grad > 0 ? "" : " or --clip-grad 1");
}

double training_step(TrainingRun& run, const Batch& batch, const std::string& folder) {
  const uint64_t position = default_generator().position();
  const ImageShape shape{run.info.channels, run.info.height, run.info.width};
  const BatchTensors t =
      to_tensors(batch, shape, int64_t(run.info.classes.size()), run.loss.single_label(), run.device);
  run.network->train();
  run.optimizer->set_lr(run.schedule->lr(run.position.step));
  if (const auto momentum = run.schedule->momentum(run.position.step))
    run.optimizer->set_momentum(*momentum);  // one-cycle
  DeferredStatistics statistics;
  StepNumbers numbers;
  bool stepped = false;
  try {
    const std::unique_ptr<StepTrace> trace = trace_if_asked(run, t, folder);
    const Tensor l = forward_loss(run, t);
    backward(l);
    if (trace) trace->write();
    const double limit = run.config.clip_grad > 0 ? run.config.clip_grad : std::numeric_limits<double>::infinity();
    if (run.config.clip_value > 0) clip_values(run.optimizer->parameters(), run.config.clip_value);
    const Verdict verdict = judge(l, statistics, run.optimizer->parameters(), limit);
    run.optimizer->step(verdict);
    stepped = true;
    numbers = verdict.read();
  } catch (const NonFiniteError&) {  // the loss op refuses NaN logits, at once or when the verdict is read
    numbers.fault = Fault::loss;
  }
  if (numbers.fault != Fault::none && stepped) run.optimizer->forget_step();
  run.optimizer->zero_grad();
  if (numbers.fault != Fault::none) throw explain(run, batch, t, name_of(numbers.fault), folder, position);
  statistics.apply();
  if (run.config.ema > 0) run.average->update();
  run.change_loss(run.loss.after_batch(t.targets, t.mask));
  return numbers.loss;
}

}  // namespace skew
