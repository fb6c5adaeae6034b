// Temperature scaling, the calibration of a softmax: C. Guo et al., "On calibration of modern neural networks", ICML
// 2017, arXiv 1706.04599. One number for all classes, so the order of the classes of an image stays.
// For one class on its own: score_map.h.
#pragma once
#include <cstdint>
#include <span>

namespace skew::metrics {

// softmax(β·ln p) of each row of (samples, classes) probabilities, in place: β = 1/T is the inverse temperature. Below
// 1 it makes a model less sure of itself.
void apply_temperature(std::span<double> probabilities, int64_t classes, double inverse_temperature);

// The β in [e⁻⁴, e⁴] with the least log loss. A share 1/(n+2) of each target lies on all classes alike, as in Platt's
// scaling, so that n images without a mistake still give a finite answer. 1 for no images.
double fit_inverse_temperature(std::span<const double> probabilities, std::span<const int64_t> targets,
                               int64_t classes);

}  // namespace skew::metrics
