// Means over classes that say how many classes they cover, and the head / medium / tail grouping by training counts.
// Not here: any metric of one class. Used by multilabel.h, multiclass.h and every table and plot.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace skew::metrics {

// The mean of the defined (not NaN) values; `value` is NaN if there is none.
// Print it as "value over defined of classes".
struct MacroMean {
  double value;
  int64_t defined = 0, classes = 0;
};
MacroMean macro_mean(std::span<const double> values);
// Mean over the defined classes, each as often as it has `weights`; NaN if nothing is left. Throws
// ValueError on different lengths.
double weighted_mean(std::span<const double> values, std::span<const int64_t> weights);

enum class Band { head, medium, tail };
constexpr std::array<Band, 3> bands{Band::head, Band::medium, Band::tail};
std::string_view name(Band band);

// How many training images of a class make it head or medium; fewer are tail. Print the cut-offs beside the means.
constexpr int64_t head_from = 100, medium_from = 20;
Band band_of(int64_t training_count);

// The mean over all classes and over each band.
struct BandMeans {
  MacroMean all;
  std::array<MacroMean, 3> by_band;  // head, medium, tail
  const MacroMean& operator[](Band band) const { return by_band[size_t(band)]; }
};

// values[c] is class c's metric, training_counts[c] its positives in the training split (unknown labels not counted).
// Throws ValueError on different lengths.
BandMeans band_means(std::span<const double> values, std::span<const int64_t> training_counts);

}  // namespace skew::metrics
