// Programs as people paste them: what they compute, and what the language makes of each form.
#include "apps/explorer/examples.h"
#include "apps/explorer/routes.h"
#include "apps/explorer/views.h"
#include "apps/formats/utf8.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

TEST_CASE("micrograd's example gives its authors' three numbers") {
  const Recording r = ran(example_named("micrograd").program);
  CHECK(printed(r) == "24.7041\n138.8338\n645.5773\n");
  CHECK(grad_of(r, "a") == Approx(138.83381924198252).epsilon(1e-14));
  CHECK(grad_of(r, "b") == Approx(645.5772594752186).epsilon(1e-14));
}

TEST_CASE("the table of two uses of a leaf: values, contributions, their order") {
  Recording r = ran("c=a*b; d=c+a; L=d**2; L.backward()", {.let = {{"a", 3}, {"b", -2}}});
  check_leaves(r);
  CHECK(table_text(r) ==
        "#  op              in   out  value  saved  way back            grad\n"
        "0  leaf                 a        3                                6\n"
        "      += −6  from #3 add: −6\n"
        "      += 12  from #2 mul: b·g = −2·(−6) = 12\n"
        "1  leaf                 b       −2                              −18\n"
        "      += −18  from #2 mul: a·g = 3·(−6) = −18\n"
        "2  mul             a b  c       −6  a,b    a += b·g, b += a·g    −6\n"
        "      += −6  from #3 add: −6\n"
        "3  add             c a  d       −3         c += g, a += g        −6\n"
        "      += −6  from #4 pow: 2·d·g = 2·(−3)·1 = −6\n"
        "4  pow exponent=2  d    L        9  d      d += 2·d·g             1\n"
        "      += 1  seed: the gradient of the result itself\n"
        "check (central difference, h=1e-4)\n"
        "  a  6  ok, relative error " +
            pretty(r.check[0].worst, 2) +
            "\n"
            "  b  −18  ok, relative error " +
            pretty(r.check[1].worst, 2) + "\n");
}

TEST_CASE("a rule stands in the names of the program: nodes without a name, numbers, results") {
  const Recording r = ran("b = 2.0\na = 3.0\nL = 1 - sigmoid(b*a)*2.0\nL.backward()");
  const std::string table = table_text(r);
  for (const char* const words : {"b += a·g, a += b·g", "#2 += #3·(1 − #3)·g", "#3 += 2·g", "#4 += −g"}) {
    INFO(words << '\n' << table);
    CHECK(table.find(words) != std::string::npos);
  }
  CHECK(explanation_text(r, explain(r, "a")).find("#2 mul: a += b·g") != std::string::npos);
}

TEST_CASE("what the table writes can be typed: · × − ² ³ ᵀ") {
  const Recording r = ran("x = param([[1.0, 2.0], [3.0, 4.0]])\nL = (2·x² × xᵀ − x³).sum()\nL.backward()");
  const Recording python = ran("x = param([[1.0, 2.0], [3.0, 4.0]])\nL = (2*x**2 * x.T - x**3).sum()\nL.backward()");
  CHECK(grad_of(r, "L") == 1);
  CHECK(table_text(r) == table_text(python));
}

TEST_CASE("PyTorch's linear regression, pasted, descends") {
  const Recording r = ran(R"(import torch

x = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
y = torch.tensor([[3.0], [5.0], [7.0], [9.0]])
w = torch.randn(1, 1, requires_grad=True)
b = torch.tensor([0.0], requires_grad=True)
for epoch in range(200):
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.05 * w.grad
        b -= 0.05 * b.grad
        w.grad.zero_()
        b.grad.zero_()
print(w.item(), b.item())
)");
  double before = 1e300;
  int losses = 0;
  for (const RecordedNode& node : r.nodes)
    if (node.name == "loss") {
      CHECK(node.value.item() < before);
      before = node.value.item();
      ++losses;
    }
  CHECK(losses == 200);
  CHECK(before < 0.01);
}

