// The worked example of docs/add-a-loss.md: the page shows the header that is compiled here, and that one header with
// one word in a list (tests/CMakeLists.txt) makes a loss like any other.
#include "losses/gce.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/backward.h"
#include "core/error.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

std::string file(const std::string& path) {
  std::ifstream in(SKEW_SOURCE_DIR "/" + path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("the page's code block is the file that is compiled") {
  const std::string page = file("docs/add-a-loss.md"), open = "```cpp\n", header = file("docs/examples/losses/gce.h");
  const size_t begin = page.find(open) + open.size();
  REQUIRE(begin > open.size());
  REQUIRE(header.size() > 500);
  CHECK(page.substr(begin, page.find("```", begin) - begin) == header);
}

TEST_CASE("the example's loss is one like any other") {
  const AnyLoss absolute = make_loss("gce", {{"q", "1"}}), near_bce = make_loss("gce", {{"q", "1e-6"}}),
                bce = make_loss("bce");
  for (double x : {-30.0, -2.0, 0.0, 0.7, 5.0})
    for (double y : {0.0, 1.0}) {
      const double p = 1 / (1 + std::exp(-x)), p_t = y == 1 ? p : 1 - p;
      CHECK(absolute.at(x, y).value == Approx(1 - p_t).margin(1e-15));
      CHECK(near_bce.at(x, y).value == Approx(bce.at(x, y).value).epsilon(1e-4).margin(1e-9));
      CHECK(near_bce.at(x, y).dx == Approx(bce.at(x, y).dx).epsilon(1e-4).margin(1e-9));
    }
  CHECK_THROWS_WITH(make_loss("gce", {{"q", "0"}}),
                    Catch::Contains("gce: q must be in (0, 1], got 0: near 0 it is bce"));
  std::vector<float> x, y;
  for (float v : {-1e30f, -104.0f, -88.0f, -1e-40f, 0.0f, 3.0f, 88.0f, 104.0f, 1e30f})
    for (float label : {0.0f, 1.0f, 0.25f}) x.push_back(v), y.push_back(label);
  const Shape shape{9, 3};
  Tensor on_cpu = Tensor::from(x, shape), truth = on_cpu.to(Device::reference).to(DType::float64);
  on_cpu.set_requires_grad(), truth.set_requires_grad();
  const LossArgs args{.reduction = Reduction::none};
  const std::vector<float> a = loss(Gce{}, on_cpu, Tensor::from(y, shape), args).values<float>();
  const Tensor targets = Tensor::from(y, shape).to(Device::reference).to(DType::float64);
  const std::vector<double> b = loss(Gce{}, truth, targets, args).values<double>();
  backward(loss(Gce{}, on_cpu, Tensor::from(y, shape)));
  backward(loss(Gce{}, truth, targets));
  for (size_t i = 0; i < a.size(); ++i) {
    CHECK(double(a[i]) == Approx(b[i]).epsilon(2e-6).margin(1e-7));
    CHECK(a[i] <= Approx(1 / 0.7));
    CHECK(double(on_cpu.grad().values<float>()[i]) ==
          Approx(truth.grad().values<double>()[i]).epsilon(2e-6).margin(1e-9));
  }
}
