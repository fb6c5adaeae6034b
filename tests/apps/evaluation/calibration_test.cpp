// The calibrated column from the choice of its map to what eval and predict make of a stored one.
#include "apps/evaluation/calibration.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "apps/data/open_data.h"
#include "apps/evaluation/choose_calibration.h"
#include "apps/evaluation/prior_shift.h"
#include "apps/loss_lab/proper.h"
#include "apps/metrics/multiclass.h"
#include "apps/metrics/probability_error.h"
#include "core/math.h"
#include "core/random.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// `n` images of two classes at true rates spread by logits around `centre`; a model that gives score_of(rate).
template <class ScoreOf> Predictions sampled(int64_t n, double centre, ScoreOf score_of, uint64_t seed = 1) {
  Generator random(seed);
  Predictions p;
  p.labels = 2;
  for (int64_t i = 0; i < n; ++i) {
    p.ids.push_back(i);
    for (int c = 0; c < 2; ++c) {
      const double rate = sigmoid(centre + 1.5 * random.normal());
      p.probabilities.push_back(score_of(rate)), p.targets.push_back(random.uniform() < rate);
    }
  }
  return p;
}

Calibration choose(const Predictions& p, const std::string& loss) {
  return choose_calibration(p, make_loss(loss), p.ids);
}

double error_of(const Predictions& p, const std::vector<double>& risks) {
  return metrics::calibration_error(risks, p.targets);
}

}  // namespace

TEST_CASE("each map is chosen where the scores ask for it") {
  auto honest = [](double rate) { return rate; };
  CHECK(choose(sampled(800, -1, honest), "bce").method == "identity");
  const AnyLoss ral = make_loss("ral");
  const lab::ExpectedLoss loss([&](double x, double y) { return ral.at(x, y); }, lab::Aim::training);
  auto as_ral = [&](double rate) { return loss.optimum(rate).p(); };
  CHECK(choose(sampled(800, -1, as_ral), "ral").method == "proper");
  auto too_sure = [](double rate) { return sigmoid(3 * std::log(rate / (1 - rate)) + 1); };
  CHECK(choose(sampled(800, -1, too_sure), "zlpr").method == "platt");       // no proper map
  auto bent = [](double rate) { return .5 + std::pow(rate - .5, 7) * 60; };  // flat in the middle: no logistic
  CHECK(choose(sampled(4000, 0, bent), "zlpr").method == "isotonic");
}

TEST_CASE("the calibrated column is nearer to new labels than the scores") {
  auto too_sure = [](double rate) { return sigmoid(3 * std::log(rate / (1 - rate)) + 1); };
  const Predictions val = sampled(400, -1, too_sure), test = sampled(4000, -1, too_sure, 2);
  const Calibration c = choose(val, "bce");
  const std::vector<double> risks = apply_calibration(c, test.probabilities, 2);
  CHECK(error_of(test, risks) < .05);
  CHECK(error_of(test, test.probabilities) > .1);
  CHECK(c.trials.front().method == "identity");
  CHECK(c.trials.size() == 4);
}

TEST_CASE("a class with fewer than 5 positives shares a Platt map, and this is said") {
  auto too_sure = [](double rate) { return sigmoid(3 * std::log(rate / (1 - rate)) + 1); };
  Predictions p = sampled(400, -1, too_sure);
  for (size_t i = 1, left = 4; i < p.targets.size(); i += 2)
    if (p.targets[i] == 1 && left-- == 0) p.targets[i] = 0, left = 0;
  const Calibration c = choose(p, "zlpr");
  REQUIRE(c.method == "platt");
  CHECK(c.maps.maps[size_t(c.maps.of_class[0])].kind == metrics::MapKind::platt);
  CHECK(c.maps.maps[size_t(c.maps.of_class[1])].kind == metrics::MapKind::pooled_platt);
  CHECK_THAT(describe(c, {"cat", "dog"}), Contains("pooled over all classes for dog (fewer than 5 positives"));
}

