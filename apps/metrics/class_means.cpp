// Macro and weighted means over defined classes, in all and by head / medium / tail.
#include "apps/metrics/class_means.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"

namespace skew::metrics {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check_lengths(size_t values, size_t weights, std::string_view what) {
  if (values != weights) {
    throw ValueError(text("metrics: ", values, " class values but ", weights, ' ', what, "; expected one a class"));
  }
}

}  // namespace

MacroMean macro_mean(std::span<const double> values) {
  double sum = 0;
  int64_t defined = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    defined += 1;
  }
  return {defined == 0 ? undefined : sum / static_cast<double>(defined), defined, std::ssize(values)};
}

double weighted_mean(std::span<const double> values, std::span<const int64_t> weights) {
  check_lengths(values.size(), weights.size(), "weights");
  double sum = 0, total = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    if (std::isnan(values[c])) continue;
    sum += static_cast<double>(weights[c]) * values[c];
    total += static_cast<double>(weights[c]);
  }
  return total == 0 ? undefined : sum / total;
}

std::string_view name(Band band) {
  constexpr std::array<std::string_view, 3> names{"head", "medium", "tail"};
  return names[static_cast<size_t>(band)];
}

Band band_of(int64_t training_count, BandCutoffs cutoffs) {
  if (training_count >= cutoffs.head) return Band::head;
  return training_count >= cutoffs.medium ? Band::medium : Band::tail;
}

BandMeans band_means(std::span<const double> values, std::span<const int64_t> training_counts, BandCutoffs cutoffs) {
  check_lengths(values.size(), training_counts.size(), "training counts");
  if (cutoffs.head < cutoffs.medium) {
    throw ValueError(text("metrics: head cut-off ", cutoffs.head, " below medium cut-off ", cutoffs.medium,
                          "; expected head >= medium"));
  }
  BandMeans means;
  means.all = macro_mean(values);
  for (const Band band : bands) {
    std::vector<double> members;
    for (size_t c = 0; c < values.size(); ++c) {
      if (band_of(training_counts[c], cutoffs) == band) members.push_back(values[c]);
    }
    means.by_band[static_cast<size_t>(band)] = macro_mean(members);
  }
  return means;
}

}  // namespace skew::metrics
