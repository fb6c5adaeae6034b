#include "apps/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/report/bar_chart.h"
#include "apps/report/number_text.h"
#include "apps/training/batch_picture.h"
#include "apps/evaluation/choose_calibration.h"
#include "apps/evaluation/evaluation.h"
#include "apps/training/history.h"
#include "apps/training/progress.h"
#include "apps/training/run_folder.h"
#include "apps/training/stop_signal.h"
#include "apps/training/training_run.h"
#include "apps/training/training_step.h"
#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/random.h"

namespace skew {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Training {
 public:
  Training(const Settings& settings, TrainingRun& run, RunFolder folder, const TrainOutput& output)
      : settings_(settings),
        run_(run),
        folder_(std::move(folder)),
        output_(output),
        progress_(output.quiet),
        history_(folder_.path()) {}

  int go(bool resumed) {
    try {
      return run_to_end(resumed);
    } catch (...) {  // nothing was learned yet: without a checkpoint the folder is free for the next try
      if (!resumed && run_.progress.epoch == 0) folder_.drop_weights();
      throw;
    }
  }

 private:
  int run_to_end(bool resumed) {
    resumed ? restore() : prepare();
    const int64_t epochs = run_.config.epochs;
    bool enough = run_.progress.finished;
    while (!enough && run_.progress.epoch < epochs) {
      if (const int signal = train_epoch()) return stopped(signal);
      enough = finish_epoch();
    }
    if (!run_.progress.finished) {
      run_.progress.finished = true;
      save();
    }
    conclude();
    return 0;
  }
  void say(const std::string& line) {
    folder_.log(line);
    progress_.line(line);
  }
  void save() {
    run_.progress.threads = threads();
    run_.progress.generator_position = default_generator().position();
    save_checkpoint(folder_.file("weights/last.safetensors"), run_.state(), run_.info);
  }

  // A new run: what is known before the first step is written first, so that a full disk shows now.
  void prepare() {
    write_file(folder_.file("args.toml"), std::string_view(settings_.to_toml()));
    folder_.write_environment(threads());
    write_split(*run_.data, folder_.file("split.csv"));
    say(run_.describe_data());
    say(run_.describe_model());
    std::vector<report::LabelCount> counts;
    for (size_t c = 0; c < run_.info.classes.size(); ++c)
      counts.push_back({run_.info.classes[c], run_.info.train_counts[c], 0});
    report::write_figure(folder_.file("labels"),
                         report::label_chart(counts, int64_t(run_.data->indices(Split::train).size())));
    save();
  }

  void restore() {
    TrainingState state = run_.state();
    const SafetensorsFile file = SafetensorsFile::read(folder_.file("weights/last.safetensors"));
    load_checkpoint(file, state);
    if (!state.data.empty() && state.data != run_.data->fingerprint())
      throw FileError(text(folder_.path(), ": paths, splits or labels of ", run_.config.data,
                           " are not those that this run began with, so it cannot go on; put them back, or train anew"));
    run_.progress = state.progress;
    const ModelInfo stored = model_info(file.metadata(), file.path());  // of the last epoch that ended
    run_.info.thresholds = stored.thresholds, run_.info.calibration = stored.calibration;
    run_.change_loss(state.loss_state);
    if (run_.progress.threads != threads() && !run_.config.allow_inexact)
      throw UsageError(text("--resume: the run was trained with ", run_.progress.threads, " threads, now there are ",
                            threads(), ", and the bits would differ; pass --threads ", run_.progress.threads,
                            ", or --allow-inexact"));
    default_generator() = Generator(uint64_t(run_.config.seed), 0, run_.progress.generator_position);
    history_.load(run_.progress.epoch);
    if (run_.progress.finished) return;
    say(text("resume ", folder_.path(), " at epoch ", run_.progress.epoch + 1, ", batch ", run_.progress.batch));
  }