TEST_CASE("ties, chance and too few images: the simplest map") {
  const Predictions few = sampled(30, -1, [](double rate) { return rate; });
  CHECK(choose(few, "bce").method == "identity");
  Predictions one = sampled(1, 0, [](double rate) { return rate; });
  CHECK(choose(one, "ral").method == "proper");
  CHECK_THAT(describe(choose(one, "ral"), {"cat", "dog"}), Contains("; a score of .50 is a risk of .0"));
  CHECK(choose(one, "zlpr").method == "identity");
  CHECK_THAT(describe(choose(one, "zlpr"), {"cat", "dog"}), Contains("too few validation labels"));
  one.targets.assign(2, unknown);
  CHECK(choose(one, "bce").trials.empty());
  CHECK(choose(sampled(0, 0, [](double rate) { return rate; }), "bce").method == "proper");  // which is the identity
}

TEST_CASE("images of a patient stay in one fold: copies do not pass for evidence") {
  // Ten images, each 40 times: scores that say nothing, labels that isotonic regression can learn by heart.
  Predictions p;
  p.labels = 1;
  std::vector<int64_t> patients, images;
  for (int64_t i = 0; i < 400; ++i) {
    p.ids.push_back(i), patients.push_back(i % 10), images.push_back(i);
    p.probabilities.push_back(.05 + .1 * double(i % 10)), p.targets.push_back(i % 2);
  }
  const AnyLoss loss = make_loss("zlpr");
  const auto loss_of = [](const Calibration& c, const std::string& method) {
    for (const CalibrationTrial& t : c.trials)
      if (t.method == method) return t.log_loss;
    return unknown;
  };
  const Calibration grouped = choose_calibration(p, loss, patients), alone = choose_calibration(p, loss, images);
  CHECK(to_json(grouped) == to_json(choose_calibration(p, loss, patients)));  // the same bits again
  CHECK(loss_of(grouped, "isotonic") > loss_of(alone, "isotonic"));
}

TEST_CASE("a data set's patients are the groups; images without one stand alone") {
  const ScratchFolder folder;
  std::string table = "path,split,patient_id,y\n";
  const std::vector<std::string> patients = {"ann", "", "bob", "ann", "", "bob", "ann"};
  for (size_t k = 0; k < patients.size(); ++k) {
    const std::string name = std::to_string(k) + ".png";
    folder.png(name, 4, 4, 1, int(k));
    table += name + ",val," + patients[k] + "," + std::to_string(k % 2) + "\n";
  }
  folder.png("t.png", 4, 4);
  folder.write("labels.csv", table + "t.png,train,cid,1\n");
  const auto data = open_data(folder.str());
  REQUIRE(data->has_patients());
  const std::vector<int64_t>& ids = data->indices(Split::val);
  const std::vector<int64_t> groups = patient_groups(*data, ids);
  REQUIRE(groups.size() == patients.size());
  for (size_t i = 0; i < ids.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      CAPTURE(data->patient(ids[i]), data->patient(ids[j]));
      const bool same = !data->patient(ids[i]).empty() && data->patient(ids[i]) == data->patient(ids[j]);
      CHECK((groups[i] == groups[j]) == same);
    }
}

TEST_CASE("single label: a temperature where the softmax is too sure, else nothing") {
  Generator random(4);
  Predictions sure, right;
  sure.labels = right.labels = 3;
  for (int64_t i = 0; i < 600; ++i) {
    double e[3], sum = 0;
    for (double& v : e) sum += v = std::exp(1.5 * random.normal());
    const double u = random.uniform() * sum;
    const int64_t truth = u < e[0] ? 0 : u < e[0] + e[1] ? 1 : 2;
    const double cubes = e[0] * e[0] * e[0] + e[1] * e[1] * e[1] + e[2] * e[2] * e[2];
    for (const double v : e) right.probabilities.push_back(v / sum), sure.probabilities.push_back(v * v * v / cubes);
    for (Predictions* p : {&sure, &right}) p->ids.push_back(i), p->class_index.push_back(truth);
  }
  const Calibration c = choose(sure, "cross_entropy");
  REQUIRE(c.method == "temperature");
  CHECK(c.softmax.inverse_temperature == Approx(1.0 / 3).epsilon(.15));
  CHECK_THAT(describe(c, {"a", "b", "c"}), Contains("temperature 2.") || Contains("temperature 3."));
  CHECK(choose(right, "cross_entropy").method == "identity");
  const std::vector<double> risks = apply_calibration(c, sure.probabilities, 3);
  CHECK(risks[0] + risks[1] + risks[2] == Approx(1));
}

