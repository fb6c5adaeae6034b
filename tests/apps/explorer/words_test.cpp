// Values, shapes, numbers and steps in words: lists are nested, no number is cut, one minus sign, rules with numbers.
#include <regex>
#include <sstream>

#include "apps/explorer/as_cpp.h"
#include "apps/explorer/examples.h"
#include "apps/explorer/lessons/reader.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/views.h"
#include "apps/formats/utf8.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;
using Catch::Matchers::Contains;

TEST_CASE("lists and tensors are printed as Python nests them; shapes do not look like lists") {
  const Recording r =
      ran("x = param([[1.0, 2.0], [0.0, -4.5]])\nprint(x.tolist())\nprint(x)\nprint(x[0].tolist())\nprint(x[0, "
          "1].tolist())\n"
          "print(param([3.0]))\ny = x.tolist()\nprint(y[1][1], len(y))\nprint(ones(3, 3))\nprint(ones(9, 9))\n"
          "print(zeros(0, 2).tolist())\nprint(-2, -0.5, f\"{-0.25:.2f}\", 4.0 * -2.0)");
  CHECK(printed(r) ==
        "[[1, 2], [0, −4.5]]\n[[1, 2], [0, −4.5]]\n[1, 2]\n2\n[3]\n−4.5 2\n[[1, 1, 1], [1, 1, 1], [1, 1, 1]]\n"
        "shape 9×9: 1 … 1\n[]\n−2 −0.5 −0.25 −8\n");
  const std::string table = table_text(ran("x = param([0.0, 0.0, 6.0]); L = (x**2).sum(); L.backward()"));
  CHECK_THAT(table, Contains("+= [0, 0, 12]") && Contains("  shape 3  "));
  CHECK(table.find("[3]") == std::string::npos);
}

TEST_CASE("what an op keeps stands in the names of the program, as its way back does") {
  const Recording r = ran("n = 0.5; o = tanh(n); q = relu(o)*2; L = q**2; L.backward()");
  const std::string table = table_text(r), json = json_text(r), html = graph_html(r);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("  tanh  ") != line.npos) CHECK_THAT(line, Contains("  n      "));
    if (line.find("  pow exponent=2  ") != line.npos) CHECK_THAT(line, Contains("  q      "));
  }
  CHECK_THAT(json, Contains("\"saved\":[{\"name\":\"x\",\"here\":\"n\""));
  CHECK_THAT(html, Contains("<dt>keeps</dt><dd>n, scalar, 8 bytes</dd>"));
}

TEST_CASE("where an op keeps something else than its way back is written in, a sentence says so") {
  const auto notes = [](const std::string& program) {
    std::string table = table_text(ran(program));
    while (table.find("\n  ") != table.npos) table.erase(table.find("\n  "), 2);
    std::replace(table.begin(), table.end(), '\n', ' ');
    return table;
  };
  CHECK_THAT(notes("n = 0.5; L = tanh(n) + sigmoid(n) + exp(n); L.backward()"),
             Contains("saved by tanh, sigmoid, exp: the input; the output is computed from it once more"));
  CHECK_THAT(notes("n = 0.5; L = relu(n)*2; L.backward()"),
             Contains("saved by relu: the output; the way back can be read off it as well"));
  CHECK_THAT(notes("z = param([0.5]); L = bce(z, [1]); L.backward()"),
             Contains("saved by bce: the derivative, computed going forward"));
  CHECK_THAT(notes("a = 0.5; b = 2.0; L = (a*b)**2; L.backward()"), !Contains("saved by"));
  CHECK_THAT(json_text(ran("n = 0.5; L = tanh(n); L.backward()")), Contains("\"saved_note\":\"the input; the output"));
}

TEST_CASE("a loss of one op has its way back, and what it keeps, in the names of the program") {
  const std::string table = table_text(ran("x = 3.0; y = 1.0; z = param([0.5]); L = bce(z, [1])*y + x; L.backward()"));
  CHECK_THAT(table, Contains("z += ∂#4/∂z·g, kept going forward") && Contains("  ∂#4/∂z") && !Contains("∂y/∂x"));
  CHECK_THAT(table_text(ran("z = param([0.5]); L = bce(z, [1]); L.backward()")), Contains("z += ∂L/∂z·g"));
}

