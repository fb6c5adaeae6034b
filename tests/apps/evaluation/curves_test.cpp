// The figures beside an evaluation: which images of which class their curves are made of.
#include "apps/evaluation/curves.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/apps/cli/run_program.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;
using Catch::Contains;

namespace {

std::string written(const ScratchFolder& folder, const std::string& name) {
  return contents_of(folder.path() / "out" / name);
}

}  // namespace

TEST_CASE("curves of a multi-label model: the rarest class first, unknown labels left out") {
  const ScratchFolder folder;
  Predictions p;
  p.labels = 2;
  p.probabilities = {.9, .2, .8, .6, .1, .3};
  p.targets = {1, 0, 0, 1, NAN, 0};
  ModelInfo info;
  info.classes = {"common", "rare"};
  info.train_counts = {500, 3};
  write_curves((folder.path() / "out").string(), p, info);
  CHECK(written(folder, "roc.csv") ==
        "class,fpr,tpr,threshold\nrare,0,0,inf\nrare,0,1,0.6\nrare,1,1,0.2\n"
        "common,0,0,inf\ncommon,0,1,0.9\ncommon,1,1,0.8\n");
  CHECK_THAT(written(folder, "pr.csv"), Contains("\nrare,1,1,0.6\n") && Contains("\ncommon,1,1,0.9\n"));
  CHECK_THAT(written(folder, "reliability.csv"),
             Contains("\ncommon,score,12,1,0.8,0\n") && Contains("\nrare,score,9,1,0.6,1\n"));
  CHECK_THAT(written(folder, "pr.svg"), Contains("over 2 of 2 classes") &&
                                            Contains("t-step7\">AP 1.000, n+ 1</text>") && Contains(">tail</text>") &&
                                            Contains(">head</text>") && !Contains(">medium</text>"));
}

TEST_CASE("curves of a single-label model: each class against all others") {
  const ScratchFolder folder;
  Predictions p;
  p.labels = 2;
  p.probabilities = {.9, .1, .3, .7};
  p.class_index = {0, 1};
  ModelInfo info;
  info.task = Task::single_label;
  info.classes = {"a", "b"};
  info.train_counts = {1, 2};
  write_curves((folder.path() / "out").string(), p, info);
  CHECK(written(folder, "reliability.csv") ==
        "class,of,bin,count,mean_score,positive_rate\na,score,4,1,0.3,0\na,score,13,1,0.9,1\n"
        "b,score,1,1,0.1,0\nb,score,10,1,0.7,1\n");
  CHECK_THAT(written(folder, "roc.csv"), Contains("\na,0,1,0.9\n") && Contains("\nb,0,1,0.7\n"));
}
