// Schedules beyond the golden cases: the ends, defaults, the state of the one that listens, refusals.
#include "models/optim/schedule.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"
#include "models/optim/make_schedule.h"

using namespace skew;
using Catch::Matchers::Contains;

TEST_CASE("the usual recipe: one warm-up epoch, then a cosine to 0") {
  const ptrdiff_t warmup = 7, total = 70;
  const auto schedule = make_schedule("warmup_cosine", 1e-3, {{"warmup", 7.}, {"steps", 70.}});
  for (ptrdiff_t t = 0; t < total; ++t) {
    const double part = double(t - warmup) / double(total - warmup);
    const double factor = t < warmup ? double(t + 1) / double(warmup) : .5 * (1 + std::cos(3.141592653589793 * part));
    CHECK(schedule->lr(t) == Approx(1e-3 * factor).epsilon(1e-14));
  }
  CHECK(schedule->lr(total) == 0);
  CHECK_FALSE(schedule->momentum(0).has_value());
}

TEST_CASE("rates stay finite and not negative far beyond the end and for the shortest runs") {
  const std::vector<std::pair<std::string, Args>> all = {
      {"constant", {}},
      {"cosine", {{"steps", 1.}}},
      {"warmup_cosine", {{"steps", 1.}, {"warmup", 1.}}},
      {"linear_then_cosine", {{"steps", 1.}, {"warmup", 1.}}},
      {"step", {{"every", 1.}}},
      {"multistep", {{"milestones", std::vector<double>{}}}},
      {"exponential", {{"gamma", .9}}},
      {"polynomial", {{"steps", 1.}}},
      {"one_cycle", {{"steps", 1.}}},
      {"one_cycle", {{"steps", 10.}, {"pct_start", .1}}},
      {"one_cycle", {{"steps", 10.}, {"pct_start", 0.}, {"three_phase", true}}},
      {"one_cycle", {{"steps", 10.}, {"pct_start", 1.}, {"three_phase", true}, {"anneal", std::string("linear")}}},
      {"cosine_restarts", {{"first", 1.}}},
      {"cosine_restarts", {{"first", 1.}, {"factor", 1e15}}},
      {"reduce_on_plateau", {}}};
  for (const auto& [name, args] : all) {
    const auto schedule = make_schedule(name, .1, args);
    for (const ptrdiff_t k : {ptrdiff_t(0), ptrdiff_t(1), ptrdiff_t(9), ptrdiff_t(10), ptrdiff_t(1) << 40}) {
      INFO(name << ' ' << args.print() << ", step " << k);
      const double lr = schedule->lr(k);
      CHECK(lr >= 0);
      CHECK(lr <= .1 * (1 + 1e-12));
      CHECK(schedule->momentum(k).value_or(.9) <= .95 + 1e-12);
      CHECK(schedule->momentum(k).value_or(.9) >= .85 - 1e-12);
    }
  }
  CHECK(schedule_names().size() == 11);
}

TEST_CASE("reduce_on_plateau resumes with its state") {
  const Args args{{"patience", 1.}, {"cooldown", 2.}, {"factor", .5}};
  const auto half = make_schedule("reduce_on_plateau", .1, args);
  for (int resumed = 0; resumed < 20; ++resumed) {
    const auto whole = make_schedule("reduce_on_plateau", .1, args),
               rest = make_schedule("reduce_on_plateau", .1, args);
    for (int k = 0; k < 20; ++k) {
      if (k == resumed) rest->load_state(whole->state());
      const double metric = k < 5 ? 1. / (k + 1) : .2 + .01 * (k % 3);
      whole->report(metric);
      if (k < resumed) continue;
      rest->report(metric);
      CHECK(rest->state() == whole->state());
    }
    CHECK(whole->lr(0) < .1);
  }
  CHECK_THROWS_AS(half->load_state({1, 2}), ValueError);
  CHECK_THROWS_AS(half->load_state({1, 2, -1, 0}), ValueError);
  CHECK_THROWS_AS(half->load_state({double(NAN), 2, 0, 0}), ValueError);
  CHECK_THROWS_AS(make_schedule("constant", .1)->load_state({1}), ValueError);
}

TEST_CASE("the first finite metric counts as better, NaN never") {
  for (const std::string mode : {"min", "max"}) {
    const auto schedule = make_schedule("reduce_on_plateau", 1, {{"mode", mode}, {"patience", 1.}, {"threshold", 2.}});
    schedule->report(NAN), schedule->report(1.);
    schedule->report(NAN);
    CHECK(schedule->lr(3) == 1);
    schedule->report(NAN);
    CHECK(schedule->lr(4) == .1);
  }
}

TEST_CASE("a relative threshold works for metrics of either sign") {
  for (const std::string mode : {"min", "max"})
    for (const double best : {-2., 2., -1e-3, 1e3}) {
      INFO(mode << ' ' << best);
      const double towards = mode == "max" ? 1 : -1, step = .1 * std::abs(best);
      const auto schedule =
          make_schedule("reduce_on_plateau", 1, {{"mode", mode}, {"patience", 0.}, {"threshold", .01}});
      schedule->report(best);
      schedule->report(best + towards * step);
      CHECK(schedule->lr(2) == 1);  // better
      schedule->report(best - towards * step);
      CHECK(schedule->lr(3) == .1);  // worse
    }
}

TEST_CASE("schedules: names and arguments out of range are refused") {
  const auto refuse = [](const char* name, const Args& args, const char* message) {
    INFO(name << ' ' << args.print());
    CHECK_THROWS_AS(make_schedule(name, .1, args), ValueError);
    CHECK_THROWS_WITH(make_schedule(name, .1, args), Contains(message));
  };
  refuse("cosin", {}, "did you mean 'cosine'?");
  refuse("cosine", {}, "steps must be ≥ 1, got 0: say how long it is");
  refuse("cosine", {{"steps", 0.}}, "steps must be ≥ 1");
  refuse("cosine", {{"steps", 1.5}}, "whole number");
  refuse("cosine", {{"steps", 5.}, {"min", -1.}}, "min");
  refuse("cosine", {{"step", 5.}}, "did you mean 'steps'?");
  refuse("warmup_cosine", {{"steps", 5.}, {"warmup", 6.}}, "warmup must be in [0, 5]");
  refuse("linear_then_cosine", {{"steps", 5.}, {"start", 0.}}, "start");
  refuse("step", {{"every", 0.}}, "every");
  refuse("step", {{"every", 2.}, {"gamma", double(NAN)}}, "gamma");
  refuse("multistep", {{"milestones", std::vector<double>{-1}}}, "milestones");
  refuse("exponential", {}, "gamma must be > 0, got 0");
  refuse("polynomial", {{"steps", 5.}, {"power", 0.}}, "power");
  refuse("one_cycle", {{"steps", 5.}, {"pct_start", 1.1}}, "pct_start");
  refuse("one_cycle", {{"steps", 5.}, {"anneal", std::string("line")}}, "unknown anneal 'line'");
  refuse("one_cycle", {{"steps", 5.}, {"max_momentum", 1.}}, "max_momentum");
  refuse("cosine_restarts", {{"first", 3.}, {"factor", 0.}}, "factor");
  refuse("reduce_on_plateau", {{"factor", 1.}}, "factor");
  refuse("reduce_on_plateau", {{"mode", std::string("mix")}}, "did you mean 'min'?");
  for (const double lr : {0., -1., double(NAN), double(INFINITY)})
    CHECK_THROWS_AS(make_schedule("constant", lr), ValueError);
}
