// A loss with a hook, rightly said (MISTAKE 0) or in one of four wrong ways: compiled by compile.cmake beside it.
#include "losses/kinds/pointwise/op.h"

namespace skew {
namespace {

struct Scaled {
  static constexpr auto name = "scaled", summary = "", formula = "", paper = "", remarks = "";
#if MISTAKE == 1  // announced under a name that is no hook
  static constexpr PointwiseHooks hooks{.logit_scael = true};
#elif MISTAKE == 2  // defined, not announced
  static constexpr PointwiseHooks hooks{};
#else
  static constexpr PointwiseHooks hooks{.logit_scale = true};
#endif

  double s = 3;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("s", self.s, above(0), "scale of the logits");
  }
#if MISTAKE == 3  // announced, and the function misspelt
  double logit_scael() const { return s; }
#else
  double logit_scale() const { return s; }
#endif
#if MISTAKE == 4  // a list in what kernels are handed
  std::vector<double> list{};
#endif

  template <class P, class X, class Y> SKEW_HD number_t<X> value(X x, Y y) const {
    using S = scalar_t<number_t<X>>;
    const number_t<X> z = S(s) * number(x);
    return mix(y, -log_sigmoid(z), -log_sigmoid(-z));
  }
};

[[maybe_unused]] Tensor run(const Tensor& x, const Tensor& y) { return loss(Scaled{}, x, y); }

}  // namespace
}  // namespace skew
