// Student's t and what is built on it, beside SciPy's values.
#include "apps/metrics/significance.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"

using namespace skew;
using namespace skew::metrics;

TEST_CASE("Student's t beside scipy.stats.t") {
  struct Row {
    double t;
    int64_t df;
    double p;
  };
  for (const Row& r : {Row{1.0, 1, 0.5000000000000001},
                       {12.706204736432095, 1, 0.0499999999989913},
                       {2.5, 2, 0.12961172022151082},
                       {-4.302652729911275, 2, 0.04999999999651663},
                       {0.3, 3, 0.783763292039919},
                       {3.1, 4, 0.03622111103743915},
                       {7.5, 5, 0.0006662532489661804},
                       {2.0, 15, 0.06394500728472015},
                       {5.0, 16, 0.00013086769808078334},
                       {1.96, 1000, 0.050273184955748736}}) {
    INFO(r.t << " with " << r.df);
    CHECK(student_t_two_sided(r.t, r.df) == Approx(r.p).margin(1e-14).epsilon(0));
  }
  CHECK(student_t_two_sided(HUGE_VAL, 7) == 0);
  CHECK(student_t_two_sided(0, 4) == 1);
  CHECK(student_t_quantile(.95, 1) == Approx(12.706204736174694).epsilon(1e-12));
  CHECK(student_t_quantile(.95, 2) == Approx(4.302652729749462).epsilon(1e-12));
  CHECK(student_t_quantile(.95, 15) == Approx(2.131449545559776).epsilon(1e-12));
  CHECK_THROWS_AS(student_t_two_sided(1, 0), ValueError);
  CHECK_THROWS_AS(student_t_quantile(1, 3), ValueError);
}

TEST_CASE("a mean with its interval") {
  const MeanInterval m = mean_interval(std::vector<double>{1, 2, NAN, 3});
  CHECK(m.n == 3);
  CHECK(m.mean == 2);
  CHECK(m.deviation == Approx(1));
  CHECK(m.half_width == Approx(4.302652729749462 / std::sqrt(3.0)));
  const MeanInterval one = mean_interval(std::vector<double>{5, NAN});
  CHECK(one.mean == 5);
  CHECK(std::isnan(one.half_width));
  CHECK(std::isnan(mean_interval({}).mean));
}

TEST_CASE("the paired test beside scipy.stats.ttest_rel") {
  const std::vector<double> a{.412, .398, .431, .405}, b{.391, .402, .409, .388};
  const PairedTest t = paired_test(a, b);
  CHECK(t.difference.mean == Approx(.014));
  CHECK(t.difference.half_width == Approx(0.019401615398299116));
  CHECK(t.p == Approx(0.10533373312350044));
  CHECK(paired_test(b, a).p == t.p);
  CHECK(paired_test(a, a).p == 1);
  CHECK(std::isnan(paired_test(std::vector<double>{.51, .61, .71}, std::vector<double>{.5, .6, .7}).p));  // no spread
  CHECK(std::isnan(paired_test(std::vector<double>{1, NAN}, std::vector<double>{2, 3}).p));
  CHECK_THROWS_AS(paired_test(a, std::vector<double>{1}), ValueError);
}

TEST_CASE("Holm's correction") {
  const std::vector<double> p = holm(std::vector<double>{.04, .01, NAN, .03});  // sorted: .01·3, .03·2, .04·1
  CHECK(p[0] == Approx(.06));
  CHECK(p[1] == Approx(.03));
  CHECK(std::isnan(p[2]));
  CHECK(p[3] == Approx(.06));
  CHECK(holm(std::vector<double>{.6, .7})[0] == 1);
}
