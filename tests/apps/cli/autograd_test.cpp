// skew autograd as a person runs it: tables, JSON, pictures, explanations, checks, refusals.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/cli/run_program.h"
#include "tests/apps/report/xml_check.h"

using namespace skew;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

TEST_CASE("run shows values, contributions in their order, and the check") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "autograd run -e 'c=a*b; d=c+a; L=d**2' --let a=3,b=-2");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("+= −6  from #3 add") && Contains("+= 12  from #2 mul: b·g = −2·(−6) = 12"));
  CHECK_THAT(o.out, Contains("a  6  ok") && Contains("b  −18  ok"));
}

TEST_CASE("run --json holds what the table shows") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "autograd run --json --example micrograd");
  CHECK(o.code == 0);
  const Json json = Json::parse(o.out);
  for (const char* key : {"id", "op", "name", "inputs", "value", "saved", "bytes", "grad", "contributions"})
    CHECK(json["nodes"][0].contains(key));
  CHECK(json["nodes"].back()["value"].get<double>() == Approx(24.70408163265306));
  CHECK(json["nodes"][0]["grad"].get<double>() == Approx(138.83381924198252));
  CHECK(json["check"][1]["ok"].get<bool>());
  CHECK(json["error"].is_null());
}

TEST_CASE("a program from a file, with a mistake: exit 1, the message, the table so far") {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "p.py") << "a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b\n";
  const Outcome o = skew_in(folder, "autograd run p.py");
  CHECK(o.code == 1);
  CHECK_THAT(o.out, Contains("leaf"));
  CHECK_THAT(o.err, Contains("line 3, column 7: add: expected shapes that broadcast, got [2, 3] and [4]") &&
                        Contains("\n  c = a + b\n        ^"));
}

TEST_CASE("graph writes a picture, a page, Graphviz text and a picture a step") {
  const ScratchFolder folder;
  CHECK(skew_in(folder, "autograd graph --example mlp -o g.svg --scope-depth 1").code == 0);
  CHECK(skew_in(folder, "autograd graph --example mlp -o g.html --values").code == 0);
  CHECK(skew_in(folder, "autograd graph --example mlp -o g.dot").code == 0);
  const Outcome frames = skew_in(folder, "autograd graph --example chain --frames steps");
  CHECK_THAT(frames.out, Contains("steps: 11 pictures, one a step"));
  CHECK(std::filesystem::exists(folder.path() / "steps" / "011.svg"));
  CHECK(xml_fault(contents_of(folder.path() / "g.svg")).empty());
  CHECK(xml_fault(contents_of(folder.path() / "steps" / "001.svg")).empty());
}

TEST_CASE("explain shows each route; check finds what is planted") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "autograd explain --example chain --wrt a");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("∂L/∂a: 2 routes") && Contains("−6 · 1 · (−2) = 12") && Contains("sum       6") &&
                        Contains("gradient  6  the same"));
  const Outcome broken = skew_in(folder, "autograd check --example conv --break relu");
  CHECK(broken.code == 1);
  CHECK_THAT(broken.out, Contains("the way back of relu, x at #4  WRONG at element 15"));
  CHECK(skew_in(folder, "autograd check --example conv").code == 0);
}

TEST_CASE("usage that makes no sense is refused with a next step") {
  const ScratchFolder folder;
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"autograd run", "no program is named; give a FILE, -e TEXT or --example NAME"},
      {"autograd run -e a=1 --example chain", "more than one program is named"},
      {"autograd run -e a=1 -e b=2", "-e is given more than once; give it once; see `skew autograd run --help`"},
      {"autograd run -e a=1 --let", "--let: its value is missing: --let NAME=VALUE; see"},
      {"autograd run --example chian", "did you mean 'chain'?"},
      {"autograd run -e a=1 --let a", "--let"},
      {"autograd run -e a=1 --let a=x", "expected a number, got 'x'"},
      {"autograd run -e a=1 --device gpu", "unknown device 'gpu'"},
      {"autograd graph -e a=1", "-o is missing"},
      {"autograd graph -e a=1 -o g.gif", "expected a name that ends with .svg, .png, .pdf, .html or .dot"},
      {"autograd explain --example chain", "autograd explain: --wrt is missing"},
      {"autograd explain --example chain --wrt z", "unknown name 'z'"},
      {"autograd check --example chain --break add_relux",
       "--break: unknown op 'add_relux'; did you mean 'add_relu'? This program has mul, add, pow"},
      {"autograd check --example chain --break relu",
       "--break: the program has no 'relu'; this program has mul, add, pow"},
      {"autograd check --example chain --break", "--break: which op? This program has mul, add, pow"},
      {"autograd lesson 11", "there is no lesson 11; the book has 1 to 10"},
      {"autograd lesson 0", "expected"},
      {"autograd lesson 1 -o lesson.txt", "-o lesson.txt: expected a name that ends with .html or .md"},
      {"autograd quiz --lesson 11", "there is no lesson 11"},
      {"autograd quiz --sheet out.txt", "--sheet out.txt: expected a name that ends with .md"},
      {"autograd quiz --count 0", "expected"},
      {"autograd rnu", "did you mean 'autograd run'?"}};
  for (const auto& [words, message] : cases) {
    INFO(words);
    const Outcome o = skew_in(folder, words);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains(message));
  }
  CHECK(skew_in(folder, "autograd run nothing.py").code == 1);
}

