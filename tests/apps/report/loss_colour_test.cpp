// A loss has one colour; losses that are compared have different ones.
#include "apps/report/loss_colour.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "losses/table/loss_table.h"

using namespace skew::report;

TEST_CASE("the seven losses compared most have a solid colour each, the others a line of their own") {
  const std::set<std::string> seven = {"bce", "focal", "asl", "apl", "hill", "ral", "ral-paper"};
  std::set<std::string> colours;
  for (const std::string& name : seven) {
    CHECK(loss_line(name).pattern == Pattern::solid);
    colours.insert(stroke(loss_line(name).colour));
  }
  CHECK(colours.size() == 7);
  const std::map<std::string, std::string> single = {
      {"cross_entropy", "bce"}, {"softmax_focal", "focal"}, {"asl_single", "asl"}, {"ral_single", "ral"}};
  for (const auto& [name, many] : single) CHECK(loss_line(name) == LineStyle{loss_line(many).colour, Pattern::dash});
  std::vector<LineStyle> seen;
  for (const std::string& name : skew::loss_names()) {
    INFO(name);
    if (!seven.count(name)) CHECK(loss_line(name).pattern != Pattern::solid);
    CHECK(std::ranges::count(seen, loss_line(name)) == 0);
    seen.push_back(loss_line(name));
  }
  CHECK(loss_line("ral") == LineStyle{Colour::blue, Pattern::solid});
  CHECK(loss_line("twoway") == loss_line("two_way"));
}

TEST_CASE("a loss that stands several times has steps in their order, and others keep their colour") {
  const std::vector<LineStyle> lines = loss_lines({"ral gamma_neg=1", "ral gamma_neg=2", "asl", "ral gamma_neg=3"});
  CHECK(lines[2] == loss_line("asl"));
  CHECK(lines[0] == LineStyle{Colour::step0, Pattern::solid});
  CHECK(lines[1] == LineStyle{Colour::step4, Pattern::solid});
  CHECK(lines[3] == LineStyle{Colour::step7, Pattern::solid});
  const std::vector<LineStyle> two = loss_lines({"ral a=1", "asl a=1", "ral a=2", "asl a=2", "twoway", "two_way"});
  CHECK(two[2] == LineStyle{Colour::step7, Pattern::solid});
  CHECK(two[3] == LineStyle{Colour::step7, Pattern::dash});
  CHECK(two[5] == LineStyle{Colour::step7, Pattern::dots});  // an alias is the loss
}

TEST_CASE("trained runs of one loss have its colour, each a pattern of its own") {
  const std::vector<LineStyle> lines = run_lines({"ral", "ral-paper", "ral", "ral_single", "ral"});
  CHECK(lines[0] == loss_line("ral"));
  CHECK(lines[1] == loss_line("ral-paper"));
  CHECK(lines[3] == loss_line("ral_single"));
  CHECK(lines[2] == LineStyle{Colour::blue, Pattern::dots});  // dashed is ral_single's
  CHECK(lines[4] == LineStyle{Colour::blue, Pattern::dashdot});
  CHECK(run_lines({"bce", "bce"})[1] == LineStyle{Colour::slate, Pattern::dash});
}

TEST_CASE("a model's loss is the alias whose presets it has") {
  CHECK(loss_of("ral(gamma_neg=4 form=paper eps=1e-08)") == "ral-paper");
  CHECK(loss_of("ral(gamma_neg=4 form=code)") == "ral");
  CHECK(loss_of("bce()") == "bce");
  CHECK(loss_of("bce") == "bce");
}

TEST_CASE("a loss that is not in the table has a line, too") {
  CHECK(loss_line("my_loss") == loss_line("my_loss"));
  CHECK(loss_line("my_loss").pattern != Pattern::solid);
}