TEST_CASE("every example runs, and every gradient of it agrees with differences") {
  for (const Example& example : examples()) {
    INFO(example.name);
    Recording r = ran(example.program);
    check_leaves(r);
    CHECK_FALSE(r.check.empty());
    CHECK(all_ok(r));
    std::string table = table_text(r);
    for (size_t end; (end = table.find('\n')) != std::string::npos; table.erase(0, end + 1)) {
      const std::string line = table.substr(0, end);
      INFO(line);
      CHECK(report::column_width(line) <= 80);
    }
  }
}

TEST_CASE("gradients add up over backward calls until zero_grad forgets them") {
  const Recording r =
      ran("a = 2.0\nL = "
          "a*a\nL.backward()\nL.backward()\nprint(a.grad)\na.zero_grad()\nprint(a.grad)\nL.backward()\nprint(a.grad)");
  CHECK(printed(r) == "8\nNone\n4\n");
  const RecordedNode& a = r.nodes[0];
  CHECK(a.contributions.size() == 6);
  CHECK(a.contributions[0].cleared);
  CHECK_FALSE(a.contributions[5].cleared);
  CHECK(r.calls.size() == 3);
}

TEST_CASE("a gradient before backward is not yet there") {
  const Recording r = ran("a = 2.0\nL = a*a");
  CHECK_FALSE(r.nodes[0].grad.defined());
  CHECK(table_text(r).find("not yet") != std::string::npos);
  CHECK(refused("a = 2.0\nb = a.grad * 2").find("there is no gradient yet; call backward() first") !=
        std::string::npos);
}

TEST_CASE("a step changes a leaf outside the graph, in all the ways that people write it") {
  for (const char* step :
       {"w -= 0.1 * w.grad", "w.data -= 0.1 * w.grad", "w.data = w.data - 0.1 * w.grad", "w.data += -0.1 * w.grad",
        "with torch.no_grad():\n    w -= 0.1 * w.grad", "with no_grad(): w -= w.grad * 0.1"}) {
    INFO(step);
    const Recording r = ran(std::string("w = 3.0\nL = w**2\nL.backward()\n") + step + "\nprint(w.data, w.grad)");
    CHECK(printed(r) == "2.4 6\n");
    const RecordedNode& after = r.nodes[size_t(r.find("w"))];
    CHECK(after.label() == "w₂");
    CHECK(after.kind == RecordedNode::Kind::leaf);
  }
}

TEST_CASE("+= is a new value of the name, unless it is a step") {
  const Recording r = ran("a = 2.0\nc = a * 3\nc += c + 1\nc.backward()");
  CHECK(value_of(r, "c") == 13);
  CHECK(grad_of(r, "a") == 6);
  CHECK(r.nodes[size_t(r.find("c"))].label() == "c₂");
}

TEST_CASE("expressions bind as in Python") {
  const std::vector<std::pair<const char*, double>> cases = {{"-a**2", -9},
                                                             {"a**-1*3", 1},
                                                             {"2**3**0*a", 6},
                                                             {"(a + 1)*2", 8},
                                                             {"a - 1 - 1", 1},
                                                             {"a/2*2", 3},
                                                             {"-a*-2", 6},
                                                             {"+a", 3},
                                                             {"2*a**2/a", 6},
                                                             {"1e1*a", 30},
                                                             {".5*a", 1.5},
                                                             {"1_000*a", 3000},
                                                             {"a*(7//2)", 9},
                                                             {"a*(7%4)", 9},
                                                             {"abs(-a)", 3},
                                                             {"a.pow(2)", 9},
                                                             {"pow(a, 2)", 9},
                                                             {"a.exp().log()", 3},
                                                             {"max(a, axis=None)", 3},
                                                             {"a*math.pi/math.pi", 3},
                                                             {"where(a > 2, a, 0*a)", 3},
                                                             {"where(a < 2, a, 2*a)", 6},
                                                             {"torch.relu(a)", 3},
                                                             {"F.relu(-a)", 0},
                                                             {"2.0 ** a", 8},
                                                             {"stack([a, a])[1]", 3},
                                                             {"len([1, 2])*a", 6},
                                                             {"sum([a, a, 1])", 7},
                                                             {"float(2)*a", 6}};
  for (const auto& [source, expected] : cases) {
    INFO(source);
    const Recording r = ran(std::string("a = 3.0\nL = ") + source);
    CHECK(value_of(r, "L") == Approx(expected).epsilon(1e-14));
  }
}

