// Calibration of a softmax: softmax(β·ln p + b) of each row p of probabilities. Temperature scaling has β = 1/T alone,
// one number for all classes; vector scaling has a bias for each class beside it, which moves the prior (C. Guo et al.,
// "On calibration of modern neural networks", ICML 2017, arXiv 1706.04599). Maps of single scores: score_map.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

struct SoftmaxMap {
  double inverse_temperature = 1;  // β > 0; below 1 a model becomes less sure of itself
  std::vector<double> bias = {};   // b, one a class; empty: 0 for all, and the order of the classes of an image stays
};

// Of each row of (samples, classes) probabilities in [0, 1], in place.
void apply_softmax_map(std::span<double> probabilities, int64_t classes, const SoftmaxMap& map);

// Both fits: the least log loss, convex in what is fitted, with β in [e⁻⁴, e⁴]. A share 1/(n+2) of each target lies on
// all classes alike, as in Platt's scaling, so that n images without a mistake still give a finite answer. targets:
// class indices, one a row. The identity (and `toward`) for no images.
double fit_inverse_temperature(std::span<const double> probabilities, std::span<const int64_t> targets,
                               int64_t classes);

// β and b. toward: the biases that are expected, one a class; empty: 0. To leave one by d costs d²/2, what one image
// would: a class with few images keeps to it, and one with none does not run away.
SoftmaxMap fit_vector_scaling(std::span<const double> probabilities, std::span<const int64_t> targets, int64_t classes,
                              std::span<const double> toward = {});

}  // namespace skew::metrics
