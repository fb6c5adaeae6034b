// Thresholds from the val split to the CSV and back; columns that give way to classes.
#include "apps/evaluation/class_thresholds.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/output_columns.h"
#include "apps/formats/csv.h"
#include "core/error.h"
#include "core/random.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;
using Catch::Contains;
using metrics::ThresholdSource;

namespace {

// Three classes whose risks are the squares of the scores: two with many positives, the last with `rare`.
Predictions rare_class(int64_t n, int64_t rare) {
  Generator random(11);
  Predictions p;
  p.labels = 3;
  for (int64_t i = 0; i < n; ++i) {
    p.ids.push_back(i);
    for (int c = 0; c < 3; ++c) {
      const double score = random.uniform();
      p.probabilities.push_back(score);
      const bool positive = random.uniform() < score * score;
      p.targets.push_back(c < 2 ? positive : positive && score > .7 && rare-- > 0);
    }
  }
  return p;
}

// σ(2·logit) is no square, but a map that is known.
Calibration doubled() {
  return {.method = "platt", .maps = {{{.kind = metrics::MapKind::platt, .slope = 2, .intercept = -1}}, {0, 0, 0}}};
}

double map_of(double score) { return 1 / (1 + std::exp(1 - 2 * std::log(score / (1 - score)))); }

}  // namespace

TEST_CASE("classes with few positives get the score of one threshold of risk, tuned on them at once") {
  const Predictions p = rare_class(300, 4);
  // three classes more, of the same labels as the rare one: five positives and more together
  for (const int64_t copies : {1, 3}) {
    Predictions q;
    q.labels = 2 + copies;
    q.ids = p.ids;
    std::vector<double> such_risks, such_targets;
    for (size_t i = 0; i < p.ids.size(); ++i)
      for (int64_t c = 0; c < q.labels; ++c) {
        const size_t from = 3 * i + size_t(std::min<int64_t>(c, 2));
        q.probabilities.push_back(p.probabilities[from] / double(std::max<int64_t>(1, c - 1)));
        q.targets.push_back(p.targets[from]);
        if (c < 2) continue;
        such_risks.push_back(map_of(q.probabilities.back()));
        such_targets.push_back(q.targets.back());
      }
    Calibration map = doubled();
    map.maps.of_class.assign(size_t(q.labels), 0);
    const std::vector<ClassThreshold> t = tune_thresholds(q, map);
    CHECK((t[0].tuned() && t[1].tuned()));
    const double risk = t[2].risk;
    for (size_t c = 2; c < t.size(); ++c) {
      CHECK(t[c].source == (copies == 1 ? ThresholdSource::common_risk : ThresholdSource::pooled_risk));
      CHECK(t[c].risk == risk);
      CHECK(map_of(t[c].value) == Approx(risk));
      CHECK(map_of(std::nextafter(t[c].value, 0)) <= risk);
    }
    // by brute force: no threshold of risk has a larger F1 on these labels at once
    const std::vector<double> all = apply_calibration(map, q.probabilities, q.labels);
    const std::vector<double>&risks = copies == 1 ? all : such_risks, &labels = copies == 1 ? q.targets : such_targets;
    const double best = metrics::f1(metrics::count(risks, labels, risk));
    for (int k = 1; k < 200; ++k) CHECK(metrics::f1(metrics::count(risks, labels, k / 200.0)) <= best);
    for (const double r : risks) CHECK(r != risk);  // half-way between two
    const std::string words = describe_thresholds(t, {"cat", "dog", "fox", "hen", "owl"});
    CHECK_THAT(words, Contains("tuned for F1 on val for 2 of 5 classes; for fox") &&
                          Contains("(fewer than 5 positives or no negative there) where the risk reaches .") &&
                          Contains(copies == 1 ? ", one threshold tuned on all classes at once"
                                               : ", one threshold for all of them"));
  }
}

TEST_CASE(
    "too few positives in all classes: a risk of one half; without a calibration .5 of the score, and this is said") {
  Predictions p = rare_class(300, 4);
  int64_t left = 3;
  for (double& y : p.targets)
    if (y == 1 && left-- <= 0) y = 0;
  const std::vector<ClassThreshold> half = tune_thresholds(p, doubled());
  for (const ClassThreshold& t : half) {
    CHECK(t.source == ThresholdSource::even_risk);
    CHECK(t.risk == .5);
    CHECK(map_of(t.value) == Approx(.5));
  }
  CHECK_THAT(describe_thresholds(half, {"a", "b", "c"}), Contains("for a, b, c") && Contains("reaches .500"));
  const std::vector<ClassThreshold> plain = tune_thresholds(p, {});
  for (const ClassThreshold& t : plain) CHECK((t.source == ThresholdSource::fixed && t.value == .5));
  CHECK_THAT(describe_thresholds(plain, {"a", "b", "c"}),
             Contains("a score of .500, not tuned for want of positives, for a, b, c"));
  // a map that never gets there
  Calibration flat = doubled();
  flat.maps.maps[0] = {.kind = metrics::MapKind::platt, .slope = 0, .intercept = -3};
  for (const ClassThreshold& t : tune_thresholds(p, flat)) CHECK(t.value == 1);
}

