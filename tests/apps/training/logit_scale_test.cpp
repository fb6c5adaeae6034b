// Losses that see s·x: validation, eval and predict squash s·x as well, so that scores are what was trained.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "losses/table/loss_table.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;

namespace {

nlohmann::json json_in(const std::filesystem::path& path) { return nlohmann::json::parse(contents_of(path)); }

// A column of the last row of a run's results.csv.
double last_result(const ScratchFolder& folder, const std::string& run, const std::string& column) {
  const CsvTable table(contents_of(folder.path() / run / "results.csv"), "results.csv");
  return std::stod(std::string(table.at(table.rows() - 1, table.column(column))));
}

double logit(double p) { return std::log(p) - std::log1p(-p); }

}  // namespace

TEST_CASE("the table of losses states the scale of the logits") {
  for (const std::string& name : loss_names())
    CHECK(make_loss(name).logit_scale() == (name.starts_with("ldam") ? 30 : 1));
  CHECK(make_loss("ldam_multi", {{"s", "12"}}).logit_scale() == 12);
}

// Without margins LDAM is the cross-entropy of s·x: the loss in validation is then the log loss of the scores.
TEST_CASE("ldam_multi's scores are the sigmoids that it was trained with, in validation and in predict") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --loss ldam_multi --set max_m=0 --set s=12 --name r").code == 0);
  CHECK(json_in(folder.path() / "runs/r/val/metrics.json")["log_loss"]["value"] ==
        Approx(last_result(folder, "runs/r", "val_loss")).epsilon(1e-5));

  const std::string file = (folder.path() / "runs/r/weights/best.safetensors").string();
  const SafetensorsFile weights = SafetensorsFile::read(file);
  Metadata bare = weights.metadata();
  CHECK(bare.at("logit_scale") == "12.0");
  bare.erase("logit_scale");  // as earlier versions wrote
  write_safetensors((folder.path() / "bare.safetensors").string(), weights.tensors(), bare);
  auto score = [&](const std::string& model) {
    const Outcome o = skew_in(folder, "predict " + model + " set/images/5.png --format json");
    REQUIRE(o.code == 0);
    return double(nlohmann::json::parse(o.out)["probabilities"]["cat"]);
  };
  CHECK(logit(score("runs/r")) == Approx(12 * logit(score("bare.safetensors"))).epsilon(1e-6));
  REQUIRE(skew_in(folder, "eval runs/r --data set").code == 0);
  const CsvTable table(contents_of(folder.path() / "runs/r/test/predictions.csv"), "predictions.csv");
  CHECK(std::stod(std::string(table.at(0, table.column("cat")))) == Approx(score("runs/r")).epsilon(1e-6));
}

TEST_CASE("ldam's scores are the softmax that it was trained with") {
  const ScratchFolder folder;
  for (int i = 0; i < 60; ++i)
    folder.png("one/" + std::string(1, char('a' + i % 3)) + "/" + std::to_string(i) + ".png", 16, 16, 1, i);
  REQUIRE(
      skew_in(folder,
              "train --data one --model small_cnn -b 8 --threads 1 -q --epochs 1 --loss ldam --set max_m=0 --name r")
          .code == 0);
  CHECK(json_in(folder.path() / "runs/r/val/metrics.json")["log_loss"] ==
        Approx(last_result(folder, "runs/r", "val_loss")).epsilon(1e-5));
}
