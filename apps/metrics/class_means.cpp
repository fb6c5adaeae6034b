// Macro means over defined classes, in all and by head / medium / tail.
#include "apps/metrics/class_means.h"

#include <cmath>
#include <vector>

#include "core/error.h"

namespace skew::metrics {

namespace {

void check_lengths(std::span<const double> values, std::span<const int64_t> of_classes, std::string_view what) {
  if (values.size() != of_classes.size())
    throw ValueError(
        text("metrics: ", values.size(), " class values but ", of_classes.size(), ' ', what, "; expected one a class"));
}

}  // namespace

MacroMean macro_mean(std::span<const double> values) {
  double sum = 0;
  int64_t defined = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++defined;
  }
  return {sum / double(defined), defined, std::ssize(values)};  // 0 / 0 is NaN
}

double weighted_mean(std::span<const double> values, std::span<const int64_t> weights) {
  check_lengths(values, weights, "weights");
  double sum = 0, total = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    if (std::isnan(values[c])) continue;
    sum += double(weights[c]) * values[c];
    total += double(weights[c]);
  }
  return total == 0 ? NAN : sum / total;
}

std::string_view name(Band band) {
  constexpr std::array<std::string_view, 3> names{"head", "medium", "tail"};
  return names[size_t(band)];
}

Band band_of(int64_t training_count) {
  if (training_count >= head_from) return Band::head;
  return training_count >= medium_from ? Band::medium : Band::tail;
}

BandMeans band_means(std::span<const double> values, std::span<const int64_t> training_counts) {
  check_lengths(values, training_counts, "training counts");
  BandMeans means{macro_mean(values), {}};
  for (const Band band : bands) {
    std::vector<double> members;
    for (size_t c = 0; c < values.size(); ++c)
      if (band_of(training_counts[c]) == band) members.push_back(values[c]);
    means.by_band[size_t(band)] = macro_mean(members);
  }
  return means;
}

}  // namespace skew::metrics
