// The words and columns of a training run.
#include "apps/training/epoch_log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/data/option_words.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/formats/utf8.h"
#include "apps/formats/words.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace {

using report::share;

struct Column {
  const char* title;
  int width;
  std::string value;
};

std::vector<Column> columns(const EpochRow& row, const TrainingRun& run) {
  std::vector<Column> list = {{"epoch", 9, text(row.epoch < 10 ? " " : "", row.epoch, "/", run.config.epochs)},
                              {"loss", 8, report::significant(row.train_loss)},
                              {"val", 8, report::significant(row.val_loss)}};
  const bool single = run.info.task == Task::single_label;
  if (single) list.insert(list.end(), {{"acc", 6, share(row.accuracy)}, {"bal.acc", 9, share(row.balanced_accuracy)}});
  list.push_back({"mAP", 6, share(row.map)});
  if (!single)
    list.insert(list.end(),
                {{"head", 6, share(row.head)}, {"med.", 6, share(row.medium)}, {"tail", 6, share(row.tail)}});
  list.insert(list.end(), {{"AUROC", 7, share(row.auroc)},
                           {"lr", 8, report::significant(row.lr, 2)},
                           {"img/s", 7, report::grouped(int64_t(row.images_per_second))},
                           {"time", 0, clock_text(row.seconds)}});
  return list;
}

// Known labels of the val images, class by class.
struct ValLabels {
  std::vector<int64_t> positives, negatives;
  int64_t images = 0;
  size_t both() const {  // classes that have both
    size_t n = 0;
    for (size_t c = 0; c < positives.size(); ++c) n += positives[c] > 0 && negatives[c] > 0;
    return n;
  }
};
ValLabels val_labels(const TrainingRun& run) {
  const size_t classes = run.info.classes.size();
  ValLabels out{std::vector<int64_t>(classes), std::vector<int64_t>(classes)};
  for (const int64_t i : run.data->indices(Split::val)) {
    const std::span<const float> target = run.data->target(i);
    ++out.images;
    for (size_t c = 0; c < classes; ++c) {
      out.positives[c] += target[c] == 1;
      out.negatives[c] += target[c] == 0;
    }
  }
  return out;
}

std::string over(const TrainingRun& run) {
  return text(" over ", val_labels(run).both(), " of ", run.info.classes.size(), " classes");
}

// s and blanks up to `width` columns, at least one.
std::string padded(const std::string& s, int width) {
  return s + std::string(size_t(std::max(1, width - report::column_width(s))), ' ');
}

}  // namespace

void EpochLog::say(const std::string& line) {
  folder_.log(line);
  progress_.line(report::wrapped(line, 7));  // below the words, "note   "
}

void EpochLog::row_of_table(const std::string& line) {
  folder_.log(line);
  progress_.line(line);
}

void EpochLog::note_down(const std::string& line) { folder_.log(line); }

void EpochLog::finished() {
  const std::string& from = folder_.path();
  say(text("note   this run is finished; a new one from its weights, with a schedule of its own: `skew train -c ",
           shell_word(from + "/args.toml"), " --init ", shell_word(from + "/weights/last.safetensors"), " --name ",
           shell_word((std::filesystem::path(from) / "").parent_path().filename().string() + "-more"), "`"));
}

void EpochLog::validation() {
  const ValLabels val = val_labels(run_);
  const size_t classes = val.positives.size(), both = val.both();
  if (val.images == 0)
    return say(
        "note   no image is in the val split: the last epoch is kept as the best, without thresholds and "
        "calibrated risks");
  if (both < classes)
    say(text("note   val ", run_.info.task == Task::single_label ? "balanced accuracy, " : "",
             "mAP and AUROC are means over ", both, " of ", classes,
             " classes: the others have no known positive or no known negative in val"));
  const auto few = size_t(std::ranges::count_if(val.positives, [](int64_t n) { return n < metrics::least_positives; }));
  if (2 * few > classes)
    say(text("note   fewer than ", metrics::least_positives, " positives in val for ", few, " of ", classes,
             " classes: which epoch is the best is decided by chance; a larger val split would tell"));
}

void EpochLog::undefined_monitor() {
  if (!run_.val_loader || !std::isnan(run_.position.best)) return;
  const ValLabels val = val_labels(run_);
  const auto none = [](const std::vector<int64_t>& counts) {
    return std::ranges::all_of(counts, [](int64_t n) { return n == 0; });
  };
  const char* why = "no class has both a positive and a negative in val that can be read";
  if (none(val.negatives)) why = "no known negative in val";
  if (none(val.positives)) why = "no positive in val";
  say(text("note   ", run_.monitor, " is undefined (", why, "): the last epoch is kept"));
}

