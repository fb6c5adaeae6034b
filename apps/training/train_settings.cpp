#include "apps/training/train_settings.h"

#include "core/error.h"

namespace skew {
namespace {

constexpr auto text_kind = SettingKind::text;
constexpr auto word = SettingKind::word;
constexpr auto integer = SettingKind::integer;
constexpr auto number = SettingKind::number;
constexpr auto flag = SettingKind::flag;

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> out;
  std::string item;
  for (const char c : text + ",") {
    if (c != ',')
      item += c;
    else if (!item.empty())
      out.push_back(std::move(item)), item.clear();
  }
  return out;
}

double within(const Settings& s, const char* key, double low, double high) {
  const double v = s.number(key);
  if (!(v >= low && v <= high)) throw UsageError(text("--", key, ": expected ", low, " … ", high, ", got ", v));
  return v;
}
int64_t whole_within(const Settings& s, const char* key, int64_t low, int64_t high) {
  const int64_t v = s.integer(key);
  if (v < low || v > high) throw UsageError(text("--", key, ": expected ", low, " … ", high, ", got ", v));
  return v;
}

// Turns the refusal of a word into a usage error that names the flag.
template <class F>
auto checked(const char* key, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const ValueError& e) {
    throw UsageError(text("--", key, ": ", e.what()));
  }
}

}  // namespace

Settings train_settings() {
  return Settings(
      {{"data", "", "images and labels: folder, .csv, .npz, synth:shapes14, fashion-mosaic", "Common"},
       {"model", "auto", "small_cnn, resnet8, resnet18, resnet34, resnet50; auto: by image size", "Common"},
       {"loss", "auto",
        "ral, asl, apl, hill, focal, bce, cross_entropy, …; --loss.NAME VALUE sets a parameter; auto: by task",
        "Common"},
       {"epochs", "20", "passes over the training images", "Common", integer},
       {"batch", "64", "images a step", "Common", integer, {}, "b"},
       {"lr", "0.001", "learning rate at its highest", "Common", number},
       {"img_size", "0", "side in pixels; 0: as stored", "Common", integer},
       {"augment", "flip,crop", "flip, crop, rotate, affine, brightness, contrast, or none", "Common"},
       {"resume", "", "continue this run exactly where it stopped", "Common"},
       {"seed", "0", "of weights, order, augmentation and splits", "Common", integer},
       {"project", "runs", "folder of all runs", "Common"},
       {"name", "", "the run's folder; default: date, model, loss", "Common"},
       {"task", "auto", "multi, single; auto: by the data", "Data", word, {"auto", "multi", "single"}},
       {"in_chans", "0", "colour channels, 1 or 3; 0: as stored", "Data", integer},
       {"path_col", "", "column of the image paths", "Data"},
       {"split_col", "", "column of train/val/test", "Data"},
       {"group", "", "column of patients, never cut by a split", "Data"},
       {"classes", "", "columns that are the classes: a,b,c", "Data"},
       {"ignore", "", "columns to leave out: a,b", "Data"},
       {"split_file", "", "a split.csv that replaces the data's own splits", "Data"},
       {"sampler",
        "uniform",
        "uniform, class-aware, repeat-factor",
        "Data",
        word,
        {"uniform", "class-aware", "repeat-factor"}},
       {"sampler_threshold", "0.05", "repeat-factor: classes rarer than this fraction are shown more often", "Data",
        number},
       {"missing_labels", "0", "turn this share of the positives of train and val into negatives, to study label noise",
        "Data", number},
       {"bad_images",
        "fail",
        "fail, skip: what an image does that is damaged or missing",
        "Data",
        word,
        {"fail", "skip"}},
       {"opt", "adamw", "sgd, adam, adamw", "Optimisation", word, {"sgd", "adam", "adamw"}},
       {"weight_decay", "0.01", "on every parameter", "Optimisation", number},
       {"momentum", "0.9", "of sgd", "Optimisation", number},
       {"sched",
        "cosine",
        "constant, cosine, step, one-cycle",
        "Optimisation",
        word,
        {"constant", "cosine", "step", "one-cycle"}},
       {"warmup", "1", "epochs of linearly rising learning rate", "Optimisation", number},
       {"reduction", "mean", "mean, sum, batch_mean", "Optimisation", word, {"mean", "sum", "batch_mean"}},
       {"clip_grad", "1", "largest gradient norm; 0: off", "Optimisation", number},
       {"ema", "0", "decay of averaged weights, e.g. .999; 0: off", "Optimisation", number},
       {"monitor",
        "auto",
        "what makes an epoch the best: val/mAP, val/AUROC, val/loss, val/accuracy",
        "Optimisation",
        word,
        {"auto", "val/mAP", "val/AUROC", "val/loss", "val/accuracy", "val/balanced_accuracy"}},
       {"patience", "0", "stop after this many epochs without a better one; 0: never", "Optimisation", integer},
       {"init", "", "safetensors file to start from", "Optimisation"},
       {"device", "auto", "auto, cpu, reference", "Machine", word, {"auto", "cpu", "reference"}},
       {"threads", "0", "0: all processors", "Machine", integer},
       {"workers", "auto", "threads that prepare batches", "Machine", text_kind, {}, "j"},
       {"allow_inexact", "false",
        "resume with another thread count or build, although the bits will differ", "Machine", flag}},
      "loss");
}

