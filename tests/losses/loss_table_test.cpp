// Losses by name: what the table lists, how parameters are set, and how wrong words are refused.
#include "losses/table/loss_table.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;

TEST_CASE("the table lists every loss with a formula and documented parameters") {
  for (const char* name :
       {"ral", "asl", "apl", "hill", "focal", "bce", "cross_entropy", "softmax_focal", "poly1_ce", "asl_single",
        "ral_single", "ldam", "balanced_softmax", "logit_adjusted", "seesaw", "zlpr", "two_way"})
    CHECK(loss_table().count(name) == 1);
  for (const auto& [name, row] : loss_table()) {
    INFO(name);
    CHECK_FALSE(row.summary.empty());
    CHECK_FALSE(row.formula.empty());
    for (const FieldInfo& p : row.parameters) CHECK_FALSE((p.doc.empty() || p.range.empty()));
    const AnyLoss made = row.make({});
    CHECK(made.name() == name);
    CHECK(made.single_label() == row.single_label);
  }
}

TEST_CASE("parameters are set from text and read back") {
  const AnyLoss l = make_loss("ral", {{"gamma_neg", "2.5"}, {"form", "paper"}, {"terms", "3,4"}, {"parity", "true"}});
  CHECK(l.print() ==
        "ral(gamma_neg=2.5 gamma_pos=0 clip=0.05 lambda=1.5 epsilon_pos=1 epsilon_pos_pow=-2.5 epsilon_neg=0 "
        "detach_focus=false form=paper terms=3,4 parity=true eps=1e-08)");
  CHECK(make_loss("ral-paper").print() == make_loss("ral", {{"form", "paper"}}).print());
  CHECK(make_loss("bce", {{"pos_weight", "2,1.5,8"}}).print() == "bce(pos_weight=2,1.5,8)");
  CHECK(make_loss("bce", {{"pos_weight", "2,1.5,8,4,5"}}).print(4) == "bce(pos_weight=2,1.5,8,…,5 (5 numbers))");
  CHECK(make_loss("bce", {{"pos_weight", "2,1.5,8,4"}}).print(4) == "bce(pos_weight=2,1.5,8,4)");
  CHECK(make_loss("bce", {{"pos_weight", "2,1.5,8"}}).at(0, 1, 2).value == Approx(8 * std::log(2.0)));
  CHECK(make_loss("cross_entropy", {{"label_smoothing", "0.1"}}).print() == "cross_entropy(label_smoothing=0.1)");
}

TEST_CASE("with() changes some parameters and keeps the others") {
  const AnyLoss l = make_loss("ral-paper", {{"gamma_neg", "2"}});
  CHECK(l.has_parameter("clip"));
  CHECK_FALSE(l.has_parameter("epoch"));
  CHECK(l.with({{"clip", "0.1"}}).print() == make_loss("ral-paper", {{"gamma_neg", "2"}, {"clip", "0.1"}}).print());
  CHECK_THROWS_WITH(l.with({{"clip", "2"}}), Catch::Contains("ral: clip must be"));
  CHECK(l.after_batch(Tensor::full({2, 3}, 1)).empty());
}

TEST_CASE("unknown words and bad values are refused with the next step") {
  CHECK_THROWS_WITH(make_loss("focall"), Catch::Contains("unknown loss 'focall'; did you mean 'focal'? (near it: "));
  CHECK_THROWS_WITH(make_loss("ral", {{"gamma", "2"}}), Catch::Contains("unknown parameter of ral 'gamma'"));
  CHECK_THROWS_WITH(make_loss("ral", {{"gamma_neg", "four"}}), "ral: gamma_neg must be a number, got 'four'");
  CHECK_THROWS_WITH(make_loss("ral", {{"parity", "maybe"}}), "ral: parity must be true or false, got 'maybe'");
  CHECK_THROWS_WITH(make_loss("bce", {{"pos_weight", "1,-2"}}), Catch::Contains("bce: pos_weight must be ≥ 0, got -2"));
  CHECK_THROWS_WITH(make_loss("hill", {{"lambda", "1"}}), Catch::Contains("calling every class positive"));
  CHECK_THROWS_WITH(make_loss("focal", {{"alpha", "2"}}), Catch::Contains("focal: alpha must be in [-1, 1], got 2"));
  CHECK_THROWS_WITH(make_loss("cross_entropy", {{"label_smoothing", "1"}}), Catch::Contains("in [0, 1)"));
  CHECK_THROWS_AS(make_loss("cross_entropy").at(0, 1), ValueError);
}