namespace {

// Images of classes with these frequencies, their exact posterior, and what a model says that was trained as if the
// classes were equal: p(class | image) with the prior divided out, made `sharper`.
struct ShiftedPrior {
  Predictions exact, scores;
  std::vector<double> shift;  // ln of the frequencies
};
ShiftedPrior shifted_prior(int64_t n, const std::vector<double>& frequency, double sharper, uint64_t seed) {
  Generator random(seed);
  ShiftedPrior out;
  const size_t classes = frequency.size();
  out.exact.labels = out.scores.labels = int64_t(classes);
  for (const double f : frequency) out.shift.push_back(std::log(f));
  for (int64_t i = 0; i < n; ++i) {
    double u = random.uniform();
    size_t truth = 0;
    while (truth + 1 < classes && (u -= frequency[truth]) > 0) ++truth;
    // an image is a point around its class's corner, with deviation 1: the likelihood ratio is exact
    std::vector<double> logit;
    for (size_t c = 0; c < classes; ++c) logit.push_back(1.5 * (random.normal() + (c == truth ? 1.5 : 0)));
    double even = 0, true_sum = 0;
    for (size_t c = 0; c < classes; ++c) even += std::exp(sharper * logit[c]);
    for (size_t c = 0; c < classes; ++c) true_sum += frequency[c] * std::exp(logit[c]);
    for (size_t c = 0; c < classes; ++c) {
      out.scores.probabilities.push_back(std::exp(sharper * logit[c]) / even);
      out.exact.probabilities.push_back(frequency[c] * std::exp(logit[c]) / true_sum);
    }
    for (Predictions* p : {&out.exact, &out.scores}) {
      p->ids.push_back(i);
      p->class_index.push_back(int64_t(truth));
    }
  }
  return out;
}

double log_loss_of(const Predictions& p, const std::vector<double>& risks) {
  return metrics::multiclass_metrics(risks, p.class_index, p.labels).log_loss;
}

Calibration temperature_alone(const Predictions& p) {
  return {.method = "temperature",
          .softmax = {metrics::fit_inverse_temperature(p.probabilities, p.class_index, p.labels)}};
}

}  // namespace

TEST_CASE("a prior that training changed is put back: exactly where it is known, by a bias a class where it is not") {
  const std::vector<double> frequency = {.7, .2, .08, .02};
  for (const double sharper : {1.0, 2.0}) {
    const ShiftedPrior val = shifted_prior(800, frequency, sharper, 1),
                       test = shifted_prior(8000, frequency, sharper, 2);
    const double exact = log_loss_of(test.exact, test.exact.probabilities),
                 raw = log_loss_of(test.scores, test.scores.probabilities),
                 temperature = log_loss_of(
                     test.scores, apply_calibration(temperature_alone(val.scores), test.scores.probabilities, 4));
    for (const bool known : {true, false}) {
      const std::vector<double> shift = known ? val.shift : std::vector<double>{};
      const Calibration c = choose_calibration(val.scores, make_loss("cross_entropy"), val.scores.ids, shift);
      const double calibrated = log_loss_of(test.scores, apply_calibration(c, test.scores.probabilities, 4));
      CAPTURE(sharper, known, c.method, exact, raw, temperature, calibrated);
      CHECK(c.method == (known && sharper == 1 ? "prior" : "vector"));
      CHECK(calibrated < raw - .1);
      CHECK(calibrated < temperature - .1);
      CHECK(calibrated < exact + .01);
      CHECK(c.reorders());
    }
  }
}

