// Gradients beside differences: at 0 too, call by call, and where numbers stop being numbers.
#include "apps/explorer/check.h"

#include "apps/explorer/views.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;
using Catch::Matchers::Contains;

namespace {

Recording checked(const std::string& source, ProgramOptions options = {}) {
  Recording r = ran(source, options);
  check_leaves(r);
  name_culprits(r);
  return r;
}

}  // namespace

TEST_CASE("a leaf whose difference is exact is told with its numbers") {
  const Recording r = checked("a = 0.0; L = a*2; L.backward()");
  REQUIRE(r.check.size() == 1);
  CHECK(r.check[0].gradient == 2);
  CHECK(r.check[0].difference == Approx(2));
  CHECK_THAT(check_text(r), Contains("  a  2  ok, relative error "));
  const Recording several = checked("x = param([0.0, 0.0]); L = (x*[3, -5]).sum(); L.backward()");
  CHECK(several.check[0].checked == 2);
  CHECK(std::abs(several.check[0].gradient) >= 3);
}

TEST_CASE("several backward calls are told call by call, with the sum that the table shows") {
  const Recording twice = checked("a = 3.0\nL = a**2\nL.backward()\nL.backward()");
  CHECK_THAT(check_text(twice), Contains("  a  6  ok, relative error ") && Contains("  (backward 1 of 2)\n") &&
                                    Contains("  (backward 2 of 2)\n") &&
                                    Contains("  a.grad = 12: the sum of 2 backward calls\n"));
  const Recording forgotten = checked("a = 3.0\nL = a**2\nL.backward()\na.zero_grad()\nL.backward()");
  CHECK(check_text(forgotten).find("the sum of") == std::string::npos);
  const std::string loop =
      "w = 5.0\nfor i in range(4):\n    L = (w - 2.0)**2\n    L.backward()\n    w -= 0.1 * w.grad\n";
  const Recording steps = checked(loop), cleared = checked(loop + "    w.zero_grad()\n");
  const std::string sum = summary(steps.nodes[size_t(steps.find("w"))].grad);
  CHECK_THAT(check_text(steps),
             Contains("(backward 4 of 4)") && Contains("  w.grad = " + sum + ": the sum of 4 backward calls\n"));
  CHECK(check_text(cleared).find("the sum of") == std::string::npos);
  for (const RecordedNode& node : cleared.nodes)
    if (node.kind == RecordedNode::Kind::leaf)
      for (const Contribution& c : node.contributions) CHECK(c.cleared);  // before a step, too
  const Recording another = checked("a = 3.0\nL = a**2\nL.backward()\na = 4.0\nL = a**2\nL.backward()");
  CHECK(check_text(another).find("the sum of") == std::string::npos);  // two leaves of one name
}

TEST_CASE("what is not finite is not called wrong, and where it begins is said") {
  const Recording division = checked("a = 1.0; z = 0.0; b = a/z; b.backward()");
  const std::string text = check_text(division);
  CHECK_THAT(text, Contains("  a  inf  not finite: cannot be checked; it begins at #2 div\n"));
  CHECK(text.find("WRONG") == std::string::npos);
  CHECK_FALSE(all_ok(division));
  const Recording root = checked("a = 0.0; b = sqrt(a); b.backward()");
  CHECK_THAT(check_text(root), Contains("cannot be checked; it begins on the way back of #1 sqrt"));
  const Recording beside = checked("a = 0.00001; b = sqrt(a); b.backward()");
  CHECK_THAT(check_text(beside), Contains("  cannot be checked: values beside it are not finite\n"));
  for (const Recording* r : {&division, &root, &beside}) CHECK(r->rules.empty());  // no op is accused
  Recording wrong = ran("x = param([0.0, 4.0]); L = (sqrt(x)*2.0).sum(); L.backward()", {.broken_op = "mul"});
  check_leaves(wrong);
  CHECK_THAT(check_text(wrong), Contains("x[1]") && Contains("WRONG: the difference quotient says 0.5"));
}
