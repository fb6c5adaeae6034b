// Exercises: the right answer is right, and nothing else; the same seed asks the same; how answers may be written; what
// is said to a wrong one; worksheets by what must hold of any.
#include "apps/explorer/lessons/exercise.h"

#include <cmath>
#include <regex>
#include <set>
#include <sstream>

#include "apps/explorer/lessons/book.h"
#include "core/error.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;
using Catch::Matchers::Contains;

namespace {

constexpr uint64_t seeds = 25;

// What a learner's wrong rule could be, made of a right one.
std::vector<std::string> wrong_rules(const std::string& solution) {
  std::vector<std::string> out = {"g*0", "g + 1", "(" + solution + ")*0.5"};
  if (solution.find(", ") != std::string::npos && solution.find('(') == std::string::npos) {
    const size_t comma = solution.find(", ");
    const std::string first = solution.substr(0, comma), second = solution.substr(comma + 2);
    out = {"-1*(" + first + "), " + second, first + ", -1*(" + second + ")", first + "*1.001, " + second};
  }
  return out;
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

Exercise first_of(int lesson, Exercise::Kind kind) {
  for (int number = 0; number < exercise_kinds(lesson); ++number)
    if (Exercise e = make_exercise(lesson, 3, number); e.kind == kind) return e;
  FAIL("lesson " << lesson << " has no exercise of this kind");
  return {};
}

}  // namespace

TEST_CASE("every exercise has one right answer; others are refused") {
  size_t made[3] = {}, refused_count = 0;
  for (int lesson = 1; lesson <= int(lessons().size()); ++lesson) {
    CHECK(exercise_kinds(lesson) >= 3);
    for (int number = 0; number < exercise_kinds(lesson); ++number)
      for (uint64_t seed = 0; seed < seeds; ++seed) {
        const Exercise e = make_exercise(lesson, seed, number);
        INFO("lesson " << lesson << ", exercise " << number << ", seed " << seed << '\n' << exercise_text(e));
        ++made[int(e.kind)];
        CHECK_FALSE(e.why.empty());
        const Mark right = mark(e, e.solution);
        INFO(right.words);
        CHECK(right.right);
        std::vector<std::string> wrong;
        if (e.kind == Exercise::Kind::guess) {
          CHECK(std::isfinite(e.answer));
          for (const double off : {-2.0, 2.0}) wrong.push_back(shortest(e.answer + off * e.tolerance));
          if (e.answer != 0) wrong.push_back(shortest(-e.answer));
          CHECK(e.tolerance == std::max(0.005, 0.005 * std::abs(e.answer)));  // as near_enough says
        }
        if (e.kind == Exercise::Kind::rule) wrong = wrong_rules(e.solution);
        if (e.kind == Exercise::Kind::broken)
          for (const std::string& option : e.options)
            if (option != e.op) wrong.push_back(option);
        CHECK_FALSE(wrong.empty());
        for (const std::string& answer : wrong) {
          INFO(answer);
          const Mark m = mark(e, answer);
          CHECK_FALSE(m.right);
          CHECK_FALSE(m.words.empty());
          ++refused_count;
        }
      }
  }
  std::printf("exercises: %zu numbers, %zu rules, %zu broken ops; %zu wrong answers refused\n", made[0], made[1],
              made[2], refused_count);
}

TEST_CASE("of the ops of a broken program exactly one is broken, and differences name it") {
  for (int lesson = 1; lesson <= int(lessons().size()); ++lesson)
    for (int number = 0; number < exercise_kinds(lesson); ++number)
      for (uint64_t seed = 0; seed < seeds; ++seed) {
        const Exercise e = make_exercise(lesson, seed, number);
        if (e.kind != Exercise::Kind::broken) continue;
        INFO(exercise_text(e));
        Recording r = run_program(e.program, {.broken_op = e.op});
        check_rules(r, e.options);
        std::set<std::string> wrong, seen;
        for (const RuleCheck& c : r.rules) {
          seen.insert(c.op);
          if (c.at >= 0) wrong.insert(c.op);
        }
        CHECK(wrong == std::set<std::string>{e.op});
        CHECK(seen.size() == e.options.size());  // each of them is there to be chosen
        CHECK_THAT(e.shown, Contains("WRONG: the difference quotient says"));
        std::istringstream lines(e.shown);  // each rule stands there to its end
        for (std::string line; std::getline(lines, line);)
          if (line.starts_with("      ")) CHECK(line.find("…") == std::string::npos);
        CHECK_FALSE(std::regex_search(e.shown, std::regex("[1-9]\\.?[0-9]\\.?[0-9]\\.?[0-9]\\.?[0-9]")));
      }
}

TEST_CASE("the same seed asks the same, another asks something else; kinds begin again with other numbers") {
  for (int lesson = 1; lesson <= int(lessons().size()); ++lesson) {
    const int kinds = exercise_kinds(lesson);
    for (int number = 0; number < kinds; ++number) {
      CHECK(exercise_text(make_exercise(lesson, 5, number)) == exercise_text(make_exercise(lesson, 5, number)));
      std::set<std::string> different;
      for (uint64_t seed = 0; seed < 20; ++seed) different.insert(exercise_text(make_exercise(lesson, seed, number)));
      CHECK(different.size() >= 3);
      CHECK(make_exercise(lesson, 5, number).kind == make_exercise(lesson, 5, number + kinds).kind);
    }
  }
  const std::vector<ExercisePlace> turn = exercise_places(0, 12), one = exercise_places(4, 3);
  CHECK(turn[9].lesson == 10);
  CHECK(turn[10].lesson == 1);
  CHECK(turn[10].number == 1);
  CHECK(turn[3].number == 3);  // of another kind than the first
  CHECK(one[2].lesson == 4);
  CHECK(one[2].number == 2);
  CHECK_THROWS_WITH(make_exercise(11, 0, 0), Contains("lessons are 1 to 10"));
  CHECK_THROWS_WITH(make_exercise(1, 0, -1), Contains("counted from 0"));
}

TEST_CASE("a wrong number is told what it is in the program") {
  Exercise e{.kind = Exercise::Kind::guess, .program = "a = 3.0\nb = 4.0\nd = a*b\nL = d + a\nL.backward()\n"};
  const auto says = [&](const char* asked, double answer, const char* said) {
    e.asked = asked;
    e.answer = answer;
    e.tolerance = 0.01;
    return mark(e, said).words;
  };
  CHECK(says("a.grad", 5, "4") == "not this; that is one of the 2 gradients that are added up there");
  CHECK(says("a.grad", 5, "3") == "not this; that is the value of a; its gradient is asked");
  CHECK(says("a.grad", 5, "12") == "not this; that is the value of d");
  CHECK(says("b.grad", 3, "5") == "not this; that is the gradient of a");
  CHECK(says("b.grad", 3, "7") == "not this");
  CHECK(says("L", 15, "1") == "not this; that is the gradient of L; its value is asked");
  e.program = "a = 3.0\nb = 4.0\nL = a*b\nL.backward()\na.zero_grad()\nM = a*2.0\nM.backward()\n";
  CHECK(says("a.grad", 2, "6") == "not this; that counts what was forgotten in between");
}

TEST_CASE("the reason of a value is its numbers") {
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    const Exercise e = make_exercise(1, seed, 0);
    INFO(exercise_text(e) << e.why);
    CHECK_THAT(e.why, Contains("d = a·b = ") && Contains("; e = d + c = ") && Contains("; L = ") &&
                          Catch::EndsWith(" = " + e.solution));
  }
}