TrainConfig train_config(const Settings& s) {
  TrainConfig c;
  c.data = s.text("data"), c.model = s.text("model"), c.loss = s.text("loss"), c.optimizer = s.text("opt");
  c.schedule = s.text("sched"), c.monitor = s.text("monitor"), c.project = s.text("project"), c.name = s.text("name");
  c.init = s.text("init"), c.resume = s.text("resume"), c.reduction = s.text("reduction");
  c.epochs = whole_within(s, "epochs", 0, 1000000), c.batch = whole_within(s, "batch", 1, 65536);
  c.image_size = whole_within(s, "img_size", 0, 16384), c.channels = whole_within(s, "in_chans", 0, 3);
  if (c.channels == 2) throw UsageError("--in-chans: expected 0, 1 or 3, got 2");
  c.patience = whole_within(s, "patience", 0, 1000000), c.seed = whole_within(s, "seed", 0, int64_t(1) << 53);
  c.lr = within(s, "lr", 0, 1e6), c.weight_decay = within(s, "weight_decay", 0, 1e6),
  c.momentum = within(s, "momentum", 0, 0.9999999);
  c.warmup = within(s, "warmup", 0, 1e6), c.ema = within(s, "ema", 0, 0.9999999),
  c.clip_grad = within(s, "clip_grad", 0, 1e30);
  c.augmentation = checked("augment", [&] { return parse_augmentation(s.text("augment")); });
  c.sampler = {parse_sampler(s.text("sampler")), within(s, "sampler_threshold", 1e-9, 1)};
  c.bad_images = s.text("bad_images") == "skip" ? BadImages::skip : BadImages::fail;
  c.device = s.text("device") == "reference" ? Device::reference : Device::cpu;
  c.threads = int(whole_within(s, "threads", 0, 1024));
  const std::string workers = s.text("workers");
  c.workers = -1;
  if (workers != "auto") {
    char* end = nullptr;
    c.workers = int(std::strtol(workers.c_str(), &end, 10));
    if (workers.empty() || *end || c.workers < 0 || c.workers > 256)
      throw UsageError(text("--workers: expected auto or 0 … 256, got '", workers, "'"));
  }
  c.allow_inexact = s.flag("allow_inexact");
  c.data_options = {.path_col = s.text("path_col"),
                    .split_col = s.text("split_col"),
                    .group_col = s.text("group"),
                    .classes = list_of(s.text("classes")),
                    .ignore = list_of(s.text("ignore")),
                    .split_file = s.text("split_file"),
                    .seed = uint64_t(c.seed),
                    .skip_missing = c.bad_images == BadImages::skip};
  c.data_options.label_noise = within(s, "missing_labels", 0, 0.99);
  if (s.text("task") != "auto")
    c.data_options.task = s.text("task") == "multi" ? Task::multi_label : Task::single_label;
  for (const auto& [name, value] : s.dotted()) c.loss_parameters.emplace_back(name, value);
  return c;
}

}  // namespace skew
