// Class counts as parameters of losses: the number of training images of each class, from which priors, margins and
// weights are made. Used by ldam.h, balanced_softmax.h, logit_adjusted.h.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "losses/parameter.h"

namespace skew {

constexpr Range counts_above_zero() { return above(0, "a class without training images has no prior; leave it out"); }

// The counts of `classes` classes; one number stands for all of them. Throws ShapeError naming loss and parameter when
// the list has another length.
std::vector<double> counts_of(ParameterName what, const PerClass& counts, ptrdiff_t classes);

// (1−β)/(1−β^n_c), scaled to a mean of 1: Y. Cui et al., "Class-balanced loss based on effective number of samples",
// CVPR 2019, arXiv 1901.05555.
std::vector<double> effective_number_weights(const std::vector<double>& counts, double beta);

}  // namespace skew
