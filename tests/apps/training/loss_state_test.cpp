// Losses that training changes: counts filled in from the data, the epoch, and what batches accumulate; all of it
// survives a stop. A loss made up here counts labels and can stop the run at a given batch.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "apps/training/trainer.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/splc.h"
#include "losses/table/register.h"
#include "models/weights/safetensors.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

namespace {

const std::string last = "weights/last.safetensors";

// SPLC · (1 + seen/100), `seen` the positives of all batches so far, negatives corrected from epoch 2 on; SIGTERM
// arrives during call number `stop_at`.
struct Counting {
  static constexpr auto name = "counting", summary = "", formula = "", paper = "", remarks = "";
  double seen = 0, epoch = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("seen", self.seen, at_least(0), "positives so far");
    visit("epoch", self.epoch, at_least(0), "the epoch in progress");
  }
};
int calls = 0, stop_at = -1;

struct AnyCounting : AnyLoss::Interface {
  Counting formula;
  explicit AnyCounting(Counting formula) : formula(formula) {}
  std::string name() const override { return Counting::name; }
  bool single_label() const override { return false; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  Tensor loss(const Tensor& x, const Tensor& y, const LossArgs& args) const override {
    if (calls++ == stop_at) raise(SIGTERM);
    LossArgs weighted = args;
    weighted.class_weights = Tensor::full({x.shape()[1]}, 1 + formula.seen / 100);
    return skew::loss(Splc{.tau = 0.05, .change_epoch = 2, .epoch = formula.epoch}, x, y, weighted);
  }
  AtLogit at(double, double, ptrdiff_t) const override { return {}; }
  LossParameters after_batch(const Tensor& y, const Tensor&) const override {
    double seen = formula.seen;
    for (float label : y.values<float>()) seen += double(label);
    return {{"seen", field_text(seen)}};
  }
};
const bool registered = register_loss(
    loss_entry<Counting>(false, true, [](const Counting& l) { return AnyLoss(std::make_shared<AnyCounting>(l)); }));

// A run in a process of its own; `stop` the call of the loss at which SIGTERM comes, −1 for none.
int run_apart(const ScratchFolder& folder, const LossParameters& values, int stop) {
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.str().c_str()) != 0) _exit(99);
    stop_at = stop;
    TrainConfig config;
    for (const auto& [key, value] : values) {
      if (key == "resume") set_options(config, read_settings(value + "/args.toml"));
      set_option(config, key, value);
    }
    int code = 98;
    try {
      code = train(config, {.quiet = true});
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("what batches and epochs change in a loss belongs to the checkpoint") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  auto settings = [](const std::string& name) {
    return LossParameters{{"data", "set"},      {"model", "small_cnn"}, {"batch", "8"}, {"threads", "1"},
                          {"loss", "counting"}, {"epochs", "3"},        {"name", name}};
  };
  REQUIRE(run_apart(folder, settings("whole"), -1) == 0);
  const std::string expected = contents_of(folder.path() / "runs/whole" / last);
  const SafetensorsFile file = SafetensorsFile::read((folder.path() / "runs/whole" / last).string());
  CHECK_THAT(file.metadata().at("loss_state"), Contains("[\"seen\",\""));
  CHECK(file.metadata().at("loss_state") != "[[\"seen\",\"0\"]]");
  for (int stop : {0, 3, 9, 12, 17, 19}) {  // 8 steps an epoch, then one batch of val
    const std::string name = "part" + std::to_string(stop);
    REQUIRE(run_apart(folder, settings(name), stop) == 143);
    CHECK((contents_of(folder.path() / "runs" / name / last) != expected));
    REQUIRE(run_apart(folder, {{"resume", "runs/" + name}, {"threads", "1"}}, -1) == 0);
    INFO("stopped at call " << stop);
    CHECK((contents_of(folder.path() / "runs" / name / last) == expected));
  }
}

TEST_CASE("splc changes at its epoch") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string run = tiny_run + "--epochs 3 --loss splc --set tau=.05 --name ";
  REQUIRE(skew_in(folder, run + "whole --set change_epoch=2").code == 0);
  REQUIRE(skew_in(folder, run + "never --set change_epoch=3").code == 0);
  REQUIRE(skew_in(folder, run + "always --set change_epoch=0").code == 0);
  const std::string expected = contents_of(folder.path() / "runs/whole" / last);
  auto losses = [&](const std::string& name) {  // the training loss of each epoch
    std::vector<std::string> column;
    std::string line;
    std::ifstream csv(folder.path() / "runs" / name / "results.csv");
    while (std::getline(csv, line)) {
      const size_t comma = line.find(',');
      column.push_back(line.substr(comma + 1, line.find(',', comma + 1) - comma - 1));
    }
    return column;
  };
  const auto whole = losses("whole"), never = losses("never"), always = losses("always");
  REQUIRE(whole.size() == 4);
  CHECK((whole[1] == never[1] && whole[2] == never[2] && whole[3] != never[3]));
  CHECK(whole[1] != always[1]);
}

