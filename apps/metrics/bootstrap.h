// How far a metric of one test set can be trusted: intervals by resampling its images, whole patients at a time (B.
// Efron, R. Tibshirani, "An introduction to the bootstrap", 1993). .933 on five positives is not .999 on 256. Not here:
// repeats of a whole experiment (significance.h).
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/metrics/resampled_interval.h"

namespace skew::metrics {

// Which images are drawn together: those of a patient.
struct Groups {
  std::vector<int64_t> of_image;  // N, from 0 to count − 1
  int64_t count = 0;
};
// One group a name; images without a name, "", are a group each.
Groups groups_of(std::span<const std::string> names);

struct BootstrapOptions {
  int64_t resamples = 1000;
  double coverage = .95;
  uint64_t seed = 0;
};

// As many resamples as take a second or two for `values` numbers read in each: at most 1,000, 0 where even 100 are
// many.
int64_t affordable_resamples(int64_t values);

// Calls `look` with how often each group is in it, for each resample in turn; equal for equal options.
void resample(int64_t groups, const BootstrapOptions& options,
              const std::function<void(std::span<const int32_t> times)>& look);

// Of AP and AUROC for each of C classes, and of their means over the classes that have them.
struct RankingReplicates {
  int64_t classes = 0, resamples = 0, groups = 0;
  std::vector<double> ap, auroc;                      // (C): of the set itself; AP NaN without a positive or a negative
  std::vector<double> resampled_ap, resampled_auroc;  // (C, resamples); NaN where a resample has none
  std::vector<int64_t> positives, negatives;          // (C): known images
  std::vector<int64_t> positive_groups, negative_groups;  // (C): groups with such an image
};

// scores, targets: (N, C), targets 1, 0 or NaN for unknown. Throws ValueError as known() in labelled_scores.h does, and
// on different lengths.
RankingReplicates ranking_replicates(std::span<const double> scores, std::span<const double> targets, int64_t classes,
                                     const Groups& groups, const BootstrapOptions& options = {});

// Of a class. NaN where its rarer kind has one group or none.
Interval ap_interval(const RankingReplicates& r, int64_t c, double coverage = .95);
Interval auroc_interval(const RankingReplicates& r, int64_t c, double coverage = .95);
// Of the mean over classes (resampled_interval.h says what of classes with one group). NaN of one group in all.
Interval mean_ap_interval(const RankingReplicates& r, double coverage = .95);
Interval mean_auroc_interval(const RankingReplicates& r, double coverage = .95);

// Of two models on the same images, resampled alike (equal groups and options): what `a` has more than `b`. −(b, a) is
// (a, b). Means are over the classes that have both.
Difference ap_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage = .95);
Difference auroc_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage = .95);
Difference mean_ap_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage = .95);
Difference mean_auroc_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage = .95);

// Of the share of images that are right, `right` (N) 1 or 0: accuracy.
Interval share_interval(std::span<const uint8_t> right, const Groups& groups, const BootstrapOptions& options = {});
// Of the mean of that share over the classes that have images, `of_class` (N) from 0 to classes − 1: balanced accuracy.
Interval mean_share_interval(std::span<const uint8_t> right, std::span<const int64_t> of_class, int64_t classes,
                             const Groups& groups, const BootstrapOptions& options = {});

}  // namespace skew::metrics
