// The chain rule taken apart: on 500 generated programs the sum over routes is the gradient, and routes are counted
// exactly; learners' rules are judged element by element.
#include "apps/explorer/routes.h"

#include <functional>

#include "apps/explorer/views.h"
#include "core/error.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

// Routes by walking each of them.
int64_t walked(const Recording& r, int from, int to) {
  if (from == to) return 1;
  int64_t count = 0;
  const RecordedNode& node = r.nodes[size_t(from)];
  if (!node.graph) return 0;
  for (const RecordedInput& in : node.inputs)
    if (in.node >= 0 && r.nodes[size_t(in.node)].wants_grad) count += walked(r, in.node, to);
  return count;
}

}  // namespace

TEST_CASE("500 generated programs: the sum over routes is the gradient, routes are counted exactly, checks agree") {
  size_t explained = 0, routes = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const std::string program = generated(seed);
    INFO(program);
    Recording r = ran(program);
    check_leaves(r);
    for (const LeafCheck& c : r.check) {
      INFO(r.nodes[size_t(c.node)].label() << '[' << c.at << "] " << c.gradient << " " << c.difference);
      CHECK(c.ok);
    }
    for (const char* leaf : {"p0", "p1", "p2"}) {
      const Explanation e = explain(r, leaf);
      REQUIRE(e.gradient.defined());
      CHECK(e.error <= 1e-12);
      CHECK(e.routes.str() == std::to_string(walked(r, e.result, e.with_respect_to)));
      ++explained;
      routes += size_t(e.routes.about());
    }
  }
  std::printf("explain: 500 programs, %zu explanations, %zu routes\n", explained, routes);
}

TEST_CASE("routes are counted exactly when there are too many to walk, and the heaviest are found") {
  const Recording r = ran("x = 1.01\na = x\nfor i in range(200):\n    a = a + a * 0.001\na.backward()");
  const Explanation e = explain(r, "x");
  CHECK(e.routes.str() == "1606938044258990275541962092341162602522202993782792835301376");  // 2^200
  CHECK_FALSE(e.all_walked);
  CHECK(e.shown_exact);
  CHECK(e.heaviest.size() == 20);
  CHECK(e.error <= 1e-12);
  CHECK(e.heaviest[0].product.item() == Approx(1));      // along all sums
  CHECK(e.heaviest[1].product.item() == Approx(0.001));  // one product
  CHECK(explanation_text(r, e).find("these are the 20 heaviest; the sum is over all 1606938") != std::string::npos);
}

TEST_CASE("the heaviest twenty by pools are those of all routes walked") {
  const Recording r = ran("x = 0.7\na = x\nfor i in range(9):\n    a = tanh(a) * 1.5 + a * a * 0.3\na.backward()");
  const Explanation e = explain(r, "x");  // 3^9 routes: 19683, too many to walk
  CHECK(e.routes.str() == "19683");
  CHECK(e.error <= 1e-12);
  std::vector<double> all;
  const std::function<void(int, double)> walk = [&](int id, double product) {
    const RecordedNode& node = r.nodes[size_t(id)];
    if (id == 0) return all.push_back(std::abs(product));
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i].node < 0 || !node.graph) continue;
      double slope = 1;
      if (node.op == "tanh") slope = 1 - node.value.item() * node.value.item();
      if (node.op == "mul") {
        const RecordedInput& other = node.inputs[1 - i];
        slope = other.node < 0 ? other.number.item() : r.nodes[size_t(other.node)].value.item();
      }
      walk(node.inputs[i].node, product * slope);
    }
  };
  walk(r.result(), 1);
  std::sort(all.rbegin(), all.rend());
  CHECK(all.size() == 19683);
  for (size_t i = 0; i < 20; ++i) CHECK(e.heaviest[i].weight == Approx(all[i]).epsilon(1e-12));
}

TEST_CASE("explain says what it cannot explain") {
  CHECK(explain(ran("a = 1.0"), "a").routes.str() == "1");  // of itself
  const Recording r = ran("a = 1.0\nb = 2.0\nL = a*2\nL.backward()");
  CHECK_THROWS_WITH(explain(r, "b"), Catch::Contains("no route leads from L back to b"));
  CHECK_THROWS_WITH(explain(r, "c"), Catch::Contains("unknown name 'c'"));
}