void EpochLog::step(int64_t batches, double seconds, int64_t images, int64_t batch_images) {
  const Position& p = run_.position;
  if (progress_.due(p.batch >= batches)) {
    const int width = 20, filled = int(double(width) * double(p.batch) / double(std::max<int64_t>(1, batches)));
    std::string bar;
    for (int i = 0; i < width; ++i) bar += i < filled ? "━" : "╌";
    const std::string line = text(report::aligned(std::to_string(p.epoch + 1), 3), "/", run_.config.epochs, "  ", bar);
    if (images == 0) return progress_.redraw(line + "  the first step is on its way");
    const double left = double(run_.total_steps - p.step) * double(batch_images) / double(images) * seconds;
    progress_.redraw(text(line, "  loss ", report::significant(p.loss_sum / double(p.trained())), "  ",
                          report::grouped(int64_t(double(images) / seconds)), " img/s  ", clock_text(left), " left"));
  }
  if (output_.done) output_.done(double(p.step) / double(run_.total_steps));
}

void EpochLog::epoch(const EpochRow& row, bool better, int64_t images) {
  std::string heads, line;
  for (const Column& c : columns(row, run_)) {
    heads += c.width ? padded(c.title, c.width) : c.title;
    line += c.width ? padded(c.value, c.width) : c.value;
  }
  if (!std::exchange(headed_, true)) row_of_table(heads);
  row_of_table(line + (better && !std::isnan(run_.position.best) ? "  *" : ""));
  if (!output_.json) return;
  // What is not a finite number is written as null.
  const nlohmann::json out = {
      {"epoch", row.epoch},       {"seconds", row.seconds},     {"images", images},       {"loss", row.train_loss},
      {"val_loss", row.val_loss}, {"val_mAP", row.map},         {"val_AUROC", row.auroc}, {"lr", row.lr},
      {"model", run_.info.model}, {"batch", run_.config.batch}, {"dtype", "float"},       {"threads", threads()},
      {"version", SKEW_VERSION},
  };
  std::printf("%s\n", out.dump().c_str());
  std::fflush(stdout);
}

void EpochLog::left_out(const std::vector<std::string>& images, int64_t batches) {
  if (images.empty()) return;
  say(text("note   left out ", report::counted(int64_t(images.size()), "image", "images"),
           " of train and val: ", images[0], images.size() > 1 ? ", …" : ""));
  if (batches > 0)
    say(text("note   that left ", report::counted(batches, "batch", "batches"),
             " an epoch with too few images to train on; those were left out, too"));
}

void EpochLog::repeats() {
  const Dataset& data = *run_.data;
  const auto found = run_.cache->repeats(data.indices(Split::train), data.indices(Split::val));
  if (found.empty()) return;
  say(text("note   ", report::counted(int64_t(found.size()), "image", "images"), " of val ",
           found.size() == 1 ? "is" : "are", " pixel by pixel in train, too, such as ", data.path(found[0].image),
           " and ", data.path(found[0].of), ": what is measured flatters; `skew data check` lists ", "all of them"));
}

// Of the weights that eval and predict take: those of the best epoch.
ModelInfo EpochLog::best_info() const {
  const std::string path = folder_.file("weights/best.safetensors");
  if (!std::filesystem::exists(path)) return run_.info;
  return model_info(SafetensorsFile::read(path).metadata(), path);
}

void EpochLog::conclude(const std::vector<EpochRow>& rows) {
  std::string best = "no epoch was trained: the weights are those of the start";
  const bool single = run_.info.task == Task::single_label, undefined = std::isnan(run_.position.best);
  for (const EpochRow& row : rows)
    if (row.epoch == run_.position.best_epoch + 1)
      best = text("best   epoch ", row.epoch, "  val mAP ", share(row.map), "  AUROC ", share(row.auroc), over(run_),
                  single ? "  accuracy " + share(row.accuracy) + "  balanced " + share(row.balanced_accuracy) : "",
                  undefined ? "" : text("   (* marks a new best by ", run_.monitor, ")"));
  say(best);
  undefined_monitor();
  const ModelInfo info = best_info();
  if (!single && !info.thresholds.empty())
    say("note   thresholds stored with the weights: " + describe_thresholds(info.thresholds, info.classes));
  if (!info.calibration.empty())
    say("note   calibrated risks stored beside the scores: " + describe(info.calibration, info.classes));
  const bool val_alone = run_.data->indices(Split::test).empty() && run_.val_loader;
  const int64_t ended = rows.empty() ? 0 : rows.back().epoch, patience = run_.config.patience;
  if (ended > 0 && ended < run_.config.epochs && patience > 0)
    say(text("note   ended after ", ended, " of ", run_.config.epochs,
             " epochs: ", report::counted(patience, "epoch", "epochs"), " without a new best by ", run_.monitor, " (",
             option("patience", std::to_string(patience)), ")"));
  const std::string folder = shell_word(folder_.path());
  const std::string next =
      text("open   ", folder_.path(), rows.empty() ? "\nnext: skew train -c " : "\nnext: skew eval ", folder,
           rows.empty() ? "/args.toml --epochs 20 --name NEW" : "", val_alone && !rows.empty() ? " --split val" : "");
  folder_.log(next);
  if (!output_.json && !output_.quiet) std::printf("%s\n", next.c_str());
}

}  // namespace skew