TEST_CASE("class counts and images are the training set's, unless the user says otherwise") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string run = tiny_run + "--epochs 1 --loss distribution_balanced --name ";
  REQUIRE(skew_in(folder, run + "filled").code == 0);
  auto stored = [&](const std::string& name) {
    return SafetensorsFile::read((folder.path() / "runs" / name / last).string()).metadata().at("loss");
  };
  CHECK_THAT(stored("filled"), Contains("train_num=64") && Contains("class_freq=32,") && !Contains("class_freq=1 "));
  REQUIRE(skew_in(folder, run + "given --set class_freq=5,6,7").code == 0);
  CHECK_THAT(stored("given"), Contains("class_freq=5,6,7 train_num=64"));
  CHECK_THAT(contents_of(folder.path() / "runs/given/args.toml"), Contains("class_freq = \"5,6,7\""));
  const Outcome wrong = skew_in(folder, run + "wrong --set class_freq=5,6");
  CHECK(wrong.code == 1);
  CHECK_THAT(wrong.err, Contains("one number per class for 3 classes, got 2"));
  folder.write("set/labels.csv",
               "path,split,cat,dog\nimages/0.png,train,1,0\nimages/1.png,train,0,0\nimages/2.png,val,0,1\n");
  const Outcome none = skew_in(folder, run + "none");
  CHECK(none.code == 2);
  CHECK_THAT(none.err, Contains("no image of the train split has 'dog'") && Contains("--ignore"));
}

TEST_CASE("blank cells and -1 reach the loss as unknown labels") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string known = contents_of(folder.path() / "set/labels.csv");
  auto with_unknown = [&](const std::string& cell) {  // of every third row's last column
    std::istringstream lines(known);
    std::string line, out;
    for (int i = 0; std::getline(lines, line); ++i)
      out += (i > 0 && i % 3 == 0 ? line.substr(0, line.rfind(',') + 1) + cell : line) + "\n";
    folder.write("set/labels.csv", out);
  };
  auto trained = [&](const std::string& loss) {
    static int runs = 0;
    const std::string name = "r" + std::to_string(runs++);
    REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name " + name + " --loss " + loss).code == 0);
    return std::pair(contents_of(folder.path() / "runs" / name / "results.csv"),
                     contents_of(folder.path() / "runs" / name / "log.txt"));
  };
  with_unknown("");
  const auto [negative, log] = trained("partial_selective --set mode=negative");
  CHECK_THAT(log, Contains("unknown labels in train"));
  const auto ignored = trained("partial_selective --set mode=ignore"),
             selective = trained("partial_selective --set top_k=1");
  const auto asl = trained("asl --set gamma_neg=1 --set gamma_pos=0 --set clip=0");
  auto train_loss = [](const std::string& csv) {
    const size_t row = csv.find('\n') + 1, comma = csv.find(',', row);
    return csv.substr(comma + 1, csv.find(',', comma + 1) - comma - 1);
  };
  CHECK(train_loss(ignored.first) == train_loss(asl.first));  // every other loss leaves unknown labels out
  CHECK(train_loss(negative) != train_loss(ignored.first));
  CHECK(train_loss(selective.first) != train_loss(negative));
  with_unknown("-1");
  CHECK(train_loss(trained("partial_selective --set mode=negative").first) == train_loss(negative));
}

TEST_CASE("the log says what a reduction does to the gradient") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  auto log = [&](const std::string& reduction, const std::string& loss = "ral") {
    const std::string name = loss + reduction;
    REQUIRE(skew_in(folder, tiny_run + "--epochs 0 --reduction " + reduction + " --loss " + loss + " --name " + name)
                .code == 0);
    return contents_of(folder.path() / "runs" / name / "log.txt");
  };
  CHECK_THAT(log("mean"), Contains("mean (sum would scale the gradient by 24)"));  // 8 images, 3 labels
  CHECK_THAT(log("sum"), Contains("sum (its gradient is 24 times the mean's)"));
  CHECK_THAT(log("batch_mean"), Contains("batch_mean (its gradient is 3 times the mean's)"));
  CHECK_THAT(log("sum", "zlpr"), Contains("sum (its gradient is 8 times the mean's)"));  // one loss an image
  CHECK_THAT(log("batch_mean", "zlpr"), Contains("batch_mean (its gradient is 1 times the mean's)"));
}
