// Fifty programs with a mistake: what is said, and where the caret stands. And programs that would never end, exhaust
// memory or the stack, which are refused with a clear word.
#include "tests/apps/explorer/mistakes.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

TEST_CASE("fifty mistakes: the words, the line, the column, the caret") {
  CHECK(mistakes().size() >= 50);
  for (const Mistake& m : mistakes()) {
    INFO(m.program);
    const Recording r = run_program(m.program);
    INFO(r.problem.message);
    CHECK(r.failed);
    CHECK(r.problem.message.find(m.words) != std::string::npos);
    CHECK(r.problem.place.line == m.line);
    CHECK(r.problem.place.column == m.column);
    const std::string caret = "\n  " + std::string(size_t(m.column - 1), ' ') + "^";
    CHECK(r.problem.message.ends_with(caret));
  }
}

TEST_CASE("the caret stands below the character, whatever the alphabet") {
  CHECK(refused("größe = 3.0\nb = größe + größ").find("\n  b = größe + größ\n              ^") != std::string::npos);
}

TEST_CASE("of a long line the part around the caret is shown, and bytes that are no text do not reach the terminal") {
  const std::string long_line =
      refused("a = 1.0\nb = " + std::string(300, ' ') + "rleu(a)" + std::string(300, ' ') + "+ a");
  CHECK(long_line.size() < 400);
  CHECK(long_line.find("\n  …") != std::string::npos);
  const size_t caret = long_line.rfind('^') - long_line.rfind('\n'),
               name = long_line.find("rleu(a)") - long_line.find("\n  …");
  CHECK(caret == name - 2);  // … is three bytes and one column
  const std::string bytes = refused("a = \xff\x1b[31m\x07 + 1");
  CHECK(bytes.find('\x1b') == std::string::npos);
  CHECK(bytes.find('\xff') == std::string::npos);
}

TEST_CASE("a shape error keeps the graph so far, and what the failed op was given") {
  const Recording r = run_program("a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a * 2\nd = c + b");
  REQUIRE(r.failed);
  CHECK(r.nodes.size() == 3);
  CHECK(r.problem.op == "add");
  CHECK(r.problem.inputs == std::vector<int>{2, 1});
}

TEST_CASE("no program runs for ever, exhausts memory or the stack") {
  const auto many = [](int n, const std::string& part) {
    std::string out;
    for (int i = 0; i < n; ++i) out += part;
    return out;
  };
  CHECK(refused("a = 1.0\nfor i in range(1000000000): a = a*1").find("range: expected at most") != std::string::npos);
  CHECK(refused("a = 1.0\nfor i in range(100000): a = a*1").find("makes more than 20000 nodes; shorten its loops") !=
        std::string::npos);
  CHECK(refused("for i in range(100000):\n  for j in range(100000):\n    pass")
            .find("executes more than 200000 statements") != std::string::npos);
  CHECK(refused("def f(x): return f(x)\na = f(1.0)").find("a function cannot call itself here") != std::string::npos);
  CHECK(refused("a = zeros(100000, 100000)").find("zeros: more than 262144 elements") != std::string::npos);
  CHECK(refused("a = expand(zeros(1), shape=[100000, 100000])").find("more than 262144 elements") != std::string::npos);
  CHECK(refused("a = pad(zeros(2), pads=[1e12, 1e12])").find("is out of reach here") != std::string::npos);
  CHECK(
      refused("x = zeros(512, 512)\nfor i in range(1000): x = x + 1").find("all values and gradients of the program") !=
      std::string::npos);
  CHECK(refused("a = []\nfor i in range(100): a = [a, a]").find("lists within each other") != std::string::npos);
  CHECK(refused("a = " + many(500, "(") + "1.0" + many(500, ")")).find("more than a hundred deep") !=
        std::string::npos);
  CHECK(refused("a = " + many(5000, "-") + "1.0").find("nested too deeply") != std::string::npos);
  CHECK(refused("a = 1.0\nb = a" + many(5000, "+a")).find("too long") != std::string::npos);
  CHECK(refused("a = 1.0\nb = a" + many(5000, ".T")).find("too long") != std::string::npos);
  CHECK(refused("a = 1.0\nb = a" + many(500, "**a")).find("nested too deeply") != std::string::npos);
  CHECK(refused(many(70000, "#")).find("longer than 65536 bytes") != std::string::npos);
  CHECK(refused("s = 'x'\nfor i in range(100): s = s + s").find("this text is too long") != std::string::npos);
  std::string blocks;
  for (int i = 0; i < 150; ++i) blocks += std::string(size_t(i), ' ') + "with scope('a'):\n";
  CHECK(refused(blocks + std::string(150, ' ') + "pass").find("deep") != std::string::npos);
}

TEST_CASE("bytes of any kind are a program with a mistake, not a crash") {
  uint64_t state = 1;
  for (int i = 0; i < 3000; ++i) {
    std::string program;
    for (int k = 0; k < 40; ++k) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const char* parts[] = {"a",    "=",      "1.0",   "(", ")",        "[",    "]",  "\n",      " ",       "for ",
                             "def ", "f'{a}'", "\xff",  "é", ".",        "grad", "**", "-",       ":",       ",",
                             "in ",  "range",  "with ", "@", "backward", "'",    "\t", "return ", "import ", "relu"};
      program += parts[(state >> 33) % std::size(parts)];
    }
    const Recording r = run_program(program);
    if (r.failed) CHECK_FALSE(r.problem.message.empty());
  }
}
