// skew bench: how long a training step, an inference call or a loss takes here, for people or as JSON lines.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/cli/bench_loss.h"
#include "apps/cli/bench_step.h"
#include "apps/cli/command.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"
#include "models/networks/network_table.h"

namespace skew {
namespace {

using Json = nlohmann::ordered_json;

struct BenchArgs {
  StepArgs step;
  std::vector<int64_t> batches = {32};
  std::string loss, dtype = "float";
  DeviceChoice device;
  std::vector<int64_t> shape = {64, 14};
  RepeatArgs repeat;
  int threads_wanted = 0;
  bool json = false, per_layer = false;
};

void add_timing(Json& line, const Timing& t) {
  line["median_ms"] = std::round(t.median_ms * 1e6) / 1e6;
  line["min_ms"] = std::round(t.min_ms * 1e6) / 1e6;
  line["steps"] = t.steps;
  line["peak_rss_mib"] = std::round(t.peak_rss_mib * 10) / 10;
}

Json step_line(const StepArgs& s, const Timing& t) {
  Json line = {{"framework", "skew"},
               {"version", SKEW_VERSION},
               {"device", name_of(s.device)},
               {"model", s.model},
               {"img_size", s.img_size},
               {"batch", s.batch},
               {"layout", "auto"},
               {"dtype", "float"},
               {"compile", false},
               {"threads", threads()},
               {"mode", s.train ? "train" : "infer"}};
  add_timing(line, t);
  return line;
}

Json loss_line(const std::string& name, const std::vector<int64_t>& shape, Device device, const LossBench& b) {
  Json line = {{"framework", "skew"}, {"version", SKEW_VERSION}, {"device", name_of(device)},
               {"loss", name},        {"shape", shape},          {"dtype", "float"},
               {"compile", false},    {"threads", threads()},    {"mode", "loss"}};
  add_timing(line, b.timing);
  line["value"] = b.value;
  line["grad_abs_sum"] = b.grad_abs_sum;
  return line;
}

int bench_losses(const BenchArgs& a) {
  const std::vector<std::string> names = a.loss == "all" ? loss_names() : std::vector<std::string>{a.loss};
  report::Table table({report::left("loss"), "median ms", "min ms", "ns/element", "steps", "value", "sum |gradient|"});
  RepeatArgs repeat = a.repeat;
  repeat.most = 20000;
  for (const std::string& name : names) {
    const LossBench b = bench_loss(name, a.shape[0], a.shape[1], a.step.device, repeat);
    if (a.json) std::cout << loss_line(name, a.shape, a.step.device, b).dump() << std::endl;
    table.add_row({name, report::significant(b.timing.median_ms), report::significant(b.timing.min_ms),
                   report::significant(b.timing.median_ms * 1e6 / double(a.shape[0] * a.shape[1]), 3),
                   text(b.timing.steps), report::significant(b.value, 6), report::significant(b.grad_abs_sum, 6)});
  }
  if (!a.json)
    std::cout << table.str(report::wants_style(stdout)) << "value and gradient of [" << a.shape[0] << ", " << a.shape[1]
              << "] logits, " << name_of(a.step.device) << ", " << report::counted(threads(), "thread", "threads")
              << '\n';
  return 0;
}

int bench_steps(const BenchArgs& a) {
  report::Table table(
      {report::left("model"), "image", "batch", "median ms", "min ms", "images/s", "steps", "peak MiB"});
  for (const int64_t batch : a.batches) {
    StepArgs args = a.step;
    args.batch = batch;
    BenchStep step(args);
    if (a.per_layer) {
      std::cout << per_layer_table(step, std::max<int64_t>(1, a.repeat.warmup), a.repeat.steps ? a.repeat.steps : 10,
                                   report::wants_style(stdout));
      continue;
    }
    const Timing t = repeat(a.repeat, [&] { step.run(); });
    if (a.json) std::cout << step_line(args, t).dump() << std::endl;
    table.add_row({args.model, text(args.img_size, "x", args.img_size), text(batch), report::significant(t.median_ms),
                   report::significant(t.min_ms), report::grouped(int64_t(double(batch) / t.median_ms * 1e3)),
                   text(t.steps), report::fixed(t.peak_rss_mib, 0)});
  }
  if (!a.json && !a.per_layer)
    std::cout << table.str(report::wants_style(stdout))
              << (a.step.train ? "training steps with " + a.step.loss : "inference") << ", float, "
              << name_of(a.step.device) << ", " << report::counted(threads(), "thread", "threads") << '\n';
  return 0;
}

void check(const BenchArgs& a) {
  if (a.dtype != "float") throw UsageError(unknown_word("--dtype", a.dtype, {"float"}));
  if (a.shape.size() != 2) throw UsageError("--shape: expected N,C");
  if (a.json && a.per_layer) throw UsageError("--per-layer prints a table; leave out --json");
}

}  // namespace

void add_bench(Command& skew) {
  auto a = std::make_shared<BenchArgs>();
  Command& command = skew.add("bench", "time a training step, an inference call or a loss", [a](const Command& given) {
    check(*a);
    a->step.device = a->device.take();
    if (a->threads_wanted > 0) set_threads(a->threads_wanted);
    if (!a->loss.empty() && !given.given("--model")) return bench_losses(*a);
    if (!a->loss.empty()) a->step.loss = a->loss;
    return bench_steps(*a);
  });
  constexpr double most = 1 << 24;
  command.option("--model", a->step.model, "which network; `skew info` lists them  [small_cnn]");
  command.flag("--train", a->step.train, "a training step; without it an inference call");
  command.option("--img-size", a->step.img_size, "height and width of the images  [64]", {.low = 1, .high = 16384});
  command.option("-b,--batch", a->batches, "images at a time, or several such numbers: 1,32  [32]",
                 {.low = 1, .high = most, .list = true});
  command.option("--classes", a->step.classes, "outputs of the network  [14]", {.low = 1, .high = most});
  command.option("--loss", a->loss, "with --model: the loss of the step  [bce]; alone: time this loss, or all");
  command.option("--shape", a->shape, "of a loss's logits  [64,14]",
                 {.as = "N,C", .low = 1, .high = most, .list = true});
  add_threads(command, a->threads_wanted);
  add_device(command, a->device);
  command.option("--dtype", a->dtype, "float  [float]");
  command.option("--steps", a->repeat.steps, "timed steps; 0: as many as --seconds allows  [0]",
                 {.low = 0, .high = 1e12});
  command.option("--warmup", a->repeat.warmup, "untimed steps before  [3]", {.low = 0, .high = 1e12});
  command.option("--seconds", a->repeat.seconds, "about so long, at least 5 steps  [4]", {.low = 0});
  command.flag("--per-layer", a->per_layer, "where the time of a step goes, op by op");
  command.flag("--json", a->json, "one JSON line a measurement");
  command.example("skew bench --train --model small_cnn --img-size 32 -b 16 --steps 5",
                  "milliseconds of a training step");
  command.example("skew bench --loss all --shape 64,14 --steps 5", "of every loss, forward and backward");
}

}  // namespace skew
