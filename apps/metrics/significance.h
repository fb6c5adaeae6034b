// What repeating an experiment says: a mean with its interval, and whether two methods that were repeated side by side
// differ. Student's t for a few repeats. Not here: intervals from one repeat by resampling its images.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

// P(|T| > |t|) for Student's t with df >= 1 degrees of freedom, to 1e-14 (absolute).
// Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: finite sums for whole df.
double student_t_two_sided(double t, int64_t df);
// The t with student_t_two_sided(t, df) = 1 - coverage, coverage in (0, 1): 4.303 for .95 and df 2.
double student_t_quantile(double coverage, int64_t df);

// mean ± half_width holds the true mean with 95 % coverage, if the repeats are normally distributed.
struct MeanInterval {
  double mean, deviation, half_width;  // deviation: of one repeat, divided by n - 1
  int64_t n = 0;                       // defined values; the last two are NaN below 2
};
// NaN (undefined) values are left out; the mean of none is NaN.
MeanInterval mean_interval(std::span<const double> values);

// The differences a[i] - b[i] of repeats under equal conditions (a seed each), and the paired t test of a mean of 0.
struct PairedTest {
  MeanInterval difference;
  double p;  // NaN below 2 pairs, and where every difference is the same (no spread to judge by); 1 where all are 0
};
// Pairs with an undefined value are left out. Throws ValueError on different lengths.
PairedTest paired_test(std::span<const double> a, std::span<const double> b);

// Holm's step-down correction for several tests at once (Scandinavian Journal of Statistics 6, 1979): the chance that
// any true null hypothesis is refused stays below the level. NaN values are no tests and stay NaN.
std::vector<double> holm(std::span<const double> p);

}  // namespace skew::metrics