TEST_CASE("lessons are listed, shown without colour in a pipe, and written for paper") {
  const ScratchFolder folder;
  const Outcome list = skew_in(folder, "autograd lesson");
  CHECK(list.code == 0);
  CHECK_THAT(list.out, Contains(" 1  A number that remembers") && Contains("10  RAL: why losses are fused"));
  const Outcome third = skew_in(folder, "autograd lesson 3");
  CHECK(third.code == 0);
  CHECK_THAT(third.out, Contains("3. Why gradients add up") && Contains("a.grad = 6") && Contains("quiz --lesson 3"));
  CHECK(third.out.find('\x1b') == std::string::npos);
  CHECK_THAT(skew_in(folder, "autograd lesson -o book.html").out, Contains("book.html: 10 lessons"));
  CHECK_THAT(contents_of(folder.path() / "book.html"), Contains("<section id=\"lesson10\">"));
  CHECK_THAT(skew_in(folder, "autograd lesson 2 -o two.md").out, Contains("two.md: 1 lesson,"));
  CHECK_THAT(contents_of(folder.path() / "two.md"), Contains("# 2. The chain rule as a walk"));
}

TEST_CASE("quiz asks, marks, shows; the same seed asks the same") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "autograd quiz --seed 3 --lesson 1 --count 2 < /dev/null");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("1. (lesson 1) What is the value of L?") &&
                        Contains("0 of 2 right\nthe same again: `skew autograd quiz --seed 3 --lesson 1 --count 2`"));
  std::ofstream(folder.path() / "answers") << "a\n\n1e9\n?\n?\n";
  const Outcome shown = skew_in(folder, "autograd quiz --seed 3 --lesson 1 --count 2 < answers");
  CHECK_THAT(shown.out, Contains("'a' is no number") && Contains("not this\ntry again, or ? shows it") &&
                            Contains("answer: L = ") && Contains("2. (lesson 1)"));
  const size_t at = shown.out.find("answer: L = ") + std::string("answer: L = ").size();
  std::ofstream(folder.path() / "right") << shown.out.substr(at, shown.out.find('\n', at) - at) << '\n';
  CHECK_THAT(skew_in(folder, "autograd quiz --seed 3 --lesson 1 --count 2 < right").out,
             Contains("right. d = a·b = ") && Contains("1 of 2 right\nthe same again"));
  std::ofstream(folder.path() / "late") << "1e9\n" << contents_of(folder.path() / "right");
  CHECK_THAT(skew_in(folder, "autograd quiz --seed 3 --lesson 1 --count 2 < late").out,
             Contains("1 of 2 right, 0 of them at the first try\nthe same again"));
}

TEST_CASE("quiz writes a worksheet and its key, and says both aloud") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "autograd quiz --seed 7 --count 12 --sheet out.md");
  CHECK(o.code == 0);
  CHECK(o.out == "out.md: 12 exercises\nout-key.md: their key\n");
  CHECK_THAT(contents_of(folder.path() / "out.md"), Contains("seed 7") && Contains("\n## Exercise 12 (lesson 2)"));
  CHECK_THAT(contents_of(folder.path() / "out-key.md"), Contains("\n## Exercise 12 (lesson 2)"));
  const std::string before = contents_of(folder.path() / "out.md");
  CHECK(skew_in(folder, "autograd quiz --seed 7 --count 12 --sheet out.md").code == 0);
  CHECK(contents_of(folder.path() / "out.md") == before);
}

TEST_CASE("skew alone names the command, and info says an op's way back") {
  const ScratchFolder folder;
  CHECK_THAT(skew_in(folder, "").out,
             Contains("skew autograd run") && Contains("skew autograd lesson") && Contains("skew autograd quiz"));
  CHECK_THAT(skew_in(folder, "info mul").out, Contains("back     a += b·g\n         b += a·g\n"));
}
