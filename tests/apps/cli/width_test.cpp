// What is printed fits a terminal of 80 columns: help, screens, tables and messages, with output to a pipe. The
// examples of the manual pages are measured where they are typed (manual_test.cpp).
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "apps/loss_lab/loss_check.h"
#include "core/registry.h"
#include "losses/table/loss_table.h"
#include "models/networks/network_table.h"
#include "tests/apps/cli/run_program.h"

using namespace skew;
namespace fs = std::filesystem;

namespace {

const std::string narrow_terminal = "COLUMNS=80 NO_COLOR=1 OMP_NUM_THREADS=1 GOMP_SPINCOUNT=1000";

// Types each, and compares exit code and width.
void expect_narrow(const ScratchFolder& folder, const std::vector<std::string>& commands, std::set<int> codes = {0}) {
  for (const std::string& command : commands) {
    const Outcome o = skew_in(folder, command, narrow_terminal);
    INFO("skew " << command << "\n" << o.err);
    CHECK(codes.contains(o.code));
    CHECK(wide_lines(o.out + contents_of(folder.path() / "stderr.txt")) == "");
  }
}

std::vector<std::string> command_names(const ScratchFolder& folder) {
  skew_in(folder, "help --manuals manuals");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path() / "manuals/man1")) {
    std::string name = entry.path().stem().string().substr(4);
    std::replace(name.begin(), name.end(), '-', ' ');
    if (!name.empty()) names.push_back(name.substr(1));
  }
  return names;
}

}  // namespace

TEST_CASE("what is wide is found, and a path may be") {
  const std::string path = "  /" + std::string(90, 'a');
  CHECK(wide_lines(path + "\n" + std::string(80, 'x') + "\n") == "");
  CHECK(wide_lines("see" + path) == "\nsee" + path);
  std::string chinese;
  for (int i = 0; i < 41; ++i) chinese += "肺";
  CHECK(wide_lines(chinese) != "");
}

TEST_CASE("help fits 80 columns") {
  const ScratchFolder folder;
  const std::vector<std::string> names = command_names(folder);
  CHECK(names.size() > 25);
  std::vector<std::string> commands = {"", "--help", "--version", "help"};
  for (const std::string& name : names) commands.push_back(name + " --help");
  for (const char* name : {"train", "loss race"}) commands.push_back(name + std::string(" --help-all"));
  expect_narrow(folder, commands);
}

TEST_CASE("losses fit 80 columns, each of them") {
  const ScratchFolder folder;
  std::vector<std::string> all = {
      "loss list",
      "loss list --verbose",
      "loss check --loss all",
      "loss budget --loss all",
      "loss plot --loss bce,distribution_balanced,ral-paper --of value,grad,curvature,weight",
      "loss plot --loss ral --sweep lambda=1.1:2:12 -o curves",
      "loss plot --loss bce,focal,asl,apl,hill,ral,ral-paper --of value,grad,curvature -o f",
      "loss proper --loss bce,distribution_balanced",
      "loss heat --loss ral --over gamma_neg=0:6:4,clip=0:.3:4"};
  for (const std::string& name : loss_names()) {
    all.push_back("loss show " + name);
    if (lab::why_no_point(make_loss(name)).empty())
      all.push_back("loss eval --loss " + name + " --x=-40,-3.25,0,7 --y 0,.5,1");
  }
  expect_narrow(folder, all, {0, 2});
}

TEST_CASE("ops and networks fit 80 columns, each of them") {
  const ScratchFolder folder;
  std::vector<std::string> all = {"info", "info --levels"};
  for (const auto& [name, row] : registered_ops()) all.push_back("info " + name);
  for (const NetworkInfo& n : networks()) all.push_back("info " + n.name);
  expect_narrow(folder, all);
}

TEST_CASE("checks of data and of gradients fit 80 columns") {
  const ScratchFolder folder;
  for (const char* name : {"Pleural effusion - blunted costophrenic angle, right", "Pleural effusion - left", "肺炎"})
    for (int i = 0; i < 12; ++i)
      folder.png(text("images/", name, "/a long name of a file, as some scanners write it ", i, ".png"), 16 + i, 16, 1,
                 20 * i);
  folder.write("images/肺炎/torn.png", "\x89PNG\r\n\x1a\n torn");
  expect_narrow(folder, {"data check images", "data check synth:shapes14", "data check nowhere", "data check"},
                {0, 1, 2});
  std::vector<std::string> teaching;
  for (const char* example : {"micrograd", "neuron", "mlp", "conv", "batchnorm", "ral"})
    for (const char* verb : {"run", "check", "explain"})
      teaching.push_back(text("autograd ", verb, " --example ", example));
  for (const char* more : {"check --example mlp --break tanhh", "check --example mlp --break", "lesson",
                           "quiz --seed 3", "run -e 'c = a +'", "run -e 'c = tahn(a)' --let a=3"})
    teaching.push_back(text("autograd ", more));
  for (int n = 1; n <= 10; ++n) teaching.push_back(text("autograd lesson ", n));
  expect_narrow(folder, teaching, {0, 1, 2});
  const Outcome o = skew_in(folder, "autograd check --example mlp --break tanhh");
  CHECK_THAT(o.err, Catch::Contains("did you mean 'tanh'? This program has linear, tanh, bce"));
}