TEST_CASE("slices, indices and shapes as in NumPy") {
  const std::string x = "x = param([[1, 2, 3], [4, 5, 6]])\nL = ";
  const std::vector<std::pair<const char*, double>> cases = {{"x[0].sum()", 6},
                                                             {"x[-1].sum()", 15},
                                                             {"x[:, 0].sum()", 5},
                                                             {"x[:, -1].sum()", 9},
                                                             {"x[1:, :2].sum()", 9},
                                                             {"x[:, ::2].sum()", 14},
                                                             {"x[1, 2]", 6},
                                                             {"x[..., 1].sum()", 7},
                                                             {"x[None].sum()", 21},
                                                             {"x[[1, 1]].sum()", 30},
                                                             {"x.T[0].sum()", 5},
                                                             {"x.t()[2, 1]", 6},
                                                             {"x.reshape(3, 2)[2].sum()", 11},
                                                             {"x.view(-1).sum()", 21},
                                                             {"x.shape[1]*x[0, 0]", 3},
                                                             {"x.mean(dim=1)[1]", 5},
                                                             {"x.sum(0)[2]", 9},
                                                             {"x.sum(axis=[0, 1])", 21},
                                                             {"x.flatten(0)[4]", 5},
                                                             {"x.permute(1, 0)[2, 0]", 3},
                                                             {"x.transpose(0, 1)[0, 1]", 4},
                                                             {"x.size(0)*x[0, 0]", 2},
                                                             {"x.max(dim=1)[0]", 3}};
  for (const auto& [source, expected] : cases) {
    INFO(source);
    Recording r = ran(x + source + "\nL.backward()");
    CHECK(value_of(r, "L") == expected);
    check_leaves(r);
    CHECK(all_ok(r));
  }
}

TEST_CASE("functions, loops and scopes") {
  const Recording r = ran(R"(def layer(x, w):
    h = x * w
    return tanh(h)

x = 0.5
with scope("deep"):
    for i in range(3):
        x = layer(x, 2.0 * (i + 1))
x.backward()
)");
  CHECK(value_of(r, "x") == Approx(std::tanh(6 * std::tanh(4 * std::tanh(1.0)))));
  const RecordedNode& last = r.nodes[size_t(r.find("x"))];
  CHECK(last.scope == "deep.layer");
  CHECK(last.iteration == "i=2");
  CHECK(last.latest);
  CHECK_FALSE(r.nodes[2].latest);
}

TEST_CASE("--let sets leaves from outside, and says where there is none of that name") {
  CHECK(value_of(ran("a = 1.0\nL = 2*a", {.let = {{"a", 5}}}), "L") == 10);
  CHECK(value_of(ran("L = 2*a", {.let = {{"a", 5}}}), "L") == 10);
  CHECK_THROWS_WITH(run_program("alpha = 1.0\nL = 2*alpha", {.let = {{"alpa", 5}}}),
                    "--let alpa: the program uses no alpa; did you mean 'alpha'?");
}

TEST_CASE("float on the cpu records the same program") {
  Recording r = ran(example_named("conv").program, {.floats = true});
  CHECK(r.device == "cpu");
  check_leaves(r);
  CHECK(all_ok(r));
  const Recording exact = ran(example_named("conv").program);
  CHECK(value_of(r, "L") == Approx(value_of(exact, "L")).epsilon(1e-5));
}

TEST_CASE("where NaN begins is told") {
  const Recording r = ran("a = -1.0\nb = log(a)\nL = b + 1");
  REQUIRE(r.first_not_finite >= 0);
  CHECK(r.nodes[size_t(r.first_not_finite)].name == "b");
  CHECK(table_text(r).find("the first value that is not finite: #1 log (b), line 2") != std::string::npos);
}
