// Building the parts of a run in their order, and describing them for the log.
#include "apps/training/training_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include "apps/data/open_data.h"
#include "apps/evaluation/evaluation.h"
#include "apps/metrics/class_means.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/device_library.h"
#include "core/error.h"
#include "core/kernel.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/text.h"
#include "models/networks/network_table.h"
#include "models/networks/summary.h"
#include "models/optim/make_optimizer.h"
#include "models/optim/make_schedule.h"
#include "models/optim/reduce_on_plateau.h"
#include "models/weights/module_weights.h"

namespace skew {

LossParameters with_data_parameters(const std::string& loss, const LossParameters& given, const Dataset& data) {
  LossParameters all = given;
  const AnyLoss plain = make_loss(loss);
  auto wanted = [&](const char* name) {
    return plain.has_parameter(name) && std::ranges::none_of(given, [&](const auto& p) { return p.first == name; });
  };
  if (wanted("class_freq")) {
    const std::vector<FieldInfo> known = plain.parameters();
    const auto freq = std::find_if(known.begin(), known.end(), [](const auto& p) { return p.name == "class_freq"; });
    const std::vector<int64_t> counts = data.class_counts(Split::train);
    for (size_t c = 0; c < counts.size(); ++c)
      if (!freq->limits.contains(double(counts[c])))
        throw UsageError(
            text("--loss ", loss, ": it needs the training images of each class, and no image of the train split has '",
                 data.classes()[c], "'; leave that class out with --ignore, or give the loss's parameter class_freq"));
    all.emplace_back("class_freq", field_text(counts));
  }
  if (wanted("train_num")) all.emplace_back("train_num", std::to_string(data.indices(Split::train).size()));
  return all;
}

namespace {

// "30,60" epochs → steps.
std::string in_steps(const std::string& name, const std::string& epochs, int64_t steps_per_epoch) {
  std::vector<double> counts;
  set_field({"--sched-arg", name}, counts, epochs, at_least(0, "lengths are epochs"));
  std::vector<int64_t> steps;
  for (const double count : counts) steps.push_back(std::llround(count * double(steps_per_epoch)));
  return field_text(steps);
}

}  // namespace

TrainingRun::TrainingRun(const TrainConfig& c) : config(c), device(device_of(c.device)) {
  use_tf32(device, config.tf32);
  if (config.threads > 0) set_threads(config.threads);
  const bool spare_processor = threads() < int(std::thread::hardware_concurrency());
  const int workers = config.workers.value_or(spare_processor ? 1 : 0);
  data = open_data(config.data, config.data_options());
  if (data->indices(Split::train).empty())
    throw FileError(
        text(config.data, ": no image is in the train split; check the split column, or drop it to have one made"));
  std::string& loss_name = config.loss.name;
  if (loss_name == "auto") loss_name = data->task() == Task::single_label ? "cross_entropy" : "ral";
  if (loss_name == "ce") loss_name = "cross_entropy";
  cache = std::make_shared<PixelCache>(data, InputSize{config.image_size, config.channels, config.fit});

  info.task = data->task();
  info.classes = data->classes();
  info.train_counts = data->class_counts(Split::train);
  info.channels = cache->channels();
  info.height = cache->height();
  info.width = cache->width();
  info.fit = cache->shape().fit;
  info.exif = config.reading.exif;
  info.model =
      config.model == "auto" ? (std::min(info.height, info.width) <= 32 ? "resnet8" : "resnet18") : config.model;
  find_network(info.model);
  loss = make_loss(loss_name, with_data_parameters(loss_name, config.loss.arguments, *data));
  if (loss.single_label() != (info.task == Task::single_label))
    throw UsageError(text("--loss ", config.loss.name, " is for ",
                          loss.single_label() ? "one class an image" : "several labels an image",
                          ", and this data has ",
                          loss.single_label() ? "several; use ral, bce, …, or --task single"
                                              : "one; use cross_entropy, or --task multi"));
  if (config.ordinal && !loss.single_label())
    throw UsageError("--ordinal is for one class an image, and this data has several labels; leave it out");
  info.ordinal =
      loss.single_label() && (config.ordinal || !config.reading.classes.empty() || names_are_ordered(info.classes));
  info.loss = loss.print();
  info.logit_scale = loss.logit_scale();
  for (const FieldInfo& f : field_list(config))
    if (f.option.to == Belongs::weights) info.options.emplace_back(f.name, f.value);
  loss_args.reduction = parse_reduction(config.reduction, "--reduction");
  monitor = config.monitor;
  if (monitor == "auto") monitor = info.task == Task::single_label ? "val/balanced_accuracy" : "val/mAP";
  check_monitored(monitor, info.task);

  seed(uint64_t(config.seed));
  network = build_network(info);
  if (!config.init.empty()) load_weights(*network, SafetensorsFile::read(config.init));
  network->to(device);

  info.normalisation = normalise();
  LoaderOptions options{.batch = config.batch,
                        .train = true,
                        .sampler = config.sampler,
                        .augmentation = config.augmentation,
                        .normalisation = info.normalisation,
                        .seed = uint64_t(config.seed),
                        .workers = workers,
                        .bad_images = config.bad_images};
  train_loader = std::make_unique<Loader>(cache, data->indices(Split::train), options);
  options.train = false;
  options.batch = std::max<int64_t>(config.batch, 64);
  if (!data->indices(Split::val).empty())
    val_loader = std::make_unique<Loader>(cache, data->indices(Split::val), options);

  Args args{{"lr", config.lr}, {"weight_decay", config.weight_decay}};
  if (config.optimizer.name == "sgd") args.set("momentum", config.momentum);
  for (const auto& [name, value] : config.optimizer.arguments) args.set(name, value);
  optimizer = make_optimizer(config.optimizer.name, network->parameters(), args);
  Tensors averaged = network->parameters();
  for (const NamedState& s : network->state())  // and the running statistics
    if (!s.parameter && is_floating(s.tensor.dtype())) averaged.push_back(s.tensor);
  if (config.ema > 0) average = std::make_unique<Ema>(averaged, EmaArgs{.decay = config.ema});
  if (config.swa > 0) average = std::make_unique<Swa>(averaged);
  build_schedule(train_loader->batches());
}

// By the train split. Left out are images only where that is asked for, and no more than a few: a set of which most
// cannot be read is a fault to be mended, and the measures on its few others would look like a result.
Normalisation TrainingRun::normalise() {
  const bool skip = config.bad_images == BadImages::skip;
  std::vector<std::string> bad;
  const Normalisation found = [&] {
    try {
      return compute_normalisation(*cache, data->indices(Split::train), threads(), skip, &bad);
    } catch (const FileError& error) {
      if (cache->unreadable_headers() < 2) throw;
      throw FileError(text(error.what(), " (in all, ", cache->unreadable_headers(), " of ", data->size(),
                           " images cannot be read)"));
    }
  }();
  if (!skip) return found;
  refuse_many_bad(Split::train, bad);
  if (!data->indices(Split::val).empty())
    refuse_many_bad(Split::val, unreadable(*cache, data->indices(Split::val), threads()));
  return found;
}

void TrainingRun::refuse_many_bad(Split split, const std::vector<std::string>& bad) const {
  const double share = double(bad.size()) / double(data->indices(split).size());
  if (share <= config.most_bad) return;
  const double enough = std::ceil(share * 100) / 100;
  throw FileError(text(config.data, ": ", bad.size(), " of ", data->indices(split).size(), " images of ",
                       split_name(split), " cannot be read, and --bad-images skip leaves out a share of ",
                       config.most_bad, " at most; the first: ", bad[0],
                       "; mend them, or to train without them all: --most-bad ", enough));
}

void TrainingRun::begin_epoch(int64_t epoch) {
  for (const auto& [key, value] : config.loss.arguments)
    if (key == "epoch") return;
  if (loss.has_parameter("epoch")) loss = loss.with({{"epoch", std::to_string(epoch)}});
}

void TrainingRun::change_loss(const LossParameters& changes) {
  if (changes.empty()) return;
  loss = loss.with(changes);
  for (const auto& change : changes) {
    const auto same = std::ranges::find(loss_state, change.first, &LossParameters::value_type::first);
    if (same == loss_state.end()) loss_state.push_back(change);
    else same->second = change.second;
  }
}

std::vector<std::string> TrainingRun::bad_images() const {
  std::vector<std::string> all = train_loader->bad_images();
  if (val_loader)
    for (std::string& why : val_loader->bad_images()) all.push_back(std::move(why));
  return all;
}

// Arguments of the schedule as the person gave them, in epochs, and those that nobody gave as the run wants them: over
// its whole length, or in thirds of it.
void TrainingRun::build_schedule(int64_t steps_per_epoch) {
  total_steps = steps_per_epoch * config.epochs;
  const std::string& name = config.schedule.name;
  const std::vector<FieldInfo> known = schedule_arguments(name);
  auto knows = [&](const std::string& argument) {
    return std::ranges::any_of(known, [&](const FieldInfo& f) { return f.name == argument; });
  };
  if (name == ReduceOnPlateau::name && !val_loader)
    throw UsageError("--sched reduce_on_plateau: it listens to validation, and no image is in the val split");
  const int64_t last = std::max<int64_t>(1, total_steps);
  const int64_t rise = std::min(last, int64_t(std::llround(config.warmup * double(steps_per_epoch))));
  const bool rises_itself = name == OneCycleSchedule::name || knows("warmup");
  const int64_t length = rises_itself ? last : std::max<int64_t>(1, last - rise);
  const std::map<std::string, ArgValue> standard = {{"steps", double(length)},
                                                    {"every", double((length + 2) / 3)},
                                                    {"first", double((length + 2) / 3)},
                                                    {"warmup", double(rise)},
                                                    {"mode", std::string("max")}};  // Evaluation::monitored
  Args args;
  for (const auto& [argument, value] : standard)
    if (knows(argument)) args.set(argument, value);
  for (const auto& [argument, value] : config.schedule.arguments)
    for (const FieldInfo& f : known)
      if (f.name == argument)
        args.set(argument, *f.limits.unit ? in_steps(argument, value, steps_per_epoch) : value);  // only steps have one
  schedule = make_schedule(name, config.lr, args);
  if (!rises_itself && rise > 0) schedule = std::make_unique<Warmup>(config.lr, rise, std::move(schedule));
  if (const auto momentum = schedule->momentum(0)) optimizer->set_momentum(*momentum);  // refused here if there is none
}

// Classes of train of which no image can be read: --bad-images skip leaves those out.
std::string TrainingRun::describe_emptied() const {
  std::vector<std::string> emptied;
  for (size_t c = 0; c < info.classes.size(); ++c) {
    int64_t positives = 0, readable = 0;
    for (const int64_t i : data->indices(Split::train)) {
      if (data->target(i)[c] != 1) continue;
      ++positives;
      readable += !cache->failed(i);
    }
    if (positives > 0 && readable == 0) emptied.push_back(info.classes[c]);
  }
  return emptied.empty() ? ""
                         : text("no image in train can be read of: ", listed(emptied), "; nothing is learned of them");
}

std::vector<int64_t> TrainingRun::drawn_counts() const {
  if (config.sampler.kind == SamplerKind::uniform) return {};
  return positives_in(*data,
                      Sampler(*data, data->indices(Split::train), config.sampler, uint64_t(config.seed)).order(0));
}

// "draw   class-aware sampler, first epoch: hook 19 → 187 positives, square 1,300 → 190", or nothing.
std::string TrainingRun::describe_sampler(size_t rarest) const {
  const std::vector<int64_t> drawn = drawn_counts();
  if (drawn.empty()) return "";
  const size_t most = size_t(std::ranges::max_element(info.train_counts) - info.train_counts.begin());
  const auto change = [&](size_t c) {
    return text(info.classes[c], " ", report::grouped(info.train_counts[c]), " → ", report::grouped(drawn[c]));
  };
  return text("\ndraw   ", field_text(config.sampler.kind), " sampler, first epoch: positives of ", change(rarest),
              ", ", change(most), "; labels.svg has all");
}

std::string TrainingRun::describe_data() const {
  int bands[3] = {};
  size_t rarest = 0;
  for (size_t c = 0; c < info.classes.size(); ++c) {
    ++bands[size_t(metrics::band_of(info.train_counts[c]))];
    if (info.train_counts[c] < info.train_counts[rarest]) rarest = c;
  }
  std::string out =
      text("data   ", data->name(), "  ", data->indices(Split::train).size(), "/", data->indices(Split::val).size(),
           "/", data->indices(Split::test).size(), "  ", info.channels, "x", info.height, "x", info.width, "  ",
           info.classes.size(), info.task == Task::single_label ? " classes" : " labels", "  head ", bands[0],
           " · medium ", bands[1], " · tail ", bands[2], "   rarest: ", info.classes[rarest], ", ",
           report::counted(info.train_counts[rarest], "positive", "positives"), " in train");
  out += describe_sampler(rarest);
  if (!cache->note().empty()) out += "\ninput  " + cache->note();
  if (info.ordinal) {
    const size_t shown = std::min<size_t>(info.classes.size(), 12);
    const std::vector<std::string> order(info.classes.begin(), info.classes.begin() + ptrdiff_t(shown));
    out += "\nnote   the order of the classes counts for the quadratic kappa: " + joined(order, ", ") +
           (shown < info.classes.size() ? ", …" : "");
  }
  if (data->split_was_made()) out += "\nsplit  " + data->split_note();
  for (const std::string& note : data->notes()) out += "\nnote   " + note;
  for (const std::string& gap : data->gaps()) out += "\nnote   " + gap;
  if (const std::string emptied = describe_emptied(); !emptied.empty()) out += "\nnote   " + emptied;
  if (const int64_t unknown = data->unknown_count(Split::train))
    out += text("\nnote   ", report::grouped(unknown), " unknown labels in train: left out of loss and metrics");
  if (const int64_t dropped = data->dropped_positives())
    out += text("\nnote   ", report::grouped(dropped),
                " positives of train and val were made negatives (--missing-labels)");
  return out;
}

std::string TrainingRun::describe_model() const {
  const NetworkSummary s = summary(*network, {1, info.channels, info.height, info.width});
  std::vector<std::string> given;
  for (const auto& [name, value] : config.loss.arguments) given.push_back(name + "=" + value);
  const std::string automatic =
      config.device == "auto" && device == Device::cpu ? about_automatic_device() : std::string();
  std::string changed = in_words(config.augmentation);
  if (!changed.empty()) changed = "\nimages " + changed + ", at random (--augment none: not)";
  return text("model  ", info.model, "  ", report::grouped(s.parameters), " parameters  ", with_unit(s.multiply_adds),
              " multiply-adds/image\n", "loss   ", config.loss.name,
              given.empty() ? "" : "(" + joined(given, ", ") + ")", "  ", name_of(loss_args.reduction), "   seed ",
              config.seed, " · ", report::counted(threads(), "thread", "threads"), " · ",
              kernel_library(kernel_library.has(device) ? device : Device::cpu), config.tf32 ? ", TF32" : "",
              automatic.empty() ? "" : '\n' + report::wrapped(automatic), changed);
}

std::string TrainingRun::describe_loss() const {
  // What a mean divides by: elements, or images where the loss couples a row (two_way's other half: the classes).
  const bool images = loss.single_label() || !find_loss(config.loss.name).pointwise;
  const int64_t labels = images ? 1 : int64_t(info.classes.size()), elements = config.batch * labels;
  const std::string factor =
      loss_args.reduction == Reduction::sum          ? text("its gradient is ", elements, " times the mean's")
      : loss_args.reduction == Reduction::batch_mean ? text("its gradient is ", labels, " times the mean's")
                                                     : text("sum would scale the gradient by ", elements);
  return text("loss   ", loss.print(8), "  ", name_of(loss_args.reduction), " (", factor, ")");
}

}  // namespace skew
