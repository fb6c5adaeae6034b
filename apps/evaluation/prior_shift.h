// How training changed the prior of a softmax: what takes its scores back to rates. A loss that adds ln n to the
// logits, weights of classes, and a sampler that shows rare classes more often all teach p(class | image) of a world
// with other frequencies, and by Bayes' rule ln p differs from the true one by a number a class (J. Ren et al., NeurIPS
// 2020; A. K. Menon et al., ICLR 2021). Known exactly, nothing is fitted; choose_calibration.h tries it against what
// can be.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "apps/data/sampler.h"
#include "losses/table/loss_table.h"

namespace skew {

// b, one a class with mean 0: risks are softmax(ln score + b) for images as frequent as in training. Of
// balanced_softmax and logit_adjusted τ·ln n; of class_balanced −ln w; of class-aware and repeat-factor sampling ln of
// a class's share of the images less that of its share of what was shown. These add up. Empty where the prior is as it
// was, and for losses of several labels. train_counts: images of each class in the train split; a class without any
// counts as half an image.
std::vector<double> prior_shift(const AnyLoss& loss, const SamplerOptions& sampler,
                                std::span<const int64_t> train_counts);

}  // namespace skew