TEST_CASE("a way back that is too long for its column stands whole in lines of its own") {
  const std::string table = table_text(
      ran("first = 3.0; second = 2.0; third = first*second + first; L = sigmoid(third)*second; L.backward()"));
  CHECK_THAT(table, Contains("way back: first += second·g, second += first·g") && !Contains("…"));
  const std::string names =
      table_text(ran("layer1_block0_conv_weight = 2.0\nlayer1_block0_bn_bias = 3.0\n"
                     "L = layer1_block0_conv_weight*layer1_block0_bn_bias\nL.backward()"));
  CHECK_THAT(names, Contains("weight ") && Contains("bias "));
}

TEST_CASE("no number is cut, no line of a table is wider than a terminal") {
  std::vector<std::string> programs = {
      "first_weight = 0.00012345678; second_weight = 98765.4321\nproduct_of_both = first_weight*second_weight\n"
      "sum_of_everything = product_of_both + first_weight/3 - 0.333333333*second_weight\n"
      "L = sum_of_everything**2\nL.backward()",
      "x = param([0.0123456789, -0.0000151617]); y = sigmoid(x)*0.333333333333; L = (y**3).sum(); L.backward()",
      "x = param(randn(3, 3, seed=1)); y = softmax(x, axis=1); L = (y**2).mean(); L.backward()"};
  for (const Example& example : examples()) programs.emplace_back(example.program);
  for (uint64_t seed = 0; seed < 40; ++seed) programs.push_back(generated(seed));
  const std::regex cut("[^A-Za-z0-9_#.][0-9.]+…|…[0-9.]");
  for (const std::string& program : programs) {
    Recording r = ran(program);
    check_leaves(r);
    for (const TableOptions& options : {TableOptions{}, TableOptions{.all = true, .digits = 4}}) {
      std::istringstream lines(table_text(r, options));
      for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(report::column_width(line) <= 80);
        CHECK_FALSE(std::regex_search(line, cut));
        CHECK_FALSE(line.ends_with("…"));  // a rule goes on in the next line
      }
    }
  }
}

TEST_CASE("a step says its rule with the numbers of the program") {
  const std::vector<std::string> words =
      moments(ran("a = 3.0; b = -2.0; c = a - b; d = relu(c)*0.5; e = d > 1; L = tanh(d)**3; L.backward()"));
  for (const char* step :
       {"a = 3", "c = a − b = 3 − (−2) = 5", "relu #3: max(c, 0) = max(5, 0) = 5", "d = 5·0.5 = 2.5", "e = d > 1 = 1",
        "tanh #6: tanh(d) = 0.9866143", "∂L += 1, the seed", "∂a += g = 0.0", "∂b += −g = "}) {
    INFO(step);
    CHECK(std::any_of(words.begin(), words.end(), [&](const std::string& w) { return w.starts_with(step); }));
  }
  for (const std::string& w : words) {
    INFO(w);
    CHECK((w.find("+=") == w.npos || w.find("seed") != w.npos || w.find(", from ") != w.npos));
  }
  const std::vector<std::string> of_tensors =
      moments(ran("x = param([[1.0], [2.0]]); y = x + 1; L = y.sum(); L.backward()"));
  CHECK(of_tensors == std::vector<std::string>{
                          "x = [[1], [2]]", "y = x + 1 = [[2], [3]]", "L = sum(y) = 5", "∂L += 1, the seed",
                          "∂y += g for every element: [[1], [1]], from L = sum", "∂x += g = [[1], [1]], from y = add"});
}

TEST_CASE("computed numbers have the book's minus sign, everywhere") {
  const std::regex typed("-[0-9]");
  for (const Lesson& lesson : lessons()) {
    const Lesson read = read_lesson(lesson);
    for (const Passage& passage : read.passages)
      for (const Span& span : passage.spans) {
        if (span.kind != Span::Kind::number) continue;
        INFO(span.words);
        CHECK_FALSE(std::regex_search(span.words.substr(span.words.rfind(" = ")), typed));
      }
  }
}

TEST_CASE("C++ says what is not used only of what is not used, and writes numbers as numbers") {
  const std::string cpp =
      as_cpp(ran("x = randn(1, 1, 4, 4, seed=1); w = param(randn(1, 1, 3, 3, seed=2))\n"
                 "y = conv2d(x, w, padding=1); unused = y*2; L = y.mean(); L.backward()"));
  CHECK_THAT(cpp, Contains("  [[maybe_unused]] Tensor unused = ") && Contains("\n  Tensor y = op(\"conv2d\"") &&
                      Contains("{\"pad\", 1.0}"));
}
