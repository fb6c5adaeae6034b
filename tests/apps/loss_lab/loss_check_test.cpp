// The examination of losses finds what is wrong; that it finds nothing in skew's own stands in cli/loss_test.cpp.
#include "apps/loss_lab/loss_check.h"

#include <catch2/catch.hpp>

#include "losses/bce.h"
#include "losses/kinds/pointwise/op.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// Cross-entropy told wrongly: its slope off by a thousandth on one side, NaN for large logits.
struct WrongLoss : AnyLoss::Interface {
  std::string name() const override { return "wrong"; }
  bool single_label() const override { return false; }
  std::vector<FieldInfo> parameters() const override { return {}; }
  Tensor loss(const Tensor& x, const Tensor& y, const LossArgs& args) const override {
    return skew::loss(Bce{}, x, y, args);
  }
  AtLogit at(double x, double y, ptrdiff_t) const override {
    AtLogit l = make_loss("bce").at(x, y);
    if (x > 5) l.dx += 1e-3;
    return l;
  }
};
struct Endless : WrongLoss {
  std::string name() const override { return "endless"; }
  Tensor loss(const Tensor& x, const Tensor& y, const LossArgs& args) const override {
    return skew::loss(Bce{.pos_weight = 1e300}, x, y, args);
  }
};
// |x − .0007|: one of the places looked at lies on the kink.
struct Kinked : WrongLoss {
  std::string name() const override { return "kinked"; }
  AtLogit at(double x, double, ptrdiff_t) const override {
    const double d = x - .0007;
    return {std::abs(d), d < 0 ? -1. : 1., 0};
  }
};
template <class M> bool add(const std::string& name) {
  return register_loss(
      {name, "s", "f", "", "", false, {}, [](const LossParameters&) { return AnyLoss(std::make_shared<M>()); }});
}
const bool added = add<WrongLoss>("wrong") && add<Endless>("endless") && add<Kinked>("kinked");

}  // namespace

TEST_CASE("a wrong slope is found and placed") {
  REQUIRE(added);
  const lab::LossCheck c = lab::check_loss("wrong", DType::float64);
  CHECK(c.slope_error > 100);
  REQUIRE_FALSE(c.faults.empty());
  CHECK_THAT(c.faults[0], Contains("∂ℓ/∂x at x = 5.") && Contains("analytic") && Contains("numeric"));
  CHECK(c.faults.size() <= 8);
}

TEST_CASE("an infinity in float is found and placed") {
  const lab::LossCheck c = lab::check_loss("endless", DType::float32);
  bool found = false;
  for (const std::string& f : c.faults) found = found || f.find("NaN or infinity at x = ") == 0;
  CHECK(found);
}

TEST_CASE("kinks count for a slope on either side") {
  const lab::LossCheck kinked = lab::check_loss("kinked", DType::float64);
  CHECK(kinked.kinks == 2 * 3);  // slope and curvature for three labels
  CHECK(kinked.faults.empty());
}

TEST_CASE("a loss of skew's own passes, with its limits") {
  const lab::LossCheck c = lab::check_loss("ral", DType::float64);
  CHECK(c.faults.empty());
  CHECK(c.derivatives > 9000);
  CHECK(c.high[0] == Approx(1.769).margin(.0005));
  CHECK(c.low[0] == 0);
  CHECK_THAT(lab::why_no_point(make_loss("cross_entropy")), Contains("no value at a single logit"));
}
