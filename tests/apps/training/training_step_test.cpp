// One step of training from inside: at which rate it goes, and what a bad one leaves as it was.
#include <catch2/catch.hpp>

#include "apps/training/training_run.h"
#include "core/nonfinite.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;

namespace {

TrainConfig tiny_config(const ScratchFolder& folder) {
  write_tiny_set(folder);
  TrainConfig config;
  config.data = (folder.path() / "set").string();
  config.model = "small_cnn";
  config.batch = 8;
  config.threads = 1;
  config.ema = .9;
  return config;
}

Batch first_batch(TrainingRun& run) {
  Batch batch;
  run.train_loader->start(0);
  REQUIRE(run.train_loader->next(batch));
  return batch;
}

// Weights, running statistics, the optimiser's and the average's memory; of batch norm's counters nobody reads values.
std::vector<std::vector<double>> everything(const TrainingRun& run) {
  std::vector<std::vector<double>> all;
  for (const NamedState& s : run.network->state())
    if (!s.name.ends_with("num_batches_tracked")) all.push_back(s.tensor.doubles());
  for (const StateTensor& s : run.optimizer->state()) all.push_back(s.tensor.doubles());
  for (const StateTensor& s : run.average->state()) all.push_back(s.tensor.doubles());
  return all;
}

}  // namespace

TEST_CASE("a step that is not finite leaves weights, statistics and memories as they were") {
  const ScratchFolder folder;
  TrainingRun run(tiny_config(folder));
  const Batch batch = first_batch(run);
  training_step(run, batch, folder.str());
  const auto before = everything(run);
  for (const float pixel : {NAN, 1e30f}) {  // the logits are NaN; a variance overflows and all else is finite
    Batch bad = batch;
    std::fill_n(bad.images.begin(), bad.images.size() / 2, pixel);
    CHECK_THROWS_AS(training_step(run, bad, folder.str()), NonFiniteError);
    CHECK((everything(run) == before));
    for (const Tensor& p : run.optimizer->parameters()) CHECK_FALSE(p.grad().defined());
  }
  training_step(run, batch, folder.str());
  CHECK_FALSE((everything(run) == before));
}

TEST_CASE("a step goes at its own step's rate") {
  const ScratchFolder folder;
  TrainingRun run(tiny_config(folder));
  const Batch batch = first_batch(run);
  for (const int64_t step : {0, 1, 5}) {  // the warm-up: every rate is another
    run.position.step = step;
    training_step(run, batch, folder.str());
    CHECK(run.optimizer->lr() == run.schedule->lr(step));
  }
}
