// Rows of Jacobians beside differences, columns beside rows, forward mode beside reverse mode.
#include "apps/explorer/jacobian.h"

#include <cmath>

#include "apps/explorer/examples.h"
#include "apps/explorer/forward_mode.h"
#include "apps/explorer/interpreter.h"
#include "apps/explorer/replay.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

// Every op taken apart here: where its slope jumps, no sample stands.
constexpr const char* taken_apart[] = {
    "x = randn(1, 2, 4, 4, seed=1); w = param(randn(3, 2, 3, 3, seed=2)); b = param(zeros(3)); y = conv2d(x, w, b, "
    "padding=1)",
    "x = param(randn(1, 1, 4, 4, seed=1)); y = max_pool(x, 2)",
    "x = param(randn(1, 1, 4, 4, seed=1)); y = avg_pool(x, 2)",
    "a = randn(2, 3, seed=1); b = param(randn(3, 2, seed=2)); y = a @ b",
    "a = param(randn(2, 3, seed=1)); b = param(randn(3, seed=2)); y = a + b",
    "x = param(randn(4, 2, 3, 3, seed=1)); g = param(ones(2)); b = param(zeros(2)); y = batch_norm(x, g, b)",
    "x = param(randn(2, 4, seed=1)); y = softmax(x)",
    "x = param(randn(2, 3, seed=1)); w = param(randn(2, 3, seed=2)); b = param(zeros(2)); y = linear(x, w, b)",
    "z = param([[2.0, -1.0, 0.5]]); y = ral(z, [[1, 0, 0]], gamma_neg=4)",
};

double slope_of(const Recording& r, const RecordedNode& node, size_t input, int64_t from, int64_t to) {
  const Tensor& at = r.nodes[size_t(node.inputs[input].node)].value;
  const double h = 1e-5;
  const auto moved = [&](double by) {
    std::vector<double> v = at.doubles();
    v[size_t(from)] += by;
    return compute_op(r, node, input, Tensor::from(v, at.shape(), Device::reference)).doubles()[size_t(to)];
  };
  return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
}

}  // namespace

TEST_CASE("a row of an op's Jacobian is what differences say, constants included") {
  int64_t compared = 0;
  for (const char* program : taken_apart) {
    INFO(program);
    const Recording r = ran(program);
    const RecordedNode& y = r.nodes[size_t(r.result())];
    const WayBack back(r, y);
    for (int64_t to = 0; to < y.shape.count(); ++to) {
      const Tensors row = back.row(to);
      for (size_t i = 0; i < row.size(); ++i) {
        if (!row[i].defined() || y.inputs[i].node < 0) continue;
        const std::vector<double> v = row[i].doubles();
        for (size_t from = 0; from<v.size(); from += v.size()> 20 ? 3 : 1) {
          const double wanted = slope_of(r, y, i, int64_t(from), to);
          INFO(y.inputs[i].name << " element " << from << " to " << to);
          CHECK(std::abs(v[from] - wanted) <= 1e-6 * (std::abs(wanted) + 1));
          ++compared;
        }
      }
    }
  }
  CHECK(compared > 1500);
}

TEST_CASE("what an element reaches is what its results were made from") {
  for (const char* program : taken_apart) {
    INFO(program);
    const Recording r = ran(std::string(program) + "; L = (y*y).sum()");
    Jacobians jacobians(r);
    for (const RecordedNode& leaf : r.nodes) {
      if (leaf.kind == RecordedNode::Kind::op) continue;
      for (int64_t from = 0; from < leaf.shape.count(); from += 2) {
        const std::vector<Tensor> reached = jacobians.reached_from(leaf.id, one_hot(leaf.shape, from));
        for (const RecordedNode& node : r.nodes) {
          if (!reached[size_t(node.id)].defined() || node.id == leaf.id) continue;
          const std::vector<double> column = reached[size_t(node.id)].doubles();
          for (size_t to = 0; to < column.size(); to += 5) {
            const Tensor row = made_from(r, node.id, int64_t(to))[size_t(leaf.id)];
            const double other = row.defined() ? row.doubles()[size_t(from)] : 0;
            CHECK(std::abs(column[to] - other) <= 1e-9 * (std::abs(other) + 1));
          }
        }
      }
    }
  }
}

