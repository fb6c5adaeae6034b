// Settings: one list of options behind flags, files and metadata; files that read back as they were written.
#include <catch2/catch.hpp>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "apps/training/train_config.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

TrainConfig read_back(const TrainConfig& config) {
  TrainConfig back;
  set_options(back, parse_settings(settings_text(field_list(config)), "args.toml"));
  return back;
}

// Up to 12 code points, among them every kind that a TOML string has to be careful with.
std::string random_text(std::mt19937& random) {
  const std::vector<std::string> pieces = {"\"",   "\\", "\n",   "\r", "\t",     "\b",     "\x7f", "\x1b",
                                           "\x01", "#",  "=",    "'",  "\"\"\"", "[a]",    " ",    ",",
                                           "ä",    "≥",  "🙂", "a",  "0",      "\\u0041"};
  std::string out;
  for (size_t n = random() % 13; n > 0; --n) out += pieces[random() % pieces.size()];
  return out;
}

}  // namespace

TEST_CASE("a settings file reads back as it was written, whatever the texts hold") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    TrainConfig config;
    config.data = random_text(random);
    config.name = random_text(random);
    config.reading.group_col = random_text(random);
    for (size_t n = random() % 4; n > 0; --n) config.reading.classes.push_back(random_text(random));
    config.loss.set("gamma_neg", random_text(random));
    config.lr = std::ldexp(double(random()), -int(13 + random() % 80));
    config.epochs = int64_t(random() % 1000001);
    config.workers = random() % 2 ? std::optional<int>(int(random() % 257)) : std::nullopt;
    const TrainConfig back = read_back(config);
    INFO(settings_text(field_list(config)));
    CHECK(back.data == config.data);
    CHECK(back.name == config.name);
    CHECK(back.reading.group_col == config.reading.group_col);
    CHECK(back.reading.classes == config.reading.classes);
    CHECK(back.loss.arguments == config.loss.arguments);
    CHECK(std::memcmp(&back.lr, &config.lr, sizeof config.lr) == 0);
    CHECK((back.epochs == config.epochs && back.workers == config.workers));
    CHECK(settings_text(field_list(back)) == settings_text(field_list(config)));
  }
}

TEST_CASE("files of earlier versions are read") {
  TrainConfig c;
  set_options(c, parse_settings("data = \"synth:shapes14\"\nlr = 0.01\nepochs = 1e+05\nopt = \"sgd\"\nmomentum = 0.8\n"
                                "sched = \"one-cycle\"\nclasses = \"a,b\"\nignore = [\"c\", \"d\"]\nworkers = \"2\"\n"
                                "sampler = \"class-aware\"\nallow_inexact = false\ntask = \"auto\"\n\n"
                                "[loss]\nname = \"asl\"\ngamma_neg = 3\nclip = \"0.1\"\n",
                                "args.toml"));
  CHECK((c.lr == .01 && c.epochs == 100000 && c.optimizer.name == "sgd" && c.momentum == .8));
  CHECK((c.schedule.name == "one_cycle" && c.workers == 2 && c.sampler.kind == SamplerKind::class_aware && !c.task));
  CHECK(c.reading.classes == std::vector<std::string>{"a", "b"});
  CHECK(c.reading.ignore == std::vector<std::string>{"c", "d"});
  CHECK((c.loss.name == "asl" && c.loss.arguments == FieldTexts{{"clip", "0.1"}, {"gamma_neg", "3"}}));
}

