// Fifty programs with a mistake: what is said, and where the caret stands. And programs that would never end, exhaust
// memory or the stack, which are refused with a clear word.
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

struct Mistake {
  const char* program;
  int line, column;
  const char* words;  // that the message holds
};

// Shapes and numbers in the engine's own words; the rest in the language's.
const std::vector<Mistake>& mistakes() {
  static const std::vector<Mistake> all = {
      // ---- words and signs
      {"a = 3.0 $ 2", 1, 9, "'$' means nothing here"},
      {"a = 3.0\nb = a +", 2, 8, "expected a value, found the end of the line"},
      {"a = (3.0", 1, 5, "this bracket is never closed"},
      {"a = 3.0)", 1, 8, "')' closes nothing"},
      {"a = [1, 2)", 1, 10, "')' closes a '['; expected ']'"},
      {"a = 'x", 1, 5, "this text is never closed"},
      {"a = 1.2.3", 1, 8, "expected the end of the line or ';', found '0.3'"},
      {"a = 12ab", 1, 5, "'12a' is no number"},
      {"a = 3.0 b = 2.0", 1, 9, "expected the end of the line or ';', found 'b'"},
      {"3.0 = a", 1, 1, "only a name, or a tensor's .data or .grad, can be assigned to"},
      {"a = b = 1.0", 1, 7, "assign to one name a statement"},
      {"a =", 1, 4, "expected a value, found the end of the line"},
      {"  a = 1.0", 1, 3, "this line is indented, but belongs to no block"},
      {"for i in range(3):\na = 1.0", 2, 1, "expected an indented line: what the loop does"},
      {"for i in range(2):\n    a = 1.0\n  b = 2.0", 3, 3, "this line is indented like none of the blocks above it"},
      {"f(1, 2", 1, 2, "this bracket is never closed"},
      {"a = relu(1.0 2.0)", 1, 14, "expected ',' or ')', found '2.0'"},
      // ---- Python that is not here
      {"while True:\n  a = 1.0", 1, 1, "loops are `for NAME in range(n):` here, so that each one ends"},
      {"if a > 1:\n  b = 2.0", 1, 1, "choose between tensors with where(condition, a, b)"},
      {"a = 1.0 if b else 2.0", 1, 9, "choose between tensors with where(condition, a, b)"},
      {"class Net:\n  pass", 1, 1, "there are no classes: write functions with `def`"},
      {"f = lambda x: x", 1, 5, "write a function with `def`"},
      {"a = [i for i in range(3)]", 1, 8, "write a `for` loop of its own"},
      {"a = 1.0\nb = a and a", 2, 7, "there is no `and` and no `or`"},
      {"def f(x):\n  for i in range(3):\n    x = x*2\n  return x", 2, 3, "a function's body is straight"},
      {"def f(x, k=2):\n  return x", 1, 11, "parameters have no defaults here"},
      {"@property\ndef f(x): return x", 1, 2, "the only decorator is @backward"},
      // ---- names
      {"a = 1.0\nb = rleu(a)", 2, 5, "unknown name 'rleu'; did you mean 'relu'?"},
      {"a = 1.0\nb = a.tnah()", 2, 7, "a tensor has no .tnah; did you mean 'tanh'?"},
      {"alpha = 1.0\nb = aplha * 2", 2, 5, "unknown name 'aplha'; did you mean 'alpha'?"},
      {"b = torch.optimm(1.0)", 1, 11, "unknown name 'torch.optimm'"},
      {"a = 1.0\na.relu", 2, 1, "names a function and does not call it"},
      {"a = 1.0\na(2)", 2, 1, "only functions can be called; this is a tensor"},
      {"return 3", 1, 1, "'return' stands in no function"},
      // ---- arguments
      {"x = randn(1, 1, 4, 4)\ny = conv2d(x, x, strid=2)", 2, 5,
       "conv2d: unknown argument 'strid'; did you mean 'stride'?"},
      {"a = 1.0\nb = relu(a, 1, 2, 3)", 2, 5, "relu: too many arguments; it takes x"},
      {"a = 1.0\nb = add(a, a, a=a)", 2, 5, "add: a is given twice"},
      {"a = 1.0\nb = add(a, 'x')", 2, 5, "add: expected a tensor for b, got a text"},
      {"a = 1.0\nb = mul(a)", 2, 5, "mul: expected an input named 'b'"},
      {"x = randn(2.5)", 1, 5, "randn: expected whole lengths ≥ 0, got 2.5"},
      {"a = [[1, 2], [3]]", 1, 1, "list: expected rows of one length, got 2 and 1"},
      {"def f(x): return x\na = f(1.0, 2.0)", 2, 5, "f takes 1 arguments, got 2"},
      {"L = ral([[1.0]], [[1]], gamma_neg=-1)", 1, 5, "gamma_neg"},
      // ---- shapes and types, in the engine's words
      {"a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b", 3, 7,
       "add: expected shapes that broadcast, got [2, 3] and [4]"},
      {"a = param(zeros(2, 3))\nc = a @ a", 2, 7, "matmul: "},
      {"x = zeros(1, 3, 4, 4)\nw = param(zeros(2, 4, 3, 3))\ny = conv2d(x, w)", 3, 5,
       "conv2d: expected weights for 3 input channels a group"},
      {"x = param(zeros(2, 3))\ny = x.reshape(4, 2)", 2, 7, "reshape: expected 6 elements"},
      {"x = zeros(3)\ny = x[5]", 2, 7, "index 5 is outside axis 0 of [3]"},
      // ---- gradients
      {"a = param([1.0, 2.0])\na.backward()", 2, 3,
       "backward: expected a scalar, got [2]; reduce it first, or pass its gradient"},
      {"a = tensor(1.0)\nb = a*2\nb.backward()", 3, 3, "was not computed from anything that requires a gradient"},
      {"a = 1.0\na.grad = 5", 2, 3, "a gradient can be forgotten (None or 0), and comes from backward() alone"},
      {"a = 1.0\nb = a.grad * 2", 2, 12, "there is no gradient yet; call backward() first"},
  };
  return all;
}

}  // namespace

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
  CHECK(refused("x = zeros(512, 512)\nfor i in range(1000): x = x + 1").find("all values of the program") !=
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