  // Trains until the end of the epoch; a signal's number when one came, the step being finished.
  int train_epoch() {
    Progress& p = run_.progress;
    run_.begin_epoch(p.epoch);
    run_.train_loader->start(p.epoch, p.batch);
    const int64_t batches = run_.train_loader->batches();
    const Clock::time_point start = Clock::now();
    images_ = 0;
    Batch batch;
    while (run_.train_loader->next(batch)) {
      if (p.step == 0) write_batch_picture(folder_.file("train_batch0.png"), batch, run_.info);
      p.loss_sum += training_step(run_, batch, folder_.path());
      ++p.batch, ++p.step, images_ += batch.n;
      const double seconds = seconds_since(start), rate = double(images_) / seconds;
      progress_.step(p.epoch + 1, run_.config.epochs, p.batch, batches, p.loss_sum / double(p.batch), rate,
                     seconds / double(images_) * double(batch.n) * double(run_.total_steps - p.step));
      if (output_.done) output_.done(double(p.step) / double(run_.total_steps));
      if (const int signal = stop_signal()) return signal;
    }
    seconds_ = seconds_since(start);
    return 0;
  }

  int stopped(int signal) {
    save();
    say(text("stop   signal ", signal, ": saved after step ", run_.progress.step,
             "; continue with: skew train --resume ", folder_.path()));
    return exit_code_of_signal(signal);
  }

  // Validation, files, checkpoints. Returns true when patience is at an end.
  bool finish_epoch() {
    Progress& p = run_.progress;
    EpochRow row;
    row.epoch = p.epoch + 1;
    row.train_loss = p.batch ? p.loss_sum / double(p.batch) : NAN;
    row.lr = run_.lr(std::max<int64_t>(0, p.step - 1));
    row.seconds = seconds_, row.images_per_second = double(images_) / seconds_;
    if (run_.average) run_.average->swap();
    const bool better = validate(row);
    if (better) save_model(folder_.file("weights/best.safetensors"), *run_.network, run_.info);
    if (run_.average) run_.average->swap();
    history_.add(row);
    history_.write(run_.info.task == Task::single_label);
    ++p.epoch, p.batch = 0, p.loss_sum = 0;
    save();
    if (p.epoch == 1) folder_.make_latest(), say_left_out();
    report_epoch(row, better);
    return run_.config.patience > 0 && p.best_epoch >= 0 && p.epoch - 1 - p.best_epoch >= run_.config.patience;
  }

  void say_left_out() {
    std::vector<std::string> bad = run_.train_loader->bad_images();
    if (run_.val_loader)
      for (std::string& why : run_.val_loader->bad_images()) bad.push_back(std::move(why));
    if (!bad.empty())
      say(text("note   left out ", report::counted(int64_t(bad.size()), "image", "images"),
               " of train and val: ", bad[0], bad.size() > 1 ? ", …" : ""));
  }

  // Fills the row; returns whether this epoch is the best so far. Without val images every epoch is.
  bool validate(EpochRow& row) {
    Progress& p = run_.progress;
    row.val_loss = row.map = row.head = row.medium = row.tail = row.auroc = row.accuracy = row.balanced_accuracy = NAN;
    if (!run_.val_loader) return p.best_epoch = p.epoch, true;
    const Predictions predictions = predict(*run_.network, *run_.val_loader, *run_.cache, run_.config.device,
                                            &run_.loss, run_.loss_args, run_.info.logit_scale);
    if (run_.info.task == Task::multi_label) run_.info.thresholds = tune_thresholds(predictions);
    run_.info.calibration = choose_calibration(predictions, run_.loss, patient_groups(*run_.data, predictions.ids));
    const Evaluation e = evaluate(predictions, run_.info, run_.info.thresholds);
    row.val_loss = e.loss, row.map = e.ap.all.value, row.auroc = e.auroc.all.value;
    row.head = e.ap[metrics::Band::head].value, row.medium = e.ap[metrics::Band::medium].value,
    row.tail = e.ap[metrics::Band::tail].value;
    if (e.single) row.accuracy = e.single->accuracy, row.balanced_accuracy = e.single->balanced_accuracy;
    const double value = e.monitored(run_.monitor);
    if (p.best_epoch >= 0 && !(value > p.best)) return false;
    p.best = std::isnan(value) ? -HUGE_VAL : value, p.best_epoch = p.epoch;
    write_evaluation(folder_.file("val"), e, predictions, run_.info, run_.info.thresholds, *run_.data);
    return true;
  }