TEST_CASE("a number may be written as people write it") {
  Exercise e = first_of(1, Exercise::Kind::guess);
  e.answer = 12;
  e.tolerance = 0.06;
  for (const char* right : {"12", "12.0", " 12 ", "+12", "1.2e1", "24/2", "36 / 3", "12.05", "-24/-2", "12\n"}) {
    INFO(right);
    CHECK(mark(e, right).right);
  }
  for (const char* wrong : {"11", "12.1", "1/12", "0"}) CHECK(mark(e, wrong).words == "not this");
  CHECK(mark(e, "−12").words == "not this; look at its sign");
  for (const char* no : {"", "twelve", "12 apples", "1/0", "12/", "/2", "1/2/3", "++12", "0x0c", "nan", "12,0"}) {
    INFO(no);
    CHECK_FALSE(mark(e, no).right);
  }
  CHECK(mark(e, "").words == "write your answer first, a number: 12, -0.5, 1/3 or 2e-3");
  CHECK(mark(e, "12,0").words == "'12,0' is no number; with a point it is: 12.0");
  CHECK(mark(e, "twelve").words == "'twelve' is no number; write a number: 12, -0.5, 1/3 or 2e-3");
  e.answer = -1.0 / 3;
  e.tolerance = 0.005;
  for (const char* right : {"-1/3", "−1/3", "1/-3", "-0.333", "−0.3333"}) CHECK(mark(e, right).right);
}

