// Dividing images into train, val and test so that no patient is in two of them and every class keeps its share.
// It decides only; reading and writing split.csv is apps/data/dataset.h.
// Read next: apps/data/dataset.cpp, where sets without splits come here.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

struct SplitRatio {
  std::array<double, 3> share = {0.7, 0.1, 0.2};  // of train, val, test; non-negative, not all 0
};

// "70/10/20": three numbers that sum to 100, or to 1, the first not 0. Throws UsageError for anything else.
SplitRatio parse_ratio(std::string_view words);

// The split of each of N images. `groups`: N names (images of one name stay together, "" is alone) or none at all;
// `targets`: (N, classes), 1 = positive.
// Method: iterative stratification (Sechidis et al., "On the stratification of multi-label data", ECML 2011) over
// groups: the rarest class first, each of its groups, large ones first, goes to the split that lacks most of the class;
// what is left of a class's share when less than a whole group is lacking goes where images are lacking in all, so that
// classes of a few images make up for each other. Of images with one label each, each class's share is right to within
// one image and so is the total. The same arguments give the same answer on every machine.
// Time grows with the labels that are set, not with images × classes × splits.
std::vector<Split> stratified_split(std::span<const std::string> groups, std::span<const float> targets,
                                    int64_t classes, int64_t images, const SplitRatio& ratio, uint64_t seed);

}  // namespace skew
