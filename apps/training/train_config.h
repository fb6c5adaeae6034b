// What `skew train` can be told: each option once, with its range, its help, and what it belongs to. Flags, --help, -c
// files, args.toml, --print-config, the comparison of a resumed run with its settings and the weights' metadata all
// read this one list. To add an option: a member, its line in fields(), its use.
#pragma once
#include "apps/data/loader.h"
#include "apps/training/settings_file.h"
#include "core/device.h"
#include "models/optim/make_optimizer.h"
#include "models/optim/make_schedule.h"

namespace skew {

std::vector<std::string> network_words();    // auto and the networks' names
std::vector<std::string> loss_words();       // auto, the losses' names and other names for them
std::vector<std::string> monitor_words();    // auto and what validation measures
std::vector<std::string> reduction_words();  // those that make one number of a batch

struct TrainConfig {
  std::string data, model = "auto", resume, project = "runs", name, init, monitor = "auto", device = "auto",
                    reduction = "mean";
  Choice loss{"auto"}, optimizer{"adamw"}, schedule{"cosine"};
  int64_t epochs = 20, batch = 64, image_size = 0, channels = 0, patience = 0, seed = 0, swa = 0;
  double lr = 1e-3, weight_decay = 0.01, momentum = 0.9, warmup = 1, clip_grad = 1, clip_value = 0, ema = 0;
  Augmentation augmentation{.flip = true, .crop = true};
  DataOptions reading;  // of data; the rest of it is told by data_options()
  std::optional<Task> task;
  double missing_labels = 0;
  SamplerOptions sampler;
  Fit fit = Fit::automatic;
  BadImages bad_images = BadImages::fail;
  double most_bad = 0.1;
  int64_t trace_step = 0;
  int threads = 0;
  std::optional<int> workers;
  bool allow_inexact = false, ordinal = false, tf32 = false;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    constexpr auto machine = Belongs::machine, run = Belongs::run;
    constexpr const char* common = "Common";
    visit("data", self.data, any_text(),
          Option("images and labels: folder, .csv, .npz, synth:shapes14, fashion-mosaic", common));
    visit("model", self.model, one_of(network_words), Option("auto: by image size", common));
    visit("loss", self.loss, one_of(loss_words),
          Option("ral, asl, bce, cross_entropy, …: `skew loss list`; auto: by task", common));
    visit("epochs", self.epochs, between(0, 1e6), Option("passes over the training images", common));
    visit("batch", self.batch, between(1, 65536), Option("images a step", common, run, "b"));
    visit("lr", self.lr, between(0, 1e6), Option("learning rate at its highest", common));
    visit("img_size", self.image_size, between(0, 16384),
          Option("side in pixels; 0: as stored, or chosen where sizes differ", common));
    visit("augment", self.augmentation, finite(),
          Option("flip, crop, rotate, affine, brightness, contrast, or none", common));
    visit("resume", self.resume, any_text(), Option("continue this run exactly where it stopped", common, machine));
    visit("seed", self.seed, between(0, 0x1p53), Option("of weights, order, augmentation and splits", common));
    visit("project", self.project, any_text(), Option("folder of all runs", common, machine));
    visit("name", self.name, any_text(), Option("the run's folder; default: date, model, loss", common, machine));

    constexpr const char* data = "Data";
    visit("task", self.task, finite(), Option("auto: by the data", data));
    visit("in_chans", self.channels, between(0, 3),
          Option("colour channels, 1 or 3; 0: as stored, or those of most", data));
    visit("fit", self.fit, finite(),
          Option("how unequal images become one shape; auto: pad where aspects differ, else squeeze", data));
    DataOptions::fields(self.reading, visit);
    visit("ordinal", self.ordinal, finite(),
          Option("the classes, in their order, are grades: adds the quadratic kappa; --classes gives the order", data,
                 Belongs::weights));
    visit("sampler", self.sampler.kind, finite(), Option("the order of an epoch's images", data));
    visit("sampler_threshold", self.sampler.threshold, between(1e-9, 1),
          Option("repeat-factor: classes rarer than this fraction are shown more often", data));
    visit("missing_labels", self.missing_labels, between(0, 0.99),
          Option("turn this share of the positives of train and val into negatives, to study label noise", data));
    visit("bad_images", self.bad_images, finite(), Option("what an image does that is damaged or missing", data));
    visit("most_bad", self.most_bad, between(0, 1),
          Option("largest share of train, and of val, that --bad-images skip may leave out", data));

    constexpr const char* optimisation = "Optimisation";
    visit("opt", self.optimizer, one_of(optimizer_names), Option("the optimiser", optimisation));
    visit("weight_decay", self.weight_decay, between(0, 1e6), Option("on every parameter", optimisation));
    visit("momentum", self.momentum, from_up_to(0, 1), Option("of sgd", optimisation));
    visit("sched", self.schedule, one_of(schedule_names), Option("the learning rate over time", optimisation));
    visit("warmup", self.warmup, between(0, 1e6), Option("epochs of linearly rising learning rate", optimisation));
    visit("reduction", self.reduction, one_of(reduction_words),
          Option("of the losses of a batch to one number", optimisation));
    visit("clip_grad", self.clip_grad, between(0, 1e30), Option("largest gradient norm; 0: off", optimisation));
    visit("clip_value", self.clip_value, between(0, 1e30), Option("largest gradient element; 0: off", optimisation));
    visit("ema", self.ema, from_up_to(0, 1), Option("decay of averaged weights, e.g. .999; 0: off", optimisation));
    visit("swa", self.swa, between(0, 1e6),
          Option("plain mean of the weights of this many last epochs; 0: off", optimisation));
    visit("monitor", self.monitor, one_of(monitor_words), Option("what makes an epoch the best", optimisation));
    visit("patience", self.patience, between(0, 1e6),
          Option("stop after this many epochs without a better one; 0: never", optimisation));
    visit("init", self.init, any_text(), Option("safetensors file to start from", optimisation));

    constexpr const char* this_machine = "Machine";
    visit("device", self.device, one_of(device_words), Option("where to compute; cuda: the GPU", common));
    visit("tf32", self.tf32, finite(),
          Option("on cuda: round inputs of products and convolutions to 10 bits, which is faster", this_machine));
    visit("threads", self.threads, between(0, 1024), Option("0: all processors", common, machine));
    visit("workers", self.workers, between(0, 256), Option("threads that prepare batches", this_machine, machine, "j"));
    visit("trace_step", self.trace_step, between(0, 1e12),
          Option("draw this step, counted from 1, as a page: each op's values, gradients, memory and time; 0: none",
                 this_machine, machine));
    visit("allow_inexact", self.allow_inexact, finite(),
          Option("resume with another thread count or build, although the bits will differ", this_machine, machine));
  }
  // What holds between options, and names of arguments. Throws UsageError.
  void check() const;

  DataOptions data_options() const;  // how to open the data
};

}  // namespace skew
