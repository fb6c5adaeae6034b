// Which of the images that are measured a run has seen while it was trained: its split.csv says. For eval and compare.
#pragma once
#include <string>

#include "apps/data/dataset.h"

namespace skew {

struct SeenImages {
  bool known = false;                        // there is a split.csv
  int64_t measured = 0, train = 0, val = 0;  // by their paths
  bool any() const { return train + val > 0; }
  // "14 of the 20 images measured (12 in train, 2 in val)"
  std::string words() const;
};

// Of the images of `split`, those that `given`, a run folder or a weights file in one, has in its train split, or in
// its val split where test images are measured. None for split train, which asks for them.
SeenImages seen_images(const std::string& given, const Dataset& data, Split split);

}  // namespace skew
