// From the values that resamples give to an interval: of one class, and of the mean over classes (bootstrap.h
// resamples).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

struct Interval {
  double low, high;  // NaN where undefined
};

// A difference of two models on the same images, and its interval.
struct Difference {
  double value;
  Interval interval;
};

// What resamples cannot show by themselves. Units are what is drawn: groups of images of a class's rarer kind.
struct Precision {
  int64_t units = 0;           // one more than the degrees of freedom; below 2 nothing is known
  double inflation = 1;        // of the resamples' variance
  double hidden_variance = 0;  // beside it
};
// Of one class: resampling n units shows a variance too small by (n − 1)/n.
Precision precision_of(int64_t units);

// Of a value from 0 to 1 on the logit scale, where AP and AUROC are nearest to normal, with the resamples' deviation
// and Student's t. resampled: NaN where a resample has none. steps: a value is a multiple of 1/steps.
Interval logit_interval(double value, std::span<const double> resampled, double steps, const Precision& precision,
                        double coverage);

// resampled: differences, from −1 to 1; the interval is NaN where the value or its precision is.
Difference difference_of(double value, std::span<const double> resampled, const Precision& precision, double coverage);

// Of each of C classes: a value, or a difference of two, and what stands behind it.
struct ClassValues {
  std::span<const double> value, resampled;  // (C), (C, resamples); a value of NaN is left out
  std::vector<int64_t> units;                // (C)
  std::vector<double> steps;                 // (C)
  bool faultless = true;  // a value that no resample changes is a share of right units; a difference is not
};

// The mean over classes, in the whole set and in each resample; a class that a resample lacks counts there with its
// value in the whole set. Its degrees of freedom are Welch's and Satterthwaite's: mostly those of the classes that vary
// most, the rare ones. Of a class of one unit no resample shows how another unit would have come out: it is thought to
// vary as such classes do among each other and as one unit of the larger classes does.
struct MeanOverClasses {
  double value = 0;
  std::vector<double> resampled;
  double steps = 0;
  Precision precision;
};
// groups: of images, in all classes.
MeanOverClasses mean_over_classes(const ClassValues& of, int64_t groups);

}  // namespace skew::metrics