TEST_CASE("thresholds.csv reads back; what is missing, there twice or no score is an error with its line") {
  const ScratchFolder folder;
  ModelInfo info;
  info.classes = {"cat", "a, \"b\""};
  info.calibration = {.method = "identity"};
  const std::vector<ClassThreshold> stored = {{1.0 / 3, ThresholdSource::val},
                                              {.07, ThresholdSource::pooled_risk, .07}};
  const auto read = [&](const std::string& table) {
    folder.write("t.csv", table);
    return read_thresholds((folder.path() / "t.csv").string(), info.classes);
  };
  const std::string table = thresholds_csv(stored, info);
  CHECK_THAT(table, Contains("cat,0.3333333333333333,val,0.3333333333333333\n") && Contains(",0.07,pooled risk,0.07"));
  CHECK(read(table)[0].value == 1.0 / 3);
  CHECK(read(table)[1].value == .07);
  CHECK(read(table)[1].source == ThresholdSource::given);
  CHECK(read("threshold,class\n1,\"a, \"\"b\"\"\"\n0,cat\n")[0].value == 0);
  const std::string head = "class,threshold\n", other = "\"a, \"\"b\"\"\",.5\n";
  for (const char* bad : {"nan", "inf", "-0.1", "1.5", "half", ""})
    CHECK_THROWS_WITH(read(head + "cat," + bad + "\n" + other), Contains("t.csv:2: the threshold of 'cat' is '"));
  CHECK_THROWS_WITH(read(head + "cat,.5\n" + other + "cat,.5\n"),
                    Contains("t.csv:4: the class 'cat' has a threshold on line 2 already"));
  CHECK_THROWS_WITH(read(head + other), Contains("no row for the class 'cat'; add one: cat,0.5"));
  CHECK_THROWS_WITH(read(head + "cats,.5\n" + other),
                    Contains("t.csv:2: unknown class") && Contains("did you mean 'cat'"));
  CHECK_THROWS_WITH(read("class,score\ncat,.5\n"), Contains("expected the columns class and threshold"));
}

TEST_CASE("columns give way to classes of their name") {
  const OutputColumns plain({"a", "b"});
  CHECK(plain.path == "path");
  CHECK(plain.calibrated_suffix == " calibrated");
  const OutputColumns odd({"path", "path_", "true", "a", "a calibrated", "b", "b true", "b true_"});
  CHECK(odd.path == "path__");
  CHECK(odd.truth == "true_");
  CHECK(odd.calibrated_suffix == " calibrated_");
  CHECK(odd.truth_suffix == " true__");
}

TEST_CASE("whole numbers that rise are an order, other names are not") {
  CHECK(names_are_ordered({"0", "1", "2", "10"}));
  CHECK(names_are_ordered({"01", "2"}));
  for (const std::vector<std::string>& names : {std::vector<std::string>{"0", "1", "10", "2"},
                                                {"a", "b"},
                                                {"1", "1.5"},
                                                {"1", "1"},
                                                {"1"},
                                                {},
                                                {"-1", "0"},
                                                {"1e1", "20"}})
    CHECK_FALSE(names_are_ordered(names));
}

TEST_CASE("macro means leave out classes without a positive or without a negative, and scikit-learn's values stay") {
  ModelInfo info;
  info.classes = {"both", "no negative", "no positive", "unknown"};
  info.train_counts = {10, 10, 10, 10};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Predictions p;
  p.labels = 4;
  p.ids = {0, 1};
  p.probabilities = {.9, .9, .9, .9, .1, .1, .1, .1};
  p.targets = {1, 1, 0, nan, 0, 1, 0, nan};
  const Evaluation e = evaluate(p, info, {});
  CHECK(e.ap.all.value == 1);
  CHECK(e.ap.all.defined == 1);
  CHECK(e.f1.all.defined == 2);
  CHECK(e.f1.all.value == Approx((1 + 2.0 / 3) / 2));
  CHECK(e.scores.f1.all.defined == 2);
  CHECK(std::isnan(e.class_ap[1]));
  CHECK(e.multi->ap[1] == 1);
  CHECK(e.multi->f1[2] == 0);
  CHECK_THAT(evaluation_table(e, info, {}, false),
             Contains("all        1.000   1 of 4  1.000   1 of 4  .833   2 of 4") &&
                 Contains("means over 3 of 4 classes, F1 over 2"));
  info.task = Task::single_label;
  p.class_index = {0, 1};
  const Evaluation single = evaluate(p, info, {});
  CHECK(single.f1.all.defined == 2);
  CHECK(single.ap.all.defined == 2);
  CHECK_THAT(evaluation_table(single, info, {}, false),
             Contains("balanced accuracy .500 over 2 of 4 classes") && Contains("   kappa ") && !Contains("quadratic"));
  info.ordinal = true;
  CHECK_THAT(evaluation_table(single, info, {}, false),
             Contains("quadratic kappa ") && Contains("in the order both, no negative, no positive, unknown"));
}