  void report_epoch(const EpochRow& row, bool better) {
    using report::share;
    const bool single = run_.info.task == Task::single_label;
    if (history_.rows().size() == 1)
      say(single ? "epoch    loss     val      acc   bal.acc  mAP    AUROC  lr       img/s    time"
                 : "epoch    loss     val      mAP    head   med.   tail   AUROC  lr       img/s    time");
    auto pad = [](std::string s, size_t n) {
      size_t shown = 0;
      for (const char c : s) shown += (c & 0xC0) != 0x80;
      return s + std::string(shown < n ? n - shown : 1, ' ');
    };
    std::string line = pad(text(std::string(row.epoch < 10 ? 1 : 0, ' '), row.epoch, "/", run_.config.epochs), 9) +
                       pad(report::significant(row.train_loss), 9) + pad(report::significant(row.val_loss), 9);
    if (single)
      line += pad(share(row.accuracy), 7) + pad(share(row.balanced_accuracy), 9) + pad(share(row.map), 7);
    else
      line += pad(share(row.map), 7) + pad(share(row.head), 7) + pad(share(row.medium), 7) + pad(share(row.tail), 7);
    line += pad(share(row.auroc), 7) + pad(report::significant(row.lr, 2), 9) +
            pad(report::grouped(int64_t(row.images_per_second)), 9) + clock_text(row.seconds) + (better ? "  *" : "");
    say(line);
    if (!output_.json) return;
    auto number = [](double v) { return std::isfinite(v) ? nlohmann::json(v) : nlohmann::json(nullptr); };
    const nlohmann::json out = {{"epoch", row.epoch},
                                {"seconds", row.seconds},
                                {"images", images_},
                                {"loss", number(row.train_loss)},
                                {"val_loss", number(row.val_loss)},
                                {"val_mAP", number(row.map)},
                                {"val_AUROC", number(row.auroc)},
                                {"lr", row.lr},
                                {"model", run_.info.model},
                                {"batch", run_.config.batch},
                                {"dtype", "float"},
                                {"threads", threads()},
                                {"version", SKEW_VERSION}};
    std::printf("%s\n", out.dump().c_str());
    std::fflush(stdout);
  }

  void conclude() {
    using report::share;
    const Progress& p = run_.progress;
    std::string best = "no epoch was trained";
    for (const EpochRow& row : history_.rows())
      if (row.epoch == p.best_epoch + 1)
        best = text("best   epoch ", row.epoch, "  val mAP ", share(row.map), "  AUROC ", share(row.auroc),
                    run_.info.task == Task::single_label ? "  accuracy " + share(row.accuracy) : "",
                    "   (* marks a new best by ", run_.monitor, ")");
    say(best);
    if (run_.info.task == Task::multi_label && !run_.info.thresholds.empty()) {
      const auto& limits = run_.info.thresholds;
      const auto tuned =
          size_t(std::count_if(limits.begin(), limits.end(), [](const ClassThreshold& t) { return t.tuned; }));
      say(text("note   thresholds stored with the weights: tuned on val for ", tuned, " of ", limits.size(), " classes",
               tuned < limits.size() ? ", the others .5 (too few positives)" : ""));
    }
    if (!run_.info.calibration.empty())
      say("note   calibrated risks stored beside the scores: " + describe(run_.info.calibration, run_.info.classes));
    const std::string next =
        text("open   ", folder_.path(), "   next: skew eval ", folder_.path(), " --data ", run_.config.data);
    folder_.log(next);
    if (!output_.json && !output_.quiet) std::printf("%s\n", next.c_str());
  }

  const Settings& settings_;
  TrainingRun& run_;
  RunFolder folder_;
  TrainOutput output_;
  ProgressLine progress_;
  History history_;
  int64_t images_ = 0;
  double seconds_ = 1e-9;
};

}  // namespace

int train(const Settings& settings, const TrainOutput& output) {
  watch_stop_signals();
  const TrainConfig config = train_config(settings);
  const bool resumed = !config.resume.empty();
  if (config.data.empty())
    throw UsageError(
        "--data is missing: a folder with labels.csv, a .csv, a folder per class, a MedMNIST .npz, or synth:shapes14");
  if (resumed) RunFolder::open(config.resume);  // complain before the data is read
  TrainingRun run(config);
  Training training(settings, run,
                    resumed ? RunFolder::open(config.resume)
                            : RunFolder::create(config.project, config.name, run.info.model + "_" + run.config.loss),
                    output);
  return training.go(resumed);
}

}  // namespace skew