TEST_CASE("a prior's way back survives its metadata, and is described") {
  const Calibration prior{.method = "prior", .softmax = {.bias = {1, -.5, -.5}}, .trials = {{"prior", .25}}},
      vector{.method = "vector", .softmax = {.5, {1, -.5, -.5}}};
  for (const Calibration& c : {prior, vector}) {
    const Calibration back = calibration_from_json(to_json(c), 3, true, "m");
    CHECK(back.softmax.bias == c.softmax.bias);
    CHECK(back.softmax.inverse_temperature == c.softmax.inverse_temperature);
    CHECK_THROWS_AS(calibration_from_json(to_json(c), 4, true, "m"), FileError);   // not one a class
    CHECK_THROWS_AS(calibration_from_json(to_json(c), 3, false, "m"), FileError);  // not of several labels
  }
  const std::vector<double> risks = apply_calibration(prior, std::vector<double>{.2, .4, .4}, 3);
  const double e = std::exp(1.5);
  CHECK(risks[0] == Approx(.2 * e / (.2 * e + .8)));
  CHECK_THAT(describe(prior, {"a", "b", "c"}),
             Contains("frequency in training") && Contains("prior put back .250"));
  CHECK_THAT(describe(vector, {"a", "b", "c"}),
             Contains("vector scaling (temperature 2 and a bias for each class, -0.50 to 1.00)"));
  for (const char* bad : {R"({"method":"prior"})", R"({"method":"vector","bias":[1,2]})",
                          R"({"method":"vector","bias":[1,2,null]})", R"({"method":"identity","bias":[1,2,3]})",
                          R"({"method":"prior","bias":[1,2,3],"inverse_temperature":2})", R"({"method":"platt"})"}) {
    INFO(bad);
    CHECK_THROWS_AS(calibration_from_json(bad, 3, true, "m"), FileError);
  }
}

TEST_CASE("the shift of the prior: losses that add ln n, class weights, samplers, and all of them together") {
  const std::vector<int64_t> counts = {100, 10, 1};
  const LossParameters freq = {{"class_freq", "100,10,1"}};
  const double ten = std::log(10);
  const auto shift = [&](const AnyLoss& loss, SamplerOptions sampler = {}) {
    return prior_shift(loss, sampler, counts);
  };
  const auto near = [](const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    for (size_t c = 0; c < a.size(); ++c) CHECK(a[c] == Approx(b[c]).margin(1e-9));
  };
  CHECK(shift(make_loss("cross_entropy")).empty());
  CHECK(shift(make_loss("bce"), {.kind = SamplerKind::class_aware}).empty());
  near(shift(make_loss("balanced_softmax", freq)), {ten, 0, -ten});
  near(shift(make_loss("logit_adjusted", {{"class_freq", "100,10,1"}, {"tau", ".5"}})), {ten / 2, 0, -ten / 2});
  near(shift(make_loss("cross_entropy"), {.kind = SamplerKind::class_aware}), {ten, 0, -ten});
  near(shift(make_loss("balanced_softmax", freq), {.kind = SamplerKind::class_aware}), {2 * ten, 0, -2 * ten});
  // one image of 111 is shown √(.5·111) times, one of ten √(.5·11.1) times
  const double a = std::sqrt(.5 * 111.0 / 10), b = std::sqrt(.5 * 111.0), mean = (std::log(a) + std::log(b)) / 3;
  near(shift(make_loss("cross_entropy"), {.kind = SamplerKind::repeat_factor, .threshold = .5}),
       {mean, mean - std::log(a), mean - std::log(b)});
  const std::vector<double> weighed =
      shift(make_loss("class_balanced", {{"base", "cross_entropy"}, {"beta", ".9"}, {"class_freq", "100,10,1"}}));
  CHECK(weighed[0] - weighed[2] == Approx(std::log((1 - std::pow(.9, 100)) / .1)));
}