TEST_CASE("right rules of a learner pass, twenty wrong ones are named with their element") {
  const std::string setup = "a = param([[0.5, -1.5], [2.0, 0.25]])\nb = param([[1.5, 0.75], [-0.5, 2.0]])\n";
  struct Rule {
    const char *rule, *expression, *input;
    int element;  // the first wrong one; −1: right
  };
  const std::vector<Rule> rules = {
      {"def d_mul(g, a, b): return g*b, g*a", "a*b", "a", -1},
      {"def d_tanh(g, y): return g*(1 - y**2)", "tanh(a)", "x", -1},
      {"def d_relu(g, x): return where(x > 0, g, 0)", "relu(a)", "x", -1},
      {"def d_matmul(g, a, b): return g @ b.T, a.T @ g", "a @ b", "a", -1},
      {"def d_div(g, a, b): return g/b, -g*a/b**2", "a/b", "b", -1},
      {"def d_sigmoid(g, x, y): return g*y*(1 - y)", "sigmoid(a)", "x", -1},
      // ---- wrong ones
      {"def d_mul(g, a, b): return g*a, g*b", "a*b", "a", 0},
      {"def d_mul(g, a, b): return g*b, -g*a", "a*b", "b", 0},
      {"def d_mul(g, a, b): return g, g*a", "a*b", "a", 0},
      {"def d_mul(g, a, b): return b, a", "(a*b)*2", "a", 0},
      {"def d_add(g, a, b): return g, -g", "a + b", "b", 0},
      {"def d_sub(g, a, b): return g, g", "a - b", "b", 0},
      {"def d_div(g, a, b): return g/b, g*a/b**2", "a/b", "b", 0},
      {"def d_div(g, a, b): return g/b, -g*a/b", "a/b", "b", 0},
      {"def d_div(g, a, b): return g*b, -g*a/b**2", "a/b", "a", 0},
      {"def d_tanh(g, y): return g*(1 - y)", "tanh(a)", "x", 0},
      {"def d_tanh(g, x): return g*(1 - x**2)", "tanh(a)", "x", 0},
      {"def d_tanh(g, y): return 1 - y**2", "tanh(a)*3", "x", 0},
      {"def d_sigmoid(g, y): return g*y", "sigmoid(a)", "x", 0},
      {"def d_relu(g, x): return g", "relu(a)", "x", 1},  // −1.5 is the second element
      {"def d_relu(g, x): return where(x < 0, g, 0)", "relu(a)", "x", 0},
      {"def d_relu(g, x): return where(x > 1, g, 0)", "relu(a)", "x", 0},    // 0.5 lies between
      {"def d_relu(g, x): return where(x > 0.3, g, 0)", "relu(a)", "x", 3},  // 0.25 alone
      {"def d_exp(g, x): return g*x", "exp(a)", "x", 0},
      {"def d_log(g, x): return g*x", "log(a**2 + 1)", "x", 0},
      {"def d_sqrt(g, y): return g/y", "sqrt(a**2)", "x", 0},
      {"def d_matmul(g, a, b): return g @ b, a.T @ g", "a @ b", "a", 0},
      {"def d_square(g, x): return g*x", "square(a)", "x", 0},
      {"def d_maximum(g, a, b): return g, g", "maximum(a, b)", "a", 0},
  };
  size_t wrong = 0;
  for (const Rule& rule : rules) {
    const std::string program =
        setup + "@backward\n" + rule.rule + "\nL = sum((" + rule.expression + ") * [[1, 2], [3, 4]])\nL.backward()\n";
    INFO(program);
    Recording r = ran(program);
    check_rules(r, r.own_rules);
    bool judged = false;
    for (const RuleCheck& c : r.rules) {
      if (c.input != rule.input) continue;
      judged = true;
      INFO("element " << c.at << ": " << c.rule << ", " << c.difference);
      CHECK(c.at == rule.element);
      CHECK(c.words.empty());
    }
    CHECK(judged);
    wrong += rule.element >= 0;
    CHECK(all_ok(r) == (rule.element < 0));
  }
  CHECK(wrong >= 20);
}

TEST_CASE("a rule of one's own is told from the engine's") {
  const Recording r = ran("a = 2.0\n@backward\ndef d_square(g, x): return 3*x*g\nL = square(a)\nL.backward()");
  CHECK(grad_of(r, "a") == 6);  // not 4
  CHECK(table_text(r).find("+= 6  from #1 square: your rule = 6") != std::string::npos);
}

TEST_CASE("rules that cannot be used say why") {
  const std::string setup = "a = param([1.0, 2.0])\n@backward\n";
  CHECK(refused(setup + "def d_foo(g): return g").find("a rule for an unknown op 'foo'") != std::string::npos);
  CHECK(refused(setup + "def mul(g, a, b): return g").find("a rule is called d_ and the name of its op") !=
        std::string::npos);
  CHECK(refused(setup + "def d_exp(g, x): return g.sum().reshape(1, 1)*zeros(3)\nL = sum(exp(a))\nL.backward()")
            .find("the rule of exp: expected a gradient of x of shape [2]") != std::string::npos);
  CHECK(refused(setup + "def d_mul(g, a, b): return g*b\nL = sum(a*a)\nL.backward()")
            .find("returns no gradient of a; return one for each input, with a comma between") != std::string::npos);
  CHECK(refused(setup + "def d_mul(g, a, b): return g*b, g*a, g\nL = sum(a*a)\nL.backward()")
            .find("mul has 2 inputs; its rule returns 3 gradients") != std::string::npos);
}