TEST_CASE("a learner's rule says its own row, beside the engine's") {
  const auto row = [](const std::string& body) {
    Interpreter i(
        "a = param(randn(2, 2, seed=1)); b = randn(2, 2, seed=2)\n@backward\ndef d_mul(g, a, b):\n    return " + body +
            "\nc = a * b\nc.sum().backward()",
        {});
    i.run();
    const Recording r = i.recorder().recording();
    const int c = r.find("c"), a = r.find("a");
    const std::vector<Tensor> mine = made_by_rule(r, c, 3, i.recorder()), engine = made_from(r, c, 3);
    CHECK_FALSE(mine[size_t(r.find("b"))].defined());  // a constant: the walk asks nothing of it
    return std::pair{mine[size_t(a)].doubles(), engine[size_t(a)].doubles()};
  };
  const auto [right, engine] = row("g * b, None");
  CHECK(right == engine);
  CHECK(right[0] == 0);
  CHECK(right[3] != 0);
  const auto [wrong, same] = row("2 * g * b + 1, None");
  CHECK(wrong[0] == 1);
  CHECK(wrong[3] == 2 * same[3] + 1);
  const Recording none = ran("a = 2.0; c = a*a");
  Recorder nobody;
  CHECK_THROWS_WITH(made_by_rule(none, 0, 0, nobody), Catch::Contains("leaf keeps no way back"));
}

TEST_CASE("what cannot be taken apart is said") {
  const Recording r = ran("a = 2.0; c = a*a");
  CHECK_THROWS_WITH(made_from(r, 0, 0), Catch::Contains("a: leaf keeps no way back here"));
  CHECK_THROWS_WITH(made_from(r, 1, 1), Catch::Contains("there is no element 1 in a tensor of 1"));
  const Recording large = ran("x = param(randn(80, 80, seed=1)); y = x*x");
  Jacobians jacobians(large);
  CHECK_THROWS_WITH(jacobians.of(1), Catch::Contains("make its tensors smaller"));
}

TEST_CASE("forward mode counts a pass for each number that goes in, reverse mode for each that comes out") {
  const Recording r = ran("a = 3.0; b = -2.0; c = a*b; d = c + a; L = d**2; L.backward()");
  Jacobians jacobians(r);
  const TwoModes modes = two_modes(r, jacobians);
  CHECK(modes.inputs == 2);
  CHECK(modes.outputs == 1);
  CHECK(modes.reverse.passes == 1);
  CHECK(modes.reverse.ops == 3);       // mul, add, pow
  CHECK(modes.reverse.products == 5);  // 2 + 2 + 1
  CHECK(modes.forward.passes == 2);
  CHECK(modes.forward.ops == 6);
  CHECK(modes.forward.products == 7);  // along a: 1 + 2 + 1, along b: 1 + 1 + 1
  const Tangents along = tangents(r, jacobians, 0, 0);
  CHECK(along.of[2].item() == -2);  // ∂c/∂a = b
  CHECK(along.of[3].item() == -1);
  CHECK(along.at_result == 6);
  CHECK(along.gradient == 6);
}

TEST_CASE("tangents and gradients agree, on the examples and 100 generated programs") {
  int64_t compared = 0;
  const auto agree = [&](const std::string& program) {
    INFO(program);
    const Recording r = run_program(program);
    if (r.failed || r.calls.empty() || !has_way_back(r.nodes[size_t(r.result())])) return;
    Jacobians jacobians(r);
    const TwoModes modes = two_modes(r, jacobians);
    CHECK(modes.worst <= 1e-9);
    compared += modes.compared;
  };
  for (const Example& example : examples()) agree(example.program);
  for (uint64_t seed = 0; seed < 100; ++seed) agree(generated(seed));
  CHECK(compared > 300);
  std::printf("forward mode: %lld tangents beside gradients\n", static_cast<long long>(compared));
}