TEST_CASE("proper maps undo the loss; classes share one where it treats them alike") {
  const AnyLoss ral = make_loss("ral");
  const ClassMaps maps = proper_maps(ral, 3);
  CHECK(maps.maps.size() == 1);
  CHECK(maps.of_class == std::vector<int64_t>{0, 0, 0});
  const lab::RateMap exact([&](double x, double y) { return ral.at(x, y); }, lab::Aim::training);
  for (const double p : {.05, .3, .5, .7, .9}) CHECK(maps.maps[0](p) == Approx(exact.rate_of(p)).epsilon(.03));
  CHECK(maps.maps[0](.5) < .1);  // p = .50 of ral is a small risk
  const ClassMaps weighted = proper_maps(make_loss("bce", {{"pos_weight", "1,9,1"}}), 3);
  CHECK(weighted.of_class == std::vector<int64_t>{0, 1, 0});
  CHECK(weighted.maps[0](.3) == Approx(.3).epsilon(1e-3));
  CHECK(weighted.maps[1](.9) == Approx(.5).epsilon(1e-2));
  CHECK(proper_maps(make_loss("zlpr"), 3).maps.empty());
  CHECK(proper_maps(make_loss("cross_entropy"), 3).maps.empty());
}

TEST_CASE("a calibration survives its checkpoint; files without one load; unsound ones are refused") {
  const ScratchFolder folder;
  ModelInfo info = write_model(folder, "plain.safetensors");
  const SafetensorsFile plain = SafetensorsFile::read((folder.path() / "plain.safetensors").string());
  CHECK(model_info(plain.metadata(), "plain").calibration.empty());
  Metadata earlier = plain.metadata();
  earlier.erase("calibration"), earlier.erase("logit_scale");
  CHECK(model_info(earlier, "earlier").calibration.empty());
  CHECK(model_info(earlier, "earlier").logit_scale == 1);

  info.calibration = {.method = "isotonic", .trials = {{"identity", .5}, {"isotonic", 1.0 / 3}}};
  info.calibration.maps = {{{.kind = metrics::MapKind::isotonic, .from = {-1.0 / 3, 2}, .to = {-3, .1}},
                            {.kind = metrics::MapKind::pooled_platt, .slope = .7, .intercept = -1e-3}},
                           {0, 1, 1}};
  info.logit_scale = 30;
  save_model((folder.path() / "m.safetensors").string(), *build_network(info), info);
  const SafetensorsFile file = SafetensorsFile::read((folder.path() / "m.safetensors").string());
  const ModelInfo back = model_info(file.metadata(), "m");
  CHECK(back.logit_scale == 30);
  CHECK(to_json(back.calibration) == to_json(info.calibration));
  const std::vector<double> scores = {.1, .2, .3, .4, .5, .6};
  CHECK(apply_calibration(back.calibration, scores, 3) == apply_calibration(info.calibration, scores, 3));

  const nlohmann::json good = nlohmann::json::parse(to_json(info.calibration));
  auto changed = [&](const std::string& path, nlohmann::json value) {
    nlohmann::json bad = good;
    bad[nlohmann::json::json_pointer(path)] = std::move(value);
    return bad.dump();
  };
  for (const std::string& bad :
       {std::string("{"), std::string("[]"), changed("/map_of_class", {0, 1}), changed("/map_of_class/0", 7),
        changed("/maps/0/risk_logits", {3, -3}), changed("/maps/0/kind", "plat"), changed("/maps/1/slope", -1),
        changed("/method", "temperature"), changed("/method", "made up"), changed("/bias", {1, 2, 3})}) {
    INFO(bad);
    CHECK_THROWS_AS(calibration_from_json(bad, 3, false, "m"), FileError);
  }
}
