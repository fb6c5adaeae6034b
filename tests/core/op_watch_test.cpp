// A watch sees each op once forward and once backward, under its scope, and only while it lives.
#include "core/op_watch.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/backward.h"
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
