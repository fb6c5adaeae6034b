// skew loss race as a person runs it: the files, going on after a stop, and what it refuses.
#include <catch2/catch.hpp>

#include "apps/training/folder_lock.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

const std::string one = "loss race --data set --model small_cnn -b 8 --threads 1 ", race = one + "--epochs 2 ";

bool exists(const ScratchFolder& folder, const std::string& name) {
  return std::filesystem::exists(folder.path() / name);
}

}  // namespace

TEST_CASE("a race writes its tables and does nothing twice") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string command = race + "--loss bce,ral --seeds 2 --noise missing=0,.5 -o out";
  const Outcome first = skew_in(folder, command);
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK_THAT(first.out, Contains("8 runs of 8 done") && Contains("against bce") && Contains("positives missing: .50"));
  CHECK_THAT(first.err, Contains("1/8  bce  seed 0") && Contains("8/8  ral  missing .50  seed 1") && Contains(" left"));
  for (const char* name : {"table.md", "table.csv", "table.tex", "cells.csv", "figure.svg", "figure.csv"})
    CHECK(exists(folder, std::string("out/") + name));
  const std::string cells = contents_of(folder.path() / "out/cells.csv");
  CHECK(std::count(cells.begin(), cells.end(), '\n') == 9);
  CHECK_THAT(contents_of(folder.path() / "out/table.md"),
             Contains("skew loss race --data set --model") && Contains("--epochs 2"));
  CHECK(!exists(folder, "out/runs/bce_seed=0/weights"));

  const Outcome second = skew_in(folder, command);
  CHECK(second.code == 0);
  CHECK_THAT(second.err, Contains("8 of 8 runs are done already"));
  CHECK(second.out == first.out);

  const Outcome more = skew_in(folder, race + "--loss bce,ral,asl --seeds 2 -o out");  // the same budget, one loss more
  CHECK_THAT(more.out, Contains("# Losses on set\n"));
  CHECK(more.code == 0);
  CHECK_THAT(more.err, Contains("4 of 6 runs are done already") && Contains("5/6  asl"));

  const Outcome other = skew_in(folder, race + "--loss bce,ral --seeds 2 --lr .01 -o out");
  CHECK(other.code == 1);
  CHECK_THAT(other.err,
             Contains("an earlier race with other settings: lr = 0.001, now lr = 0.01") && Contains("another -o"));
}

TEST_CASE("a race that is stopped goes on, and ends with the same numbers") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string command = one + "--epochs 12 --loss bce,ral --seeds 2 -o ";
  REQUIRE(skew_in(folder, command + "whole").code == 0);
  int stopped = 0;
  for (const int signal : {SIGTERM, SIGKILL, SIGINT, SIGTERM, SIGKILL, SIGINT}) {
    const int code = interrupted_run(folder, command + "part", signal, 150000);
    CHECK((code == 0 || code == 128 + signal));
    stopped += code != 0;
  }
  CHECK(stopped > 1);
  const Outcome last = skew_in(folder, command + "part");
  INFO(last.err);
  CHECK(last.code == 0);
  auto numbers = [&](const std::string& out) {  // the last columns hold seconds
    std::string all;
    const CsvTable t(contents_of(folder.path() / out / "cells.csv"), out);
    for (int64_t row = 0; row < t.rows(); ++row)
      for (int64_t c = 0; c < int64_t(t.columns().size()); ++c)
        if (t.columns()[size_t(c)] != "seconds") all += std::string(t.at(row, c)) + " ";
    return all;
  };
  CHECK(numbers("part") == numbers("whole"));
}

TEST_CASE("a race over settings") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const Outcome o =
      skew_in(folder, race + "--loss ral,bce --grid lambda=1.2,2 --vary gamma_neg=1 --draws 2 --seeds 2 -o out");
  INFO(o.err);
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("| ral lambda=1.2 |") && Contains("Random settings at seed 0"));
  CHECK_THAT(o.err, Contains("ral lambda=2 draw 2"));
  CHECK(exists(folder, "out/sensitivity.svg"));
}

TEST_CASE("what a race refuses") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"--loss bce,focall", "unknown loss 'focall'; did you mean 'focal'?"},
      {"--loss bce,bce", "'bce' stands there twice"},
      {"", "--loss: expected the name of a loss"},
      {"--loss bce,cross_entropy", "--loss cross_entropy: it is for one class an image"},
      {"--loss bce --noise mising=.2", "did you mean 'missing'?"},
      {"--loss bce --noise missing=1", "a share of the positives in 0 … 0.99, got 1"},
      {"--loss ral --grid lamda=2", "did you mean 'lambda'?"},
      {"--loss ral --grid lambda=1", "lambda"},
      {"--loss ral --grid lambda", "--grid: expected name=value"},
      {"--loss ral --vary gamma_neg=0", "--vary: expected a width > 0"},
      {"--loss ral --vary form=1", "is not a real number"},
      {"--loss ral --epochz 3", "did you mean '--epochs'?"},
      {"--loss ral --seeds 0", "seeds"},
      {"--loss ral --seed 4", "did you mean '--seeds'?"}};
  for (const auto& [arguments, message] : rows) {
    INFO(arguments);
    const Outcome o = skew_in(folder, race + arguments + " -o out");
    INFO(o.err);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains(message));
  }
  const Outcome none = skew_in(folder, "loss race --loss bce");
  CHECK(none.code == 2);
  CHECK_THAT(none.err, Contains("--data is missing"));
  folder.write("taken", "");
  const Outcome taken = skew_in(folder, race + "--loss bce -o taken");
  CHECK(taken.code == 1);
  CHECK_THAT(taken.err, Contains("taken"));
  CHECK(!exists(folder, "out"));
}

