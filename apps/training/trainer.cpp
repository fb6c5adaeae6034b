// The loop of a training run: epochs, validation, checkpoints, signals. What it says: epoch_log.cpp.
#include "apps/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "apps/evaluation/choose_calibration.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/prior_shift.h"
#include "apps/formats/words.h"
#include "apps/report/bar_chart.h"
#include "apps/training/batch_picture.h"
#include "apps/training/epoch_log.h"
#include "apps/training/run_folder.h"
#include "apps/training/step_trace.h"
#include "apps/training/stop_signal.h"
#include "apps/training/training_run.h"
#include "core/error.h"
#include "core/file.h"
#include "core/nonfinite.h"
#include "core/parallel.h"
#include "core/random.h"

namespace skew {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Throws UsageError where the step that is to be drawn comes after the last.
void check_trace(const TrainingRun& run) {
  const int64_t step = run.config.trace_step, done = run.position.step;
  if (step > done && step > run.total_steps)
    throw UsageError(text("--trace-step ", step, ": this run ends with step ", run.total_steps,
                          run.total_steps > done
                              ? text(", so expected a number from ", done + 1, " to ", run.total_steps)
                              : std::string(" and has none to come")));
}

class Training {
 public:
  Training(const TrainConfig& asked, TrainingRun& run, RunFolder folder, const TrainOutput& output)
      : asked_(asked), run_(run), folder_(std::move(folder)), log_(run, folder_, output), history_(folder_.path()) {}

  int go(bool resumed) {
    try {
      return run_to_end(resumed);
    } catch (...) {  // nothing was learned yet: without a checkpoint the folder is free for the next try
      if (!resumed && run_.position.epoch == 0) folder_.drop_weights();
      throw;
    }
  }

 private:
  int run_to_end(bool resumed);
  void prepare();
  void restore();
  int train_epoch();
  int stopped(int signal);
  int finish_epoch();
  bool enough() const;
  Predictions predictions(bool may_stop);
  bool validate(EpochRow& row, const Predictions& predictions);
  bool is_best(double value);
  void save();

