// What predict() says of a split does not depend on how the split is cut into batches.
#include "apps/evaluation/inference.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "apps/training/training_run.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;

namespace {

// The tiny set with every third row's last label unknown.
TrainConfig with_unknown_labels(const ScratchFolder& folder) {
  write_tiny_set(folder);
  std::istringstream lines(contents_of(folder.path() / "set/labels.csv"));
  std::string line, out;
  for (int i = 0; std::getline(lines, line); ++i)
    out += (i > 0 && i / 6 % 3 == 0 ? line.substr(0, line.rfind(',') + 1) : line) + "\n";
  folder.write("set/labels.csv", out);
  TrainConfig config;
  config.data = (folder.path() / "set").string();
  config.model = "small_cnn";
  config.threads = 1;
  return config;
}

Predictions predictions(TrainingRun& run, int64_t batch, const LossArgs& args, const std::function<bool()>& stop = {}) {
  const LoaderOptions options{.batch = batch, .train = false, .normalisation = run.info.normalisation};
  Loader loader(run.cache, run.data->indices(Split::val), options);
  return predict(*run.network, loader, *run.cache, run.device, &run.loss, args, 1, stop);
}

}  // namespace

TEST_CASE("the loss of a split is the same however it is cut into batches") {
  const ScratchFolder folder;
  TrainingRun run(with_unknown_labels(folder));
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    const LossArgs args{.reduction = reduction};
    const Predictions whole = predictions(run, 100, args);
    REQUIRE(std::ranges::any_of(whole.targets, [](double t) { return std::isnan(t); }));
    for (const int64_t batch : {1, 3, 7}) {
      INFO(batch);
      CHECK(predictions(run, batch, args).loss == Approx(whole.loss).epsilon(1e-5));
    }
  }
}

TEST_CASE("predict stops between batches when it is told to") {
  const ScratchFolder folder;
  TrainingRun run(with_unknown_labels(folder));
  int asked = 0;
  const Predictions p = predictions(run, 3, {}, [&] { return ++asked > 2; });
  CHECK(p.stopped);
  CHECK(p.ids.size() == 6);
  CHECK(std::isnan(p.loss));
}
