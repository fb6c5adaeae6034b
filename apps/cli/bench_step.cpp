// The random images, the tutorial step, and the table of its layers, from listening to the ops.
#include "apps/cli/bench_step.h"

#include <chrono>
#include <map>

#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/backward.h"
#include "core/error.h"
#include "core/op_watch.h"
#include "core/random.h"
#include "models/networks/network_table.h"

namespace skew {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_from(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr int64_t channels = 3;

Tensor normal_images(int64_t batch, int64_t size) {
  std::vector<float> values(size_t(batch * channels * size * size));
  Generator generator(0, 1);
  for (float& v : values) v = float(generator.normal());
  return Tensor::from(values, {batch, channels, size, size});
}

// One label in ten is 1; for softmax losses one class an image.
Tensor random_targets(int64_t batch, int64_t classes, bool single_label) {
  Generator generator(0, 2);
  if (single_label) {
    std::vector<int64_t> chosen(size_t(batch), 0);
    for (int64_t& c : chosen) c = generator.below(classes);
    return Tensor::from(chosen, {batch});
  }
  std::vector<float> labels(size_t(batch * classes));
  for (float& y : labels) y = generator.uniform() < 0.1 ? 1.0f : 0.0f;
  return Tensor::from(labels, {batch, classes});
}

// Seconds of one op of the network, forward and backward.
struct OpTime {
  std::string scope, op;
  double seconds[2] = {0, 0};
};

class Profile {
 public:
  void add(std::string_view scope, std::string_view op, Pass pass, double seconds) {
    const auto [entry, fresh] = places_.try_emplace({std::string(scope), std::string(op)}, ops_.size());
    if (fresh) ops_.push_back({std::string(scope), std::string(op)});
    ops_[entry->second].seconds[size_t(pass)] += seconds;
  }
  const std::vector<OpTime>& ops() const { return ops_; }

 private:
  std::vector<OpTime> ops_;  // in the order of their first run
  std::map<std::pair<std::string, std::string>, size_t> places_;
};

}  // namespace

BenchStep::BenchStep(const StepArgs& args) : training_(args.train) {
  seed(0);
  network_ = make_network(args.model, {channels, args.classes, Pair{args.img_size, args.img_size}});
  network_->to(args.device);
  network_->train(training_);
  images_ = normal_images(args.batch, args.img_size).to(args.device);
  if (!training_) return;
  loss_ = make_loss(args.loss);
  targets_ = random_targets(args.batch, args.classes, loss_.single_label()).to(args.device);
  optimizer_ =
      std::make_unique<Sgd>(network_->parameters(), SgdArgs{.lr = 0.01, .momentum = 0.9, .weight_decay = 1e-4});
}

void BenchStep::run() {
  if (training_) return train();
  const NoGrad off;
  network_->forward(images_);
}

void BenchStep::train() {
  const Tensor value = loss(loss_, network_->forward(images_), targets_);
  backward(value);
  const Clock::time_point start = Clock::now();
  optimizer_->step();
  optimizer_->zero_grad();
  optimizer_seconds += seconds_from(start);
  value.item();
}

std::string per_layer_table(BenchStep& step, int64_t warmup, int64_t steps, bool styled) {
  for (int64_t k = 0; k < warmup; ++k) step.run();
  Profile profile;
  step.optimizer_seconds = 0;
  const Clock::time_point start = Clock::now();
  {
    const OpWatch watch([&](std::string_view scope, std::string_view op, Pass pass, double seconds) {
      profile.add(scope, op, pass, seconds);
    });
    for (int64_t k = 0; k < steps; ++k) step.run();
  }
  const double whole = seconds_from(start), n = double(steps);

  report::Table table({report::left("layer"), report::left("op"), {"forward ms"}, {"backward ms"}, {"share"}});
  auto row = [&](const std::string& name, const std::string& op, double forward, double backward) {
    auto ms = [&](double seconds) { return seconds > 0 ? report::fixed(seconds / n * 1e3, 3) : std::string(); };
    table.add_row({name, op, ms(forward), ms(backward), report::fixed((forward + backward) / whole * 100, 1) + " %"});
  };
  double sum[2] = {0, 0};
  for (const OpTime& op : profile.ops()) {
    row(op.scope, op.op, op.seconds[0], op.seconds[1]);
    for (size_t p = 0; p < 2; ++p) sum[p] += op.seconds[p];
  }
  table.add_rule();
  row("sum of the ops", "", sum[0], sum[1]);
  if (step.optimizer_seconds > 0) row("optimiser", "sgd", 0, step.optimizer_seconds);
  const double rest = whole - sum[0] - sum[1] - step.optimizer_seconds;
  row("rest: graph, sums of gradients", "", rest, 0);
  return table.str(styled) + text("whole step ", report::fixed(whole / n * 1e3, 3), " ms, mean of ", steps, "\n");
}

}  // namespace skew
