// Temperature and vector scaling: against SciPy, against a known answer, and where labels are few.
#include "apps/metrics/softmax_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "apps/metrics/probability_error.h"
#include "core/random.h"

using namespace skew;
using namespace skew::metrics;

namespace {

// Rows of softmax(1.2·normal logits + bias), and a class drawn from each.
struct DrawnRows {
  std::vector<double> p;
  std::vector<int64_t> truth;
};
DrawnRows drawn_rows(int64_t n, const std::vector<double>& bias, uint64_t seed) {
  Generator random(seed);
  DrawnRows out;
  for (int64_t i = 0; i < n; ++i) {
    double sum = 0;
    std::vector<double> row;
    for (const double b : bias) sum += row.emplace_back(std::exp(1.2 * random.normal() + b));
    double u = random.uniform() * sum;
    size_t c = 0;
    while (c + 1 < row.size() && (u -= row[c]) > 0) ++c;
    out.truth.push_back(int64_t(c));
    for (const double v : row) out.p.push_back(v / sum);
  }
  return out;
}

double row_log_loss(const std::vector<double>& p, const std::vector<int64_t>& truth) {
  const size_t classes = p.size() / truth.size();
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) sum -= clipped_log(p[i * classes + size_t(truth[i])]);
  return sum / double(truth.size());
}

}  // namespace

TEST_CASE("temperature: as SciPy finds it, undone on powers, finite without a mistake") {
  std::vector<double> p = {.7, .2, .1, .1, .8, .1, .3, .3, .4, .9, .05, .05, .2, .5, .3, .6, .3, .1};
  const std::vector<int64_t> truth = {0, 1, 0, 0, 2, 1};
  CHECK(fit_inverse_temperature(p, truth, 3) == Approx(1.002790758).epsilon(1e-7));
  std::vector<double> sharp = p;
  apply_softmax_map(sharp, 3, {4});
  CHECK(sharp[0] == Approx(std::pow(.7, 4) / (std::pow(.7, 4) + std::pow(.2, 4) + std::pow(.1, 4))));
  CHECK(fit_inverse_temperature(sharp, truth, 3) == Approx(1.002790758 / 4).epsilon(1e-7));
  const std::vector<double> right = {.7, .2, .1, .1, .8, .1};
  const double beta = fit_inverse_temperature(right, std::vector<int64_t>{0, 1}, 3);
  CHECK(beta > .5);
  CHECK(beta < 5);
  std::vector<double> hard = {1, 0, 0, 0, 1, 0};
  apply_softmax_map(hard, 3, {.001});
  for (const double v : hard) CHECK((v > 0 && v < 1));
  CHECK(fit_inverse_temperature({}, {}, 3) == 1);
}

TEST_CASE("vector scaling finds a temperature and a prior that were changed") {
  const std::vector<double> bias = {2, 0, -2};
  const DrawnRows rows = drawn_rows(20000, bias, 3);
  std::vector<double> scores = rows.p;
  apply_softmax_map(scores, 3, {.inverse_temperature = 2, .bias = {-2, 1, 3}});
  const SoftmaxMap map = fit_vector_scaling(scores, rows.truth, 3);
  CHECK(map.inverse_temperature == Approx(.5).epsilon(.05));
  CHECK(map.bias[0] - map.bias[1] == Approx(1.5).margin(.08));
  CHECK(map.bias[2] - map.bias[1] == Approx(-1.0).margin(.15));
  apply_softmax_map(scores, 3, map);
  CHECK(row_log_loss(scores, rows.truth) == Approx(row_log_loss(rows.p, rows.truth)).margin(2e-3));
}

TEST_CASE("the fit is the least: no step from it costs less") {
  const DrawnRows rows = drawn_rows(200, {1, 0, -1, -3}, 5);
  const std::vector<double> toward = {.5, 0, 0, -1};
  const SoftmaxMap map = fit_vector_scaling(rows.p, rows.truth, 4, toward);
  // what is minimised, written down once more
  const auto cost = [&](const SoftmaxMap& m) {
    std::vector<double> p = rows.p;
    apply_softmax_map(p, 4, m);
    double sum = 0;
    for (size_t k = 0; k < p.size(); ++k) {
      const double target = 1.0 / 202 / 4 + (int64_t(k % 4) == rows.truth[k / 4] ? 1 - 1.0 / 202 : 0);
      sum -= target * std::log(p[k]);
    }
    for (size_t c = 0; c < 4; ++c) sum += (m.bias[c] - toward[c]) * (m.bias[c] - toward[c]) / 2;
    return sum;
  };
  const double least = cost(map);
  for (const double step : {-1e-2, 1e-2}) {
    SoftmaxMap other = map;
    other.inverse_temperature += step;
    CHECK(cost(other) > least);
    for (size_t c = 0; c < 4; ++c) {
      other = map;
      other.bias[c] += step;
      CHECK(cost(other) > least);
    }
  }
}

TEST_CASE("a class without an image keeps near what is expected of it") {
  const DrawnRows rows = drawn_rows(300, {0, 0}, 7);
  std::vector<double> p;
  for (size_t i = 0; i < rows.truth.size(); ++i) p.insert(p.end(), {rows.p[2 * i] * .9, rows.p[2 * i + 1] * .9, .1});
  const SoftmaxMap map = fit_vector_scaling(p, rows.truth, 3);
  CHECK(map.bias[2] < -1);  // thirty images' worth of it did not come
  CHECK(map.bias[2] > -5);
  const SoftmaxMap none = fit_vector_scaling({}, {}, 3, std::vector<double>{1, 0, -1});
  CHECK(none.inverse_temperature == 1);
  CHECK(none.bias == std::vector<double>{1, 0, -1});
}
