// Labels that nobody noted: left out, taken for negatives, or chosen between, as the mask and the mode say.
#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

const std::vector<double> x = {2, -1, .5, 3, .4, -.2, 1, 1}, y = {1, 0, 0, 0, 0, 1, 0, 0},
                          mask = {1, 1, 0, 0, 0, 1, 0, 0};

Tensor tensor(const std::vector<double>& v, Device device) {
  const DType type = device == Device::cpu ? DType::float32 : DType::float64;
  return Tensor::from(v, {2, 4}, Device::reference).to(type).to(device);
}

// Each element's loss and, by the reduction, the value; unknown targets hold NaN, which must not matter.
std::vector<double> elements(const LossParameters& p, Device device) {
  std::vector<double> labels = y;
  for (size_t i = 0; i < labels.size(); ++i)
    if (mask[i] == 0) labels[i] = NAN;
  const LossArgs args{.reduction = Reduction::none, .mask = tensor(mask, device)};
  const Tensor l = loss(make_loss("partial_selective", p), tensor(x, device), tensor(labels, device), args);
  return l.doubles();
}

}  // namespace

TEST_CASE("known labels pay ASL, unknown ones what the mode says") {
  const AnyLoss known = make_loss("asl", {{"gamma_pos", "0"}, {"gamma_neg", "1"}, {"clip", "0"}});
  const AnyLoss unknown = make_loss("asl", {{"gamma_pos", "0"}, {"gamma_neg", "2"}, {"clip", "0"}});
  const LossParameters prior = {{"class_freq", "1,1,8,1"}, {"train_num", "100"}};
  struct Case {
    LossParameters parameters;
    std::vector<int> left_out;  // of the unknown ones
  };
  auto with = [&](LossParameters more) {
    more.insert(more.end(), prior.begin(), prior.end());
    return more;
  };
  const Case cases[] = {
      {{{"mode", "ignore"}}, {2, 3, 4, 6, 7}},
      {{{"mode", "negative"}}, {}},
      {{{"top_k", "0"}}, {}},
      {{{"top_k", "1"}}, {3, 6}},        // the likelier one; of equals the first
      {with({{"top_k", "0"}}), {2, 6}},  // class 2: 8 % of the images
      {with({{"top_k", "1"}}), {2, 3, 6}},
      {with({{"top_k", "0"}, {"prior_threshold", ".08"}}), {}},
      {{{"top_k", "0"}, {"class_freq", "0,0,8,0"}, {"train_num", "100"}}, {2, 6}},  // none noted: rare
      {{}, {2, 3, 4, 6, 7}}};                                                       // five are more than there are
  for (Device device : {Device::reference, Device::cpu})
    for (const Case& c : cases) {
      const AnyLoss l = make_loss("partial_selective", c.parameters);
      INFO(l.print() << " on " << device);
      const std::vector<double> got = elements(c.parameters, device);
      double sum = 0;
      int counted = 0;
      for (int i = 0; i < 8; ++i) {
        const bool is_known = mask[size_t(i)] == 1, out = std::count(c.left_out.begin(), c.left_out.end(), i) > 0;
        const double expected = is_known ? known.at(x[size_t(i)], y[size_t(i)]).value
                                : out    ? 0
                                         : unknown.at(x[size_t(i)], 0).value;
        CHECK(got[size_t(i)] == Approx(expected).epsilon(1e-6));
        sum += expected, counted += !out;
      }
      Tensor logits = tensor(x, device);
      logits.set_requires_grad();
      LossArgs args{.mask = tensor(mask, device)};
      const Tensor mean = loss(l, logits, tensor(y, device), args);
      backward(mean);
      CHECK(mean.item() == Approx(sum / counted).epsilon(1e-6));
      const auto grad = logits.grad().doubles();
      CHECK(grad[4] ==
            Approx(std::count(c.left_out.begin(), c.left_out.end(), 4) ? 0 : unknown.at(x[4], 0).dx / counted)
                .epsilon(1e-5));
      args.reduction = Reduction::batch_mean;
      CHECK(loss(l, logits, tensor(y, device), args).item() == Approx(sum / 2).epsilon(1e-6));
    }
}

TEST_CASE("without a mask nothing is unknown; bad input is refused") {
  const Device device = Device::reference;
  const AnyLoss l = make_loss("partial_selective"),
                asl = make_loss("asl", {{"gamma_pos", "0"}, {"gamma_neg", "1"}, {"clip", "0"}});
  CHECK(loss(l, tensor(x, device), tensor(y, device)).item() == loss(asl, tensor(x, device), tensor(y, device)).item());
  CHECK_THROWS_WITH(make_loss("partial_selective", {{"mode", "selectiv"}}),
                    Catch::Contains("did you mean 'selective'?"));
  CHECK_THROWS_AS(make_loss("partial_selective", {{"gamma_unknown", "-1"}}), ValueError);
  CHECK_NOTHROW(make_loss("partial_selective", {{"class_freq", "1,0,2,3"}}));  // only n_c / N is needed
  CHECK_THROWS_AS(make_loss("partial_selective", {{"class_freq", "1,-1,2,3"}}), ValueError);
  CHECK_THROWS_AS(loss(l, tensor(x, device), tensor(y, device), {.mask = Tensor::zeros({4}, DType::float64, device)}),
                  ShapeError);
  CHECK_THROWS_AS(loss(make_loss("partial_selective", {{"class_freq", "1,2"}}), tensor(x, device), tensor(y, device)),
                  ShapeError);
}
