// A loss has one colour; losses that are compared have different ones.
#include "apps/report/loss_colour.h"

#include <catch2/catch.hpp>
#include <set>

#include "losses/table/loss_table.h"

using namespace skew::report;

TEST_CASE("the seven losses compared most have a solid colour each, the others lines in the order of the table") {
  const std::set<std::string> seven = {"bce", "focal", "asl", "apl", "hill", "ral", "ral-paper"};
  std::set<std::string> colours;
  for (const std::string& name : seven) {
    CHECK(loss_line(name).pattern == Pattern::solid);
    colours.insert(stroke(loss_line(name).colour));
  }
  CHECK(colours.size() == 7);
  size_t next = series_colours;
  for (const std::string& name : skew::loss_names()) {
    if (seven.count(name)) continue;
    INFO(name);
    CHECK(loss_line(name).pattern != Pattern::solid);
    if (next < 4 * series_colours) CHECK(loss_line(name) == series_line(next++));
  }
  CHECK(loss_line("ral") == LineStyle{Colour::blue, Pattern::solid});
  CHECK(loss_line("twoway") == loss_line("two_way"));
}

TEST_CASE("a loss that stands twice takes a free colour, and others keep theirs") {
  const std::vector<LineStyle> lines = loss_lines({"ral gamma_neg=1", "ral gamma_neg=2", "asl", "ral gamma_neg=3"});
  CHECK(lines[0] == loss_line("ral"));
  CHECK(lines[2] == loss_line("asl"));
  CHECK(lines[1] == LineStyle{Colour::orange, Pattern::solid});  // blue and green are taken
  CHECK(lines[3] == LineStyle{Colour::purple, Pattern::solid});
}

TEST_CASE("a loss that is not in the table has a line, too") {
  CHECK(loss_line("my_loss") == loss_line("my_loss"));
  CHECK(loss_line("my_loss").pattern != Pattern::solid);
}
