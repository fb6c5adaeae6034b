// --trace-step: a real step as a page, and the step as it would have been without.
#include "apps/training/step_trace.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "apps/explorer/graph_model.h"
#include "apps/explorer/page/page.h"
#include "apps/explorer/read_recording.h"
#include "apps/explorer/views.h"
#include "apps/training/trainer.h"
#include "core/backward.h"
#include "core/error.h"
#include "tests/apps/can_drive.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;

namespace {

TrainConfig traced_config(const ScratchFolder& folder, const char* model, int64_t step) {
  write_tiny_set(folder);
  TrainConfig config;
  config.data = (folder.path() / "set").string();
  config.model = model;
  config.batch = 8;
  config.threads = 1;
  config.trace_step = step;
  return config;
}

Batch next_batch(TrainingRun& run) {
  Batch batch;
  run.train_loader->start(0);
  REQUIRE(run.train_loader->next(batch));
  return batch;
}

std::vector<std::vector<double>> weights(const TrainingRun& run) {
  std::vector<std::vector<double>> all;
  for (const NamedState& s : run.network->state()) all.push_back(s.tensor.doubles());
  return all;
}

// Forward and backward of one batch, heard.
explorer::Recording heard(TrainingRun& run, const Batch& batch, const std::string& folder) {
  const BatchTensors t = to_tensors(batch, {run.info.channels, run.info.height, run.info.width},
                                    int64_t(run.info.classes.size()), run.loss.single_label(), run.device);
  StepTrace trace(run, t, folder);
  backward(loss(run.loss, (*run.network)(t.images), t.targets, {.mask = t.mask}));
  return trace.recording();
}

std::string read_all(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a traced step leaves the bits of an untraced one, and a page") {
  const ScratchFolder folder;
  std::vector<std::vector<double>> after[2];
  for (const int traced : {0, 1}) {
    TrainingRun run(traced_config(folder, "small_cnn", traced * 2));
    const Batch batch = next_batch(run);
    for (int64_t step = 0; step < 3; ++step) {
      run.position.step = step;
      training_step(run, batch, folder.str());
    }
    after[traced] = weights(run);
  }
  CHECK((after[0] == after[1]));
  CHECK_FALSE(std::ifstream(trace_file(folder.str(), 1)));
  const std::string page = read_all(trace_file(folder.str(), 2));
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find("step 2 of small_cnn") != page.npos);
  CHECK(page.size() < 3000000);
}

TEST_CASE("a traced step says of each op where its numbers lie and how long it took") {
  const ScratchFolder folder;
  TrainingRun run(traced_config(folder, "resnet8", 1));
  const explorer::Recording r = heard(run, next_batch(run), folder.str());
  REQUIRE(r.calls.size() == 1);
  size_t ops = 0;
  for (const explorer::RecordedNode& node : r.nodes) {
    INFO(node.label() << ' ' << node.op);
    if (node.value.defined()) CHECK(node.value.count() == 1);
    else CHECK(node.statistics->count == node.shape.count());
    if (node.kind != explorer::RecordedNode::Kind::op) continue;
    ++ops;
    CHECK(node.seconds->forward > 0);
    CHECK(node.seconds->backward > 0);
    CHECK_FALSE(node.kernels.empty());
    CHECK((node.source.starts_with("ops/") || node.source.starts_with("losses/")));
    CHECK((node.grad.defined() || node.grad_statistics));
  }
  CHECK(ops > 20);
  for (const NamedState& s : run.network->state())
    if (s.parameter) CHECK(r.nodes[size_t(r.find(s.name))].grad_statistics->rms > 0);
}

TEST_CASE("the page reads what the program wrote") {
  const ScratchFolder folder;
  TrainingRun run(traced_config(folder, "resnet8", 1));
  const explorer::Recording r = heard(run, next_batch(run), folder.str());
  const explorer::Recording again = explorer::read_recording(explorer::json_text(r));
  CHECK(again.title == r.title);
  CHECK(explorer::json_text(again) == explorer::json_text(r));
  CHECK(explorer::graph_svg(again, {.scope_depth = 2}) == explorer::graph_svg(r, {.scope_depth = 2}));
  CHECK(explorer::table_text(again) == explorer::table_text(r));
}

TEST_CASE("what is no recording is refused") {
  for (const char* wrong : {"", "[]", "{", "{\"nodes\": 3}", "{\"device\": \"cpu\", \"nodes\": [{}]}"}) {
    INFO(wrong);
    CHECK_THROWS_AS(explorer::read_recording(wrong), ValueError);
  }
}

TEST_CASE("a large network in few boxes: its modules") {
  const ScratchFolder folder;
  TrainingRun run(traced_config(folder, "resnet18", 1));
  const explorer::Recording r = heard(run, next_batch(run), folder.str());
  const explorer::GraphModel model = explorer::graph_model(r, {.scope_depth = 1});
  CHECK(model.boxes.size() <= 15);
  CHECK(model.boxes.size() >= 9);
  CHECK(explorer::json_text(r).size() < 1500000);
  if (!can_drive("a traced network in a browser", explorer::has_module())) return;
  const std::string page = (folder.path() / "trace.html").string();
  std::ofstream(page) << explorer::page(explorer::json_text(r));
  const std::string measure = "timeout 300 node --experimental-websocket --no-warnings '" SKEW_SOURCE_DIR
                              "/tests/apps/explorer/trace_browser.mjs' '" +
                              page + "'";
  CHECK(std::system(measure.c_str()) == 0);
}

TEST_CASE("a traced run is resumed like any other, and a step that never comes is refused") {
  const ScratchFolder folder;
  TrainConfig config = traced_config(folder, "small_cnn", 1);
  config.project = folder.str();
  config.name = "r";
  config.epochs = 1;
  REQUIRE(train(config, {.quiet = true}) == 0);
  config.resume = (folder.path() / "r").string();
  CHECK(train(config, {.quiet = true}) == 0);
  TrainConfig never = traced_config(folder, "small_cnn", 1000);
  never.project = folder.str();
  never.epochs = 1;
  CHECK_THROWS_WITH(train(never, {.quiet = true}), Catch::Contains("--trace-step 1000: this run ends with step"));
}
