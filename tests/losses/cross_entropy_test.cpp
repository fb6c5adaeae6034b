// Cross-entropy beside its definition, its reductions, masks and refusals; ops.json has it against another library.
#include "losses/cross_entropy.h"

#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "losses/kinds/softmax/op.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {
Tensor indices(std::vector<int64_t> v) {
  const ptrdiff_t n = ptrdiff_t(v.size());
  return Tensor::from(std::span<const int64_t>(v), {n}, Device::cpu);
}
const std::vector<float> class_logits = {1, 2, -1, 0.5f, -3, 4, 0, 0, 0};
}  // namespace

TEST_CASE("value and gradient of plain cross-entropy") {
  Tensor logits = Tensor::from(class_logits, {3, 3});
  logits.set_requires_grad();
  const Tensor l = loss(CrossEntropy{}, logits, indices({1, 2, 0}));
  backward(l);
  double expected = 0;
  const int64_t target[] = {1, 2, 0};
  for (int row = 0; row < 3; ++row) {
    double sum = 0;
    for (int c = 0; c < 3; ++c) sum += std::exp(double(class_logits[size_t(row * 3 + c)]));
    expected += std::log(sum) - double(class_logits[size_t(row * 3 + target[row])]);
    for (int c = 0; c < 3; ++c)
      CHECK(logits.grad().values<float>()[size_t(row * 3 + c)] ==
            Approx((std::exp(double(class_logits[size_t(row * 3 + c)])) / sum - (c == target[row])) / 3).margin(1e-7));
  }
  CHECK(l.item() == Approx(expected / 3));
}

TEST_CASE("far logits stay finite") {
  Tensor logits = Tensor::from(std::vector<float>{3e38f, -3e38f, 0, 1e30f, 0, -500}, {2, 3});
  logits.set_requires_grad();
  const Tensor l = loss(CrossEntropy{}, logits, indices({0, 2}), {.reduction = Reduction::none});
  backward(l, Tensor::full({2}, 1));
  CHECK(l.values<float>()[0] == 0);
  CHECK(l.values<float>()[1] == Approx(1e30f));
  for (float g : logits.grad().values<float>()) CHECK(std::isfinite(g));
}

TEST_CASE("a mask and ignore_index leave rows out, and nothing left is 0") {
  const Tensor logits = Tensor::from(class_logits, {3, 3});
  const double one =
      loss(CrossEntropy{}, Tensor::from(std::vector<float>(class_logits.begin(), class_logits.begin() + 3), {1, 3}),
           indices({1}))
          .item();
  CHECK(loss(CrossEntropy{}, logits, indices({1, -100, -100}), {.ignore_index = -100}).item() == Approx(one));
  CHECK(loss(CrossEntropy{}, logits, indices({1, 7, -5}), {.mask = Tensor::from(std::vector<float>{1, 0, 0}, {3})})
            .item() == Approx(one));
  CHECK(loss(CrossEntropy{}, logits, indices({1, 1, 1}), {.ignore_index = 1}).item() == 0);
  CHECK_THROWS_WITH(loss(CrossEntropy{}, logits, Tensor::full({3, 3}, .3), {.ignore_index = 1}),
                    Catch::Contains("ignore_index has no meaning for targets that are probabilities"));
  for (const char* name : {"bce", "zlpr"})
    CHECK_THROWS_WITH(loss(make_loss(name), logits, Tensor::full({3, 3}, 0), {.ignore_index = 1}),
                      Catch::Contains(name) && Catch::Contains(": has no ignore_index; mask the labels"));
}

TEST_CASE("refusals name the row") {
  const Tensor logits = Tensor::from(class_logits, {3, 3});
  CHECK_THROWS_WITH(loss(CrossEntropy{}, logits, indices({0, 1, 3})),
                    "cross_entropy: the target of row 2 is 3, expected a class index in 0 … 2");
  CHECK_THROWS_WITH(loss(CrossEntropy{}, logits, indices({0, 1})),
                    Catch::Contains("expected target indices of shape [3]"));
  CHECK_THROWS_WITH(loss(CrossEntropy{}, logits, Tensor::full({3, 3}, 1.5)), Catch::Contains("row 0, column 0"));
  CHECK_THROWS_AS(loss(CrossEntropy{}, Tensor::from(std::vector<float>{0, NAN}, {1, 2}), indices({0})), NonFiniteError);
  CHECK_THROWS_WITH(loss(CrossEntropy{.label_smoothing = 1}, logits, indices({0, 1, 2})),
                    Catch::Contains("label_smoothing"));
  CHECK_THROWS_WITH(loss(CrossEntropy{}, logits, indices({0, 1, 2}), {.class_weights = Tensor::full({2}, 1)}),
                    Catch::Contains("class weights of shape [3]"));
}