TEST_CASE("a race names what its folder holds beside its own runs") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, race + "--loss bce,ral --seeds 2 -o out").code == 0);
  const Outcome fewer = skew_in(folder, race + "--loss bce,ral --seeds 1 -o out");
  CHECK(fewer.code == 0);
  CHECK_THAT(fewer.err, Contains("2 finished runs here not part of this command: bce_seed=1, ral_seed=1"));
  CHECK_THAT(contents_of(folder.path() / "out/table.md"), Contains("- 2 finished runs here not part of this command"));
  folder.write("mine/notes.txt", "x");
  const Outcome foreign = skew_in(folder, race + "--loss bce,ral --seeds 1 -o mine");
  CHECK(foreign.code == 1);
  CHECK_THAT(foreign.err, Contains("no runs/ of an earlier race; choose a new folder"));
  CHECK(!exists(folder, "mine/runs"));
}

TEST_CASE("a run half done goes on under its own settings alone") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string command = one + "--loss bce --seeds 1 -o out ";
  const std::string checkpoint = "out/runs/bce_seed=0/weights/last.safetensors";
  REQUIRE(interrupted_run(folder, command + "--epochs 4000", SIGTERM, checkpoint) == 128 + SIGTERM);
  REQUIRE(exists(folder, checkpoint));
  const Outcome other = skew_in(folder, command + "--epochs 3");
  CHECK(other.code == 1);
  CHECK_THAT(other.err, Contains("epochs = 4000, now epochs = 3") && Contains("another -o"));
  std::string labels = contents_of(folder.path() / "set/labels.csv");
  labels.replace(labels.find("train,0"), 7, "train,1");
  folder.write("set/labels.csv", labels);
  const Outcome edited = skew_in(folder, command + "--epochs 4000 --allow-inexact");
  CHECK(edited.code == 1);
  CHECK_THAT(edited.err, Contains("labels of set are not those that this run began with"));
}

TEST_CASE("a race measured at the best epoch is another race") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, race + "--loss bce --seeds 1 -o out").code == 0);
  const Outcome best = skew_in(folder, race + "--loss bce --seeds 1 --best -o out");
  CHECK(best.code == 1);
  CHECK_THAT(best.err, Contains("now measured = best epoch"));
}

TEST_CASE("what a race cannot do is said before it trains") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  folder.write("run.toml", "[loss]\nname = \"ral\"\nlambda = 2.5\n");
  const std::pair<const char*, const char*> cases[] = {{"--loss bce --noise missing=0,0", "twice the same run"},
                                                       {"--loss ral --grid lambda=1.5,1.5", "twice the same run"},
                                                       {"--loss bce,bce", "twice"},
                                                       {"--loss bce --draws 3", "--draws: needs --vary"},
                                                       {"--loss ral -c run.toml", "sets lambda of a loss"}};
  for (const auto& [words, why] : cases) {
    INFO(words);
    const Outcome o = skew_in(folder, race + words + " --seeds 1 -o out");
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains(why));
    CHECK(!exists(folder, "out/runs"));
  }
}

TEST_CASE("a race of failures ends with their reasons") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const Outcome o = skew_in(folder, race +
                                        "--loss ral --vary lambda=.3 --draws 2 --seeds 1 --opt sgd --clip-grad 0 "
                                        "--lr 1e6 --weight-decay 1e6 -o out");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("failed: ral seed 0") && Contains("every run failed"));
}

TEST_CASE("a race on labels that have changed is another race") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string command = race + "--loss bce --seeds 1 -o out";
  REQUIRE(skew_in(folder, command).code == 0);
  std::string labels = contents_of(folder.path() / "set/labels.csv");
  labels.replace(labels.find("train,0"), 7, "train,1");
  folder.write("set/labels.csv", labels);
  const Outcome o = skew_in(folder, command);
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("labels of set have changed since this race began") && Contains("another -o"));
}

TEST_CASE("one race at a time writes to a folder") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  std::filesystem::create_directories(folder.path() / "out/runs");
  const FolderLock held((folder.path() / "out").string());
  const Outcome o = skew_in(folder, race + "--loss bce --seeds 1 -o out");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("another skew is writing to this folder"));
  CHECK(std::filesystem::is_empty(folder.path() / "out/runs"));
}

TEST_CASE("losses of class counts where a class has no training image") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  std::string labels = contents_of(folder.path() / "set/labels.csv");
  for (size_t at = 0; (at = labels.find("train,", at)) != std::string::npos; ++at) labels[at + 6] = '0';
  folder.write("set/labels.csv", labels);
  const Outcome named = skew_in(folder, race + "--loss bce,class_balanced --seeds 1 -o out");
  CHECK(named.code == 2);
  CHECK_THAT(named.err, Contains("--loss class_balanced: it needs the training images of each class"));
  CHECK(!exists(folder, "out"));
  for (size_t at = 0; (at = labels.find("train,", at)) != std::string::npos; ++at) labels[at + 6] = '1';
  folder.write("set/every.csv", labels);
  const Outcome every = skew_in(folder,
                                "loss race --data set/every.csv --model small_cnn --epochs 1 --threads 1 "
                                "--loss bce,distribution_balanced --seeds 1 -o out");
  CHECK(every.code == 2);
  CHECK_THAT(every.err, Contains("a class that is in every image has no odds"));
  CHECK(!exists(folder, "out"));
  const Outcome all = skew_in(folder, one + "--epochs 1 --loss all --seeds 1 -o out");
  INFO(all.err);
  CHECK(all.code == 0);
  CHECK_THAT(all.err, Contains("left out: --loss class_balanced:"));
  CHECK_THAT(all.out, Contains("| ral |") && !Contains("class_balanced"));
}