TEST_CASE("a wrong rule is told its element; what cannot run, its place; what is no rule, what to write") {
  const Exercise relu = first_of(9, Exercise::Kind::rule);
  CHECK(mark(relu, relu.head + " " + relu.solution).right);
  CHECK(mark(relu, "return " + relu.solution).right);
  CHECK(mark(relu, "@backward\n" + relu.head + " " + relu.solution).right);
  CHECK(mark(relu, "@backward(\"relu\")\ndef mine(g, x):\n    open = x > 0\n    return where(open, g, 0)").right);
  CHECK_THAT(mark(relu, "g").words, Contains("for its input x, element "));
  CHECK_THAT(mark(relu, "where(x > 0, g, 0").words, Contains("this bracket is never closed") && Contains("^"));
  CHECK_THAT(mark(relu, "gg").words, Contains("unknown name 'gg'"));
  CHECK_THAT(mark(relu, "").words, Contains("write what stands behind `def d_relu(g, x): return`"));
  CHECK_THAT(mark(relu, "def d_exp(g, x): return g").words, Contains("this is no rule of relu"));
  CHECK_THAT(mark(relu, "def f(x): return x").words, Contains("expected") || Contains("a rule is called d_"));
  CHECK_FALSE(mark(relu, std::string(70000, '#')).right);
  const Exercise broken = first_of(3, Exercise::Kind::broken);
  CHECK_THAT(mark(broken, "relu").words, Contains("choose one of mul, add, sub, pow"));
}

TEST_CASE("a worksheet asks, its key answers, and both follow the seed") {
  for (const int lesson : {0, 1, 3, 10}) {
    const int count = 12;
    const Worksheet sheet = worksheet(7, lesson, count), same = worksheet(7, lesson, count),
                    other = worksheet(8, lesson, count);
    CHECK(sheet.questions == same.questions);
    CHECK(sheet.key == same.key);
    CHECK(sheet.questions != other.questions);
    CHECK(count_of(sheet.questions, "\n## ") == size_t(count));
    CHECK(count_of(sheet.key, "\n## ") == size_t(count));
    CHECK(count_of(sheet.questions, "```") % 2 == 0);
    CHECK_THAT(sheet.questions, Contains("seed 7") && Contains("Name: ") && Contains("\n## Exercise 12"));
    CHECK(sheet.questions.find(lessons()[2].title) == std::string::npos);
    size_t at = 0, key_at = 0;
    for (const ExercisePlace& place : exercise_places(lesson, count)) {
      const Exercise e = make_exercise(place.lesson, 7, place.number);
      at = sheet.questions.find(e.program, at);
      REQUIRE(at != std::string::npos);
      const std::string own = sheet.questions.substr(at, sheet.questions.find("\n## ", at) - at);
      CHECK(own.find(e.why) == std::string::npos);  // nothing of the key
      if (e.kind == Exercise::Kind::rule) CHECK(own.find("return " + e.solution) == std::string::npos);
      key_at = sheet.key.find(e.solution, key_at);
      REQUIRE(key_at != std::string::npos);
      CHECK(sheet.key.find(e.why, key_at) != std::string::npos);
    }
  }
}

TEST_CASE("what is revealed holds the solution and where it comes from") {
  for (int lesson = 1; lesson <= int(lessons().size()); ++lesson)
    for (int number = 0; number < exercise_kinds(lesson); ++number) {
      const Exercise e = make_exercise(lesson, 1, number);
      INFO(revealed(e));
      CHECK_THAT(revealed(e), Contains(e.solution) && Contains(e.why));
      if (e.kind != Exercise::Kind::broken) CHECK_THAT(revealed(e), Contains("way back"));
    }
}
