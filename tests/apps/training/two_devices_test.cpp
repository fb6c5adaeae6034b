// The same training on two devices, by the program's own steps: the reference beside the cpu, or beside cuda in the
// program that links an emulated one. A NaN stops both at the same step and in the same words; a run goes on exactly;
// a checkpoint is the same file from either.
#include <catch2/catch.hpp>
#include <cmath>

#include "apps/training/training_run.h"
#include "core/nonfinite.h"
#include "core/random.h"
#include "tests/apps/training/tiny_set.h"
#include "tests/fast_device.h"

using namespace skew;

namespace {

TrainConfig config_on(Device device, const ScratchFolder& folder, const std::string& model) {
  TrainConfig config;
  config.data = (folder.path() / "set").string();
  config.model = model;
  config.loss = {"ral"};
  config.batch = 8;
  config.threads = 1;
  config.ema = .9;
  config.device = name_of(device);
  return config;
}

// The first n batches in the order of training, the same for every run of a folder.
std::vector<Batch> batches(TrainingRun& run, size_t n) {
  std::vector<Batch> list(n);
  run.train_loader->start(0);
  for (Batch& batch : list) REQUIRE(run.train_loader->next(batch));
  return list;
}

void take_step(TrainingRun& run, const Batch& batch, const ScratchFolder& folder) {
  run.position.loss_sum += training_step(run, batch, folder.str());
  ++run.position.step;
  ++run.position.batch;
  run.position.generator_position = default_generator().position();
}

std::string checkpoint_of(TrainingRun& run, const ScratchFolder& folder) {
  const std::string path = (folder.path() / "checkpoint.safetensors").string();
  save_checkpoint(path, run.state(), run.info);
  return contents_of(path);
}

// All numbers of the network and the optimiser; of batch norm's counters nobody reads values.
std::vector<std::vector<double>> numbers_of(TrainingRun& run) {
  std::vector<std::vector<double>> all;
  for (const NamedState& s : run.network->state())
    if (!s.name.ends_with("num_batches_tracked")) all.push_back(s.tensor.doubles());
  for (const StateTensor& s : run.optimizer->state()) all.push_back(s.tensor.doubles());
  return all;
}

// A run on a device that goes on from a checkpoint's bytes.
std::unique_ptr<TrainingRun> resumed(const std::string& bytes, const TrainConfig& config, const ScratchFolder& folder) {
  folder.write("from.safetensors", bytes);
  auto run = std::make_unique<TrainingRun>(config);
  TrainingState state = run->state();
  load_checkpoint(SafetensorsFile::read((folder.path() / "from.safetensors").string()), state);
  run->position = state.position;
  default_generator() = Generator(uint64_t(config.seed), 0, state.position.generator_position);
  return run;
}

}  // namespace

TEST_CASE("a NaN at the seventh step stops every device there, in the same words, and changes nothing") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  for (const char* model : {"small_cnn", "resnet8"}) {
    INFO(model);
    std::vector<std::string> messages;
    for (const Device device : {Device::reference, fast_device()}) {
      TrainingRun run(config_on(device, folder, model));
      std::vector<Batch> list = batches(run, 7);
      for (size_t k = 0; k < 6; ++k) take_step(run, list[k], folder);
      list[6].images[40] = NAN;
      const auto before = numbers_of(run);
      std::string message;
      try {
        take_step(run, list[6], folder);
      } catch (const NonFiniteError& error) {
        message = error.what();
      }
      CHECK_THAT(message, Catch::Contains("training stopped at epoch 1, batch 7"));
      CHECK((numbers_of(run) == before));
      messages.push_back(message);
    }
    CHECK(messages[0] == messages[1]);
  }
}

TEST_CASE("training on a device goes on exactly, and its checkpoints are the same files on any other") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  for (const char* model : {"small_cnn", "resnet8"})
    for (const Device device : {Device::reference, fast_device()}) {
      const TrainConfig config = config_on(device, folder, model);
      INFO(model << " on " << name_of(device));
      TrainingRun whole(config);
      const std::vector<Batch> list = batches(whole, 4);
      for (size_t k = 0; k < 2; ++k) take_step(whole, list[k], folder);
      const std::string half = checkpoint_of(whole, folder);
      for (size_t k = 2; k < 4; ++k) take_step(whole, list[k], folder);
      const auto again = resumed(half, config, folder);
      CHECK((checkpoint_of(*again, folder) == half));
      for (size_t k = 2; k < 4; ++k) take_step(*again, list[k], folder);
      CHECK((checkpoint_of(*again, folder) == checkpoint_of(whole, folder)));
      for (const Device other : {Device::reference, Device::cpu, fast_device()}) {
        const auto there = resumed(half, config_on(other, folder, model), folder);
        INFO("read on " << name_of(other));
        CHECK((checkpoint_of(*there, folder) == half));
      }
    }
}
