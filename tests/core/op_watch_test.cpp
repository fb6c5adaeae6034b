// A watch sees each op once forward and once backward, under its scope, and only while it lives; a graph watch sees the
// tensors too, may refuse an op, and may change what goes back.
#include "core/op_watch.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/backward.h"
#include "core/error.h"
#include "core/node.h"
#include "core/op.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"

using namespace skew;

TEST_CASE("ops are seen in the order they run") {
  Tensor x = Tensor::full({2, 2}, 3);
  x.set_requires_grad();
  std::vector<std::string> seen;
  {
    const OpWatch watch([&](std::string_view scope, std::string_view op, Pass pass, double seconds) {
      CHECK(seconds >= 0);
      seen.push_back(std::string(scope) + ":" + std::string(op) + (pass == Pass::forward ? " forward" : " backward"));
    });
    const Scope outer("block"), inner("conv");
    Tensor y = sum(relu(x));
    backward(y);
  }
  CHECK(seen == std::vector<std::string>{"block.conv:relu forward", "block.conv:sum forward", "block.conv:sum backward",
                                         "block.conv:relu backward"});
  relu(x);
  CHECK(seen.size() == 4);
  CHECK(OpWatch::living() == nullptr);
}

namespace {

struct Listener : GraphWatch {
  std::vector<std::string> seen;
  void before(const Op& op, Inputs in, const Shape& result) override {
    if (result.count() > 100) throw ValueError("too large");
    seen.push_back(text("before ", op.name(), ' ', in.size(), ' ', result));
  }
  void after(const Op& op, Inputs, const Tensor& y) override {
    seen.push_back(text("after ", op.name(), y.node() ? " with a node" : " alone"));
  }
  void back(const Node& node, const Tensor& dy, Tensors& dx) override {
    seen.push_back(text("back ", node.op->name(), ' ', dy.shape()));
    if (node.op->name() == "sum") dx[0] = Tensor::full(dx[0].shape(), 5, dx[0].dtype(), dx[0].device());
  }
};

}  // namespace

TEST_CASE("a graph watch sees tensors and gradients, and may change and refuse them") {
  Tensor x = Tensor::full({2, 2}, 3);
  x.set_requires_grad();
  {
    Listener listener;
    backward(sum(relu(x)));
    relu(x.detach());
    CHECK(listener.seen == std::vector<std::string>{"before relu 1 [2, 2]", "after relu with a node", "before sum 1 []",
                                                    "after sum with a node", "back sum []", "back relu [2, 2]",
                                                    "before relu 1 [2, 2]", "after relu alone"});
    CHECK(x.grad().doubles() == std::vector<double>{5, 5, 5, 5});
    CHECK_THROWS_WITH(relu(Tensor::full({11, 11}, 1)), "too large");
    {
      const Listener inner;
      CHECK(GraphWatch::living() == &inner);
    }
    CHECK(GraphWatch::living() == &listener);
  }
  CHECK(GraphWatch::living() == nullptr);
}

TEST_CASE("a tensor's name belongs to its handle and all copies of it") {
  Tensor x = Tensor::full({2}, 3).named("w");
  const Tensor copy = x;
  x.named("v");
  CHECK(copy.name() == "v");
  CHECK(copy.identity() == x.identity());
  CHECK(x.detach().name().empty());
  CHECK_THROWS_WITH(Tensor().named("w"), Catch::Contains("expected a tensor, got an undefined one"));
}