TEST_CASE("mistakes in settings name the file's line or the flag, and the range") {
  const auto refuse = [](const char* toml, const char* message) {
    INFO(toml);
    TrainConfig c;
    CHECK_THROWS_AS(set_options(c, parse_settings(toml, "a.toml")), UsageError);
    CHECK_THROWS_WITH(set_options(c, parse_settings(toml, "a.toml")), Contains(message));
  };
  refuse("\nlrr = 1", "a.toml:2: unknown option 'lrr'; did you mean 'lr'?");
  refuse("epochs = -1", "a.toml:1: --epochs must be in [0, 1e+06], got -1");
  refuse("epochs = 1.5", "--epochs must be a whole number, got '1.5'");
  refuse("weight_decay = \"much\"", "--weight-decay must be a number, got 'much'");
  refuse("opt = \"adan\"", "unknown --opt 'adan'; did you mean 'adam'?");
  refuse("sched = \"cosin\"", "did you mean 'cosine'?");
  refuse("model = \"resnet9\"", "did you mean 'resnet8'?");
  refuse("augment = \"flip,crp\"", "--augment: unknown augmentation 'crp'; did you mean 'crop'?");
  refuse("allow_inexact = \"perhaps\"", "must be true or false");
  refuse("[los]\nname = \"ral\"", "unknown option 'los'; did you mean 'loss'?");
  refuse("lr = ", "a.toml:1");
  TrainConfig c;
  c.optimizer.arguments = {{"nesterof", "true"}};
  CHECK_THROWS_WITH(c.check(), Contains("--opt-arg: unknown argument of adamw 'nesterof'"));
  c.optimizer = {"sgd", {{"lr", "1"}}};
  CHECK_THROWS_WITH(c.check(), Contains("--lr"));
}

TEST_CASE("every optimiser and every schedule trains from the command line") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  for (const std::string& name : optimizer_names()) {
    INFO(name);
    CHECK(skew_in(folder, tiny_run + "--epochs 1 --opt " + name + " --name " + name).code == 0);
  }
  const std::map<std::string, std::string> arguments = {{"exponential", " --sched-arg gamma=.9"},
                                                        {"multistep", " --sched-arg milestones=1,1.5"}};
  for (const std::string& name : schedule_names()) {
    const auto own = arguments.find(name);
    const Outcome o = skew_in(folder, tiny_run + "--epochs 2 --sched " + name + " --name " + name +
                                          (own == arguments.end() ? "" : own->second));
    INFO(name << ": " << o.err);
    CHECK(o.code == 0);
  }
  const Outcome none = skew_in(folder, tiny_run + "--opt adagrad --sched one_cycle --name none");
  CHECK(none.code == 2);
  CHECK_THAT(none.err, Contains("adagrad: momentum"));
  CHECK(skew_in(folder, tiny_run + "--epochs 1 --opt sgd --opt-arg nesterov=true --swa 1 --clip-value .1 --name more")
            .code == 0);
}

TEST_CASE("lengths of schedules are epochs") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 3 --lr .01 --warmup 0 --sched multistep --sched-arg milestones=1,2 "
                                     "--sched-arg gamma=.5 --name r")
              .code == 0);
  const CsvTable table(contents_of(folder.path() / "runs/r/results.csv"), "results.csv");
  const int64_t lr = table.column("lr");
  CHECK((table.at(0, lr) == "0.01" && table.at(1, lr) == "0.005" && table.at(2, lr) == "0.0025"));
}

TEST_CASE("--set is a loss's parameter in train as everywhere; the older spelling goes on working") {
  const ScratchFolder folder;
  const Outcome set = skew_in(folder, "train --loss asl --set clip=0.1 --set gamma_neg=3 --print-config");
  CHECK(set.code == 0);
  CHECK_THAT(set.out, Contains("[loss]\nname = \"asl\"   # flag\nclip = \"0.1\"\ngamma_neg = \"3\"\n"));
  CHECK(skew_in(folder, "train --loss asl --loss.clip 0.1 --loss.gamma_neg=3 --print-config").out == set.out);
  const Outcome json = skew_in(folder, "train --loss asl --set clip=0.1 --epochs 7 --print-config --json");
  const auto all = nlohmann::json::parse(json.out);
  CHECK((all.at("epochs") == 7 && all.at("loss").at("clip") == "0.1" && all.at("opt").at("name") == "adamw"));
  for (const char* command : {"train --help", "train --help-all", "loss race --help-all"})
    CHECK_THAT(skew_in(folder, command).out, !Contains("--loss."));
}
