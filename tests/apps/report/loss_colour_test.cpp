// A loss has one colour; losses that are compared have different ones.
#include "apps/report/loss_colour.h"

#include <catch2/catch.hpp>
#include <set>

#include "losses/table/loss_table.h"

using namespace skew::report;

TEST_CASE("every loss has a line of its own, the seven compared most a solid colour") {
  std::set<std::string> lines, colours;
  for (const std::string& name : skew::loss_names()) lines.insert(line_classes(loss_line(name)));
  CHECK(lines.size() == skew::loss_names().size());
  for (const char* name : {"bce", "focal", "asl", "apl", "hill", "ral", "ral-paper"}) {
    CHECK(loss_line(name).pattern == Pattern::solid);
    colours.insert(loss_colour(name));
  }
  CHECK(colours.size() == 7);
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

TEST_CASE("a loss of one's own has a line that its name decides") {
  CHECK(loss_line("my_loss") == loss_line("my_loss"));
  CHECK(loss_line("my_loss").pattern != Pattern::solid);
}
