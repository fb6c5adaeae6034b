// `skew train` and `skew eval` from outside: what a run leaves behind, and what each mistake says.
#include <catch2/catch.hpp>

#include "models/weights/safetensors.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("a run folder holds what was promised") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const Outcome o = skew_in(folder, "train --data set --model small_cnn -b 8 --epochs 3 --json --name r");
  REQUIRE(o.code == 0);
  CHECK(std::count(o.out.begin(), o.out.end(), '\n') == 3);  // one JSON line an epoch
  CHECK(o.out.rfind("{\"batch\":8", 0) == 0);
  CHECK_THAT(o.err, !Contains("\r") && Contains("best   epoch"));
  for (const char* name : {"args.toml", "env.json", "log.txt", "results.csv", "results.svg", "labels.svg", "labels.csv",
                           "train_batch0.svg", "weights/best.safetensors", "weights/last.safetensors",
                           "val/metrics.json", "val/per_class.csv", "val/predictions.csv", "val/thresholds.csv"}) {
    INFO(name);
    CHECK(std::filesystem::file_size(folder.path() / "runs/r" / name) > 0);
  }
  CHECK(std::filesystem::is_symlink(folder.path() / "runs/latest"));
  const SafetensorsFile best = SafetensorsFile::read((folder.path() / "runs/r/weights/best.safetensors").string());
  CHECK(best.metadata().at("classes") == "[\"cat\",\"dog\",\"fox\"]");
  CHECK_FALSE(best.contains("state/counters"));
  // args.toml alone repeats the run
  REQUIRE(skew_in(folder, "train -c runs/r/args.toml --name again -q").code == 0);
  CHECK((contents_of(folder.path() / "runs/r/weights/last.safetensors") ==
         contents_of(folder.path() / "runs/again/weights/last.safetensors")));
  const Outcome eval = skew_in(folder, "eval runs/r --data set");
  CHECK(eval.code == 0);
  CHECK_THAT(eval.out, Contains("fox") && Contains("mean over") && Contains("of 3") && Contains("16 images of test"));
  CHECK(skew_in(folder, "train --data set --name r").code == 1);  // the name is taken
}

TEST_CASE("a sampler that draws otherwise is said at the head of the log, and drawn in labels.svg") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const Outcome o =
      skew_in(folder, "train --data set --model small_cnn -b 8 --epochs 1 --sampler class-aware --name r");
  REQUIRE(o.code == 0);
  const std::string log = contents_of(folder.path() / "runs/r/log.txt");
  CHECK_THAT(log, Contains("draw   class-aware sampler, first epoch:") && Contains(" → "));
  CHECK_THAT(contents_of(folder.path() / "runs/r/labels.csv"), Contains("class,positives,unknown,share,band,drawn\n"));
  CHECK_THAT(contents_of(folder.path() / "runs/r/labels.svg"), Contains("an epoch of class-aware sampling"));
}

TEST_CASE("settings: flags above the file above defaults, and where each comes from") {
  const ScratchFolder folder;
  folder.write("a.toml", "lr = 0.5\nepochs = 3\n[loss]\nname = \"asl\"\ngamma_neg = 3\n");
  const Outcome o = skew_in(folder, "train -c a.toml --epochs 7 --set clip=0.1 --print-config");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("lr = 0.5   # a.toml:1") && Contains("epochs = 7   # flag") &&
                        Contains("batch = 64   # default"));
  CHECK_THAT(o.out, Contains("name = \"asl\"") && Contains("gamma_neg = \"3\"") && Contains("clip = \"0.1\""));
  folder.write("b.toml", "lrr = 0.5\n");
  const Outcome unknown = skew_in(folder, "train -c b.toml --print-config");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.err, Contains("b.toml:1") && Contains("did you mean 'lr'?"));
}

TEST_CASE("a loss that is not finite stops the run and names layer and sample") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const Outcome o =
      skew_in(folder, tiny_run + "--epochs 3 --opt sgd --lr 1e6 --clip-grad 0 --warmup 0 --momentum 0.9 --name bad");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("training stopped at epoch") && Contains("first in sample") && Contains("images/") &&
                        Contains("--lr"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "runs/bad/weights/last.safetensors"));  // nothing was learned
  CHECK(SafetensorsFile::read((folder.path() / "runs/bad/nonfinite_batch.safetensors").string()).contains("images"));
}

