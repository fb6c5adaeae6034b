// How many positives each class has: horizontal bars, sorted, coloured head / medium / tail. labels.svg of a run.
// Not for metrics; a table shows those (apps/report/table.h).
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "apps/metrics/class_means.h"
#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct LabelCount {
  std::string name;
  int64_t positives = 0;
  int64_t unknown = 0;  // samples whose label is not known
  int64_t drawn = -1;   // positives that the sampler shows in an epoch; −1: each image once, nothing to say
};

// The rarer, the stronger: the same in every figure.
Colour band_colour(metrics::Band band);

// Counts of the training split of `images` images. CSV: class, positives, unknown, share, band; drawn, where a sampler
// (its name) draws other numbers.
Figure label_chart(std::span<const LabelCount> counts, int64_t images, const std::string& sampler = "");

}  // namespace skew::report