  const TrainConfig& asked_;  // run_.config says what "auto" came to
  TrainingRun& run_;
  RunFolder folder_;
  EpochLog log_;
  History history_;
  int64_t images_ = 0;  // of the last epoch
  double seconds_ = 1e-9;
};

int Training::run_to_end(bool resumed) {
  if (resumed) restore();
  else prepare();
  while (!enough()) {
    int signal = train_epoch();
    if (!signal) signal = finish_epoch();
    if (signal) return stopped(signal);
  }
  if (!run_.position.finished) {
    run_.position.finished = true;
    save();
  }
  log_.conclude(history_.rows());
  return 0;
}

// Whether no epoch is to come: asked of a run that goes on as well, which may have been stopped right after its last.
bool Training::enough() const {
  const Position& p = run_.position;
  const int64_t patience = run_.config.patience;
  return p.finished || p.epoch >= run_.config.epochs ||
         (patience > 0 && p.best_epoch >= 0 && p.epoch - 1 - p.best_epoch >= patience);
}

void Training::save() {
  run_.position.threads = threads();
  run_.position.generator_position = default_generator().position();
  save_checkpoint(folder_.file("weights/last.safetensors"), run_.state(), run_.info);
}

// A new run: what is known before the first step is written first, so that a full disk shows now.
void Training::prepare() {
  write_file(folder_.file("args.toml"), settings_text(field_list(asked_)));
  folder_.write_environment(run_.device, threads(), run_.data->fingerprint());
  write_split(*run_.data, folder_.file("split.csv"));
  log_.say(run_.describe_data());
  log_.say(run_.describe_model());
  log_.note_down(run_.describe_loss());
  log_.validation();
  std::vector<report::LabelCount> counts;
  const std::vector<int64_t> drawn = run_.drawn_counts();
  for (size_t c = 0; c < run_.info.classes.size(); ++c)
    counts.push_back({run_.info.classes[c], run_.info.train_counts[c], 0, drawn.empty() ? -1 : drawn[c]});
  report::write_figure(folder_.file("labels"),
                       report::label_chart(counts, int64_t(run_.data->indices(Split::train).size()),
                                           drawn.empty() ? "" : field_text(run_.config.sampler.kind) + " sampling"));
  save();
}

void Training::restore() {
  TrainingState state = run_.state();
  const SafetensorsFile file = SafetensorsFile::read(folder_.file("weights/last.safetensors"));
  load_checkpoint(file, state);
  if (!state.data.empty() && state.data != run_.data->fingerprint())
    throw FileError(text(folder_.path(), ": paths, splits or labels of ", run_.config.data,
                         " are not those that this run began with, so it cannot go on; put them back, or train anew"));
  run_.position = state.position;
  const ModelInfo stored = model_info(file.metadata(), file.path());  // of the last epoch that ended
  run_.info.thresholds = stored.thresholds;
  run_.info.calibration = stored.calibration;
  run_.change_loss(state.loss_state);
  if (run_.position.threads != threads() && !run_.config.allow_inexact)
    throw UsageError(text("--resume: the run was trained with ", run_.position.threads, " threads, now there are ",
                          threads(), ", and the bits would differ; pass --threads ", run_.position.threads,
                          ", or --allow-inexact"));
  const std::string other = folder_.other_environment();
  if (!other.empty() && !run_.config.allow_inexact)
    throw UsageError(text("--resume: the run began with ", other,
                          ", and the bits would differ; pass --allow-inexact to go on all the same"));
  default_generator() = Generator(uint64_t(run_.config.seed), 0, run_.position.generator_position);
  history_.load(run_.position.epoch);
  check_trace(run_);
  if (run_.position.finished) return log_.finished();
  const int64_t traced = run_.config.trace_step;  // of args.toml, mostly: drawn before the run was stopped
  if (traced > 0 && traced <= run_.position.step && !std::filesystem::exists(trace_file(folder_.path(), traced)))
    log_.say(text("note   --trace-step ", traced, ": that step is past, and nothing is drawn; the next is ",
                  run_.position.step + 1));
  log_.say(text("resume ", folder_.path(), " at epoch ", run_.position.epoch + 1, ", batch ", run_.position.batch));
}

// Whether unreadable images have left a batch none, or one of many: batch norm has no variance then.
bool emptied(const Batch& batch, int64_t wanted) {
  return batch.left_out > 0 && batch.n < std::min<int64_t>(2, wanted);
}

// Trains until the end of the epoch; a signal's number when one came, the step being finished.
int Training::train_epoch() {
  Position& p = run_.position;
  run_.begin_epoch(p.epoch);
  run_.train_loader->start(p.epoch, p.batch);
  const Clock::time_point start = Clock::now();
  images_ = 0;
  log_.step(run_.train_loader->batches(), 0, 0, 0);
  Batch batch;
  while (true) {
    if (const int signal = stop_signal()) return signal;
    if (!run_.train_loader->next(batch)) break;
    if (emptied(batch, run_.config.batch)) {
      ++p.batch;
      ++p.step;
      ++p.left_out;
      continue;
    }
    if (p.epoch == 0 && p.trained() == 0)
      write_batch_picture(folder_.file("train_batch0.svg"), batch, run_.info, "The first batch of training");
    p.loss_sum += training_step(run_, batch, folder_.path());
    ++p.batch;
    ++p.step;
    if (p.step == run_.config.trace_step)
      log_.say(
          text("trace  ", trace_file(folder_.path(), p.step), ": step ", p.step, " as a page; open it in a browser"));
    images_ += batch.n;
    log_.step(run_.train_loader->batches(), seconds_since(start), images_, batch.n);
  }
  seconds_ = seconds_since(start);
  if (p.trained() == 0)
    throw FileError(text(run_.config.data, ": no batch of epoch ", p.epoch + 1,
                         " had images to train on, so many cannot be read: ", run_.bad_images().at(0), ", …"));
  return 0;
}

int Training::stopped(int signal) {
  save();
  log_.say(text("stop   signal ", signal, ": saved after step ", run_.position.step,
                "; continue with `skew train --resume ", shell_word(folder_.path()), "`"));
  return exit_code_of_signal(signal);
}

// Validation, files, checkpoints. A signal's number when one came while validating: nothing has changed then, and the
// run that goes on validates again.
int Training::finish_epoch() {
  Position& p = run_.position;
  EpochRow row;
  row.epoch = p.epoch + 1;
  row.train_loss = p.loss_sum / double(p.trained());
  row.lr = run_.schedule->lr(std::max<int64_t>(0, p.step - 1));
  row.seconds = seconds_;
  row.images_per_second = double(images_) / seconds_;
  const bool joins_average = run_.config.swa > 0 && p.epoch >= run_.config.epochs - run_.config.swa;
  if (joins_average) run_.average->update();
  const bool averaged = run_.average && run_.average->started();
  if (averaged) run_.average->swap();
  const Predictions validation = predictions(!joins_average);  // which cannot be taken back
  if (validation.stopped) {
    if (averaged) run_.average->swap();
    return stop_signal();
  }
  const bool better = validate(row, validation);
  if (better) save_model(folder_.file("weights/best.safetensors"), *run_.network, run_.info);
  if (averaged) run_.average->swap();
  history_.add(row);
  history_.write(run_.info.task == Task::single_label);
  ++p.epoch;
  const int64_t left_out = p.left_out;
  p.batch = 0;
  p.left_out = 0;
  p.loss_sum = 0;
  save();
  if (p.epoch == 1) {
    folder_.make_latest();
    log_.left_out(run_.bad_images(), left_out);
    log_.repeats();
  }
  log_.epoch(row, better, images_);
  if (p.epoch == 1) log_.undefined_monitor();
  return 0;
}

// Of the val images, none where there are none. Throws NonFiniteError when training has diverged in the last steps.
Predictions Training::predictions(bool may_stop) {
  if (!run_.val_loader) return {};
  const auto stop = [may_stop] { return may_stop && stop_signal() != 0; };
  std::string why;
  try {
    Predictions p = predict(*run_.network, *run_.val_loader, *run_.cache, run_.device, &run_.loss, run_.loss_args,
                            run_.info.logit_scale, stop);
    if (p.stopped || p.ids.empty() || std::isfinite(p.loss)) return p;
    why = text("the validation loss is ", p.loss);
  } catch (const NonFiniteError& e) {
    why = e.what();
  }
  throw NonFiniteError(text("training stopped at the end of epoch ", run_.position.epoch + 1, ", in validation: ", why,
                            kept_weights(run_, folder_.path()), ".\n", advice_after_divergence(run_)),
                       "validation", "", -1);
}

// Whether `value` of the monitored metric makes this epoch the best so far. An undefined one never beats a defined one,
// and is beaten by it; while all are undefined, or there is nothing to validate on, the latest epoch is the best.
bool Training::is_best(double value) {
  Position& p = run_.position;
  if (p.best_epoch >= 0 && std::isfinite(p.best) && !(value > p.best)) return false;  // earlier versions: −∞
  p.best = value;
  p.best_epoch = p.epoch;
  return true;
}

// Fills the row; returns whether this epoch is the best so far.
bool Training::validate(EpochRow& row, const Predictions& predictions) {
  if (predictions.ids.empty()) return is_best(NAN);
  run_.info.calibration = choose_calibration(predictions, run_.loss, patient_groups(*run_.data, predictions.ids),
                                             prior_shift(run_.loss, run_.config.sampler, run_.info.train_counts));
  if (run_.info.task == Task::multi_label) run_.info.thresholds = tune_thresholds(predictions, run_.info.calibration);
  Evaluation e = evaluate(predictions, run_.info, run_.info.thresholds);
  e.on = {run_.config.data, "val", "", run_.data->fingerprint()};
  row.val_loss = e.loss;
  row.map = e.ap.all.value;
  row.auroc = e.auroc.all.value;
  row.head = e.ap[metrics::Band::head].value;
  row.medium = e.ap[metrics::Band::medium].value;
  row.tail = e.ap[metrics::Band::tail].value;
  if (e.single) {
    row.accuracy = e.single->accuracy;
    row.balanced_accuracy = e.single->balanced_accuracy;
  }
  const double value = e.monitored(run_.monitor);
  if (!std::isnan(value)) run_.schedule->report(value);  // an undefined one says nothing of a plateau
  if (!is_best(value)) return false;
  write_evaluation(folder_.file("val"), e, predictions, run_.info, run_.info.thresholds, *run_.data);
  return true;
}

}  // namespace

int train(const TrainConfig& config, const TrainOutput& output) {
  config.check();
  const bool resumed = !config.resume.empty();
  if (config.data.empty())
    throw UsageError(
        "--data is missing: a folder with labels.csv, a .csv, a folder per class, a MedMNIST .npz, or synth:shapes14");
  if (resumed) RunFolder::open(config.resume);  // complain before the data is read
  TrainingRun run(config);
  if (!resumed) check_trace(run);
  // until here there is nothing to save: a signal ends the process at once, however long the data take
  watch_stop_signals();
  Training training(config, run,
                    resumed
                        ? RunFolder::open(config.resume)
                        : RunFolder::create(config.project, config.name, run.info.model + "_" + run.config.loss.name),
                    output);
  return training.go(resumed);
}

}  // namespace skew