TEST_CASE("a run that validation finds diverged ends there, and says where, why and what to try") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string one_step = "train --data set --model small_cnn --threads 1 -q -b 64 --epochs 3 --loss bce ";
  for (const char* how :
       {"--opt adamw --lr 1e6", "--opt sgd --lr 1e6 --warmup 0 --clip-grad 0 --loss.pos_weight 1e20"}) {
    INFO(how);
    const Outcome o = skew_in(folder, one_step + how);
    CHECK(o.code == 1);
    CHECK_THAT(o.err, Contains("training stopped at the end of epoch 1, in validation: ") && Contains("try --lr "));
  }
}

TEST_CASE("mistakes: what, where, and the exit code") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  struct Case {
    const char* arguments;
    int code;
    const char* message;
  };
  for (const Case& c :
       {Case{"train --data set --model resnet81", 2, "did you mean 'resnet8'?"},
        Case{"train --data set --loss focall", 2, "did you mean 'focal'?"},
        Case{"train --data set --set gama_neg=4 --loss asl", 2, "gamma_neg"},
        Case{"train --data set --loss ral --set lambda=0.5", 2, "lambda"},
        Case{"train --data set --epoch 4 --augment flip,crp", 2, "--epoch"},
        Case{"train --data set --augment flip,crp", 2, "did you mean 'crop'?"},
        Case{"train --data set --loss cross_entropy", 2, "one class an image"},
        Case{"train --data set --model resnet18 --img-size 4", 1, "resnet18"},
        Case{"train --data nowhere", 1, "nowhere"}, Case{"train", 2, "--data is missing"},
        Case{"eval set --data set", 1, "is it a run folder"}, Case{"eval nowhere --data set", 1, "nowhere"}}) {
    const Outcome o = skew_in(folder, c.arguments);
    INFO(c.arguments << " -> " << o.err);
    CHECK(o.code == c.code);
    CHECK_THAT(o.err, Contains(c.message));
  }
}

TEST_CASE("checkpoints of another model, torn or damaged are refused") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r").code == 0);
  const std::string whole = contents_of(folder.path() / "runs/r/weights/best.safetensors");
  folder.write("torn.safetensors", whole.substr(0, whole.size() / 2));
  std::string flipped = whole;
  flipped[whole.size() - 1000] = char(flipped[whole.size() - 1000] ^ 4);
  folder.write("flipped.safetensors", flipped);
  for (const auto& [file, message] :
       {std::pair{"torn.safetensors", "torn.safetensors"}, std::pair{"flipped.safetensors", "damaged"}}) {
    const Outcome o = skew_in(folder, std::string("eval ") + file + " --data set");
    INFO(o.err);
    CHECK(o.code == 1);
    CHECK_THAT(o.err, Contains(message));
  }
  const Outcome other =
      skew_in(folder, "train --data set --model resnet8 --init runs/r/weights/best.safetensors -q --name other");
  CHECK(other.code == 1);
  CHECK_THAT(other.err, Contains("small_cnn"));
}

TEST_CASE("runs/latest is a run with an epoch, and a run that failed at once frees its name") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const auto latest = folder.path() / "runs/latest";
  const std::string whole = contents_of(folder.path() / "set/images/4.png");  // of val, so read after the first steps
  folder.write("set/images/4.png", "torn");
  CHECK(skew_in(folder, tiny_run + "--epochs 1 --name a").code == 1);
  CHECK(std::filesystem::exists(folder.path() / "runs/a/log.txt"));
  CHECK_FALSE(std::filesystem::is_symlink(latest));
  folder.write("set/images/4.png", whole);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name a").code == 0);
  CHECK(std::filesystem::read_symlink(latest) == "a");
  const std::string log = contents_of(folder.path() / "runs/a/log.txt");
  CHECK(log.find("data   ") == log.rfind("data   "));  // of this run alone
  CHECK(skew_in(folder, tiny_run + "--epochs 0 --name c").code == 0);
  CHECK(std::filesystem::read_symlink(latest) == "a");
  CHECK(skew_in(folder, tiny_run + "--epochs 1 --name a").code == 1);  // a has a checkpoint: the name is taken
  std::filesystem::create_directories(folder.path() / "runs/mine");
  CHECK(skew_in(folder, tiny_run + "--epochs 1 --name mine").code == 1);  // no run of ours
}

