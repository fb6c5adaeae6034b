// Weights and margins made from class counts: what the losses for long tails have in common.
// Functions that fill a span take one number a class in it, or as many as class_freq holds.
#pragma once
#include <cstddef>
#include <span>

#include "core/fields.h"

namespace skew {

// The range of class_freq: images (positives) of each class. One number stands for any number of equal classes.
constexpr Range class_counts() {
  return at_least(1, "a class without training images has no frequency; leave it out, or give it a count");
}

// Throws ShapeError, naming loss and parameter, unless there is one number for all classes or one per class.
void check_counts(FieldName what, const PerClass& class_freq, ptrdiff_t classes);

// (1−β)/(1−β^n_c), scaled to mean 1: the weight of a class by its effective number of images. β in [0, 1).
// Cui et al., "Class-balanced loss based on effective number of samples", CVPR 2019, arXiv 1901.05555, Eq. 3.
void effective_number_weights(double beta, const PerClass& class_freq, std::span<double> to);
PerClass effective_number_weights(double beta, const PerClass& class_freq);

// max_m · (n_c / smallest n)^(−1/4): the rarest class gets the margin max_m.
// Cao et al., "Learning imbalanced datasets with label-distribution-aware margin loss", NeurIPS 2019, arXiv 1906.07413.
void ldam_margins(double max_m, const PerClass& class_freq, std::span<double> to);
PerClass ldam_margins(double max_m, const PerClass& class_freq);

PerClass inverse(const PerClass& class_freq);  // 1/n_c
// −κ·ln(N/n_c − 1): κ of a class's log-odds in N training images, with n_c < N.
PerClass log_odds_bias(double kappa, const PerClass& class_freq, double train_num);
// Throws ValueError when some n_c reaches N: a class that is in every image has no odds.
void check_odds(FieldName what, const PerClass& class_freq, double train_num);

}  // namespace skew