TEST_CASE("damaged and missing images: refused with the option that skips them, or left out and named") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  folder.write("set/images/0.png", "torn");
  const Outcome torn = skew_in(folder, tiny_run + "--epochs 1 --name r");
  CHECK(torn.code == 1);
  CHECK_THAT(torn.err, Contains("0.png") && Contains("--bad-images skip"));
  std::filesystem::remove(folder.path() / "set/images/1.png");
  std::filesystem::remove(folder.path() / "set/images/5.png");  // of test
  const Outcome missing = skew_in(folder, tiny_run + "--epochs 1 --name r");
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Contains("1.png: no such file") && Contains("--bad-images skip"));
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r --bad-images skip").code == 0);
  CHECK_THAT(contents_of(folder.path() / "runs/r/log.txt"),
             Contains("left out 2 images of train and val: set/images/0.png"));
  const Outcome eval = skew_in(folder, "eval runs/r --data set");
  CHECK(eval.code == 0);
  CHECK_THAT(eval.err, Contains("left out: ") && Contains("images/5.png"));
  CHECK_THAT(eval.out, Contains("15 images of test"));
}

TEST_CASE("the end of a run counts the thresholds that were tuned") {
  const ScratchFolder folder;
  write_tiny_set(folder, 192);
  folder.write("set/labels.csv",
               without_column(contents_of(folder.path() / "set/labels.csv"), "split"));  // 19 in val, 3 foxes
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r").code == 0);
  CHECK_THAT(
      contents_of(folder.path() / "runs/r/log.txt"),
      Contains("thresholds stored with the weights: tuned for F1 on val for 2 of 3 classes; for fox (fewer than 5 "
               "positives or no negative there) where the risk reaches ."));
}

TEST_CASE("a run that patience or --epochs 0 ends says so, and what to do next") {
  const ScratchFolder folder;
  write_tiny_set(folder, 48);
  const std::string train = "train --data set --model small_cnn -b 8 --threads 1 --project runs ";
  const Outcome early = skew_in(folder, train + "--epochs 9 --patience 1 --lr 1e-12 --name early");
  REQUIRE(early.code == 0);
  CHECK_THAT(early.err, Contains("of 9 epochs: 1 epoch without a new best by ") && Contains("(--patience 1)"));
  const Outcome none = skew_in(folder, train + "--epochs 0 --name none");
  REQUIRE(none.code == 0);
  CHECK_THAT(none.err, Contains("no epoch was trained: the weights are those of the start"));
  const size_t next = none.out.find("next: skew ");
  REQUIRE(next != none.out.npos);
  const std::string advice = none.out.substr(next + 11, none.out.find('\n', next) - next - 11);
  CHECK(skew_in(folder, advice + " -q --threads 1").code == 0);
}

TEST_CASE("batches that unreadable images empty are left out, and the run goes on") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  for (const int i : {0, 1, 2, 3, 6, 7}) folder.write("set/images/" + std::to_string(i) + ".png", "not an image");
  for (const std::string batch : {"1", "2"}) {  // with two, one may be left, and resnet18 has one value a channel then
    INFO("batch " << batch);
    const std::string model = batch == "1" ? "small_cnn" : "resnet18";
    const Outcome o = skew_in(folder, "train --data set --threads 1 -q --bad-images skip --epochs 2 --name r --model " +
                                          model + " -b " + batch);
    INFO(o.err);
    CHECK(o.code == 0);
    CHECK_THAT(o.err + contents_of(folder.path() / "runs/r/log.txt"),
               Contains("left out 6 images of train and val: ") && Contains("too few images to train on"));
    CHECK_THAT(contents_of(folder.path() / "runs/r/results.csv"), !Contains("nan") && !Contains("inf"));
    CHECK(std::filesystem::file_size(folder.path() / "runs/r/train_batch0.svg") > 0);
    std::filesystem::remove_all(folder.path() / "runs");
  }
}
