// synth:shapes14, a multi-label, long-tailed set that needs no files: 28×28 grey images, 14 labels, one for each shape
// of apps/data/shape_drawing.h, 2800/400/800 images in train/val/test. Made, never stored: image i is a function of the
// seed and i.
//   positives      label k = 1 … 14 has round(n · .32 / k^1.46) in a split of n images: 896 discs to 19 hooks in train;
//                  more than a third of the images show no shape
//   co-occurrence  an image belongs to one of three scenes (50, 30, 20 %); 80 % of the positives of label k lie in
//                  scene k mod 3, so labels of one scene meet more often than chance
//   difficulty     shapes turn, move, vary in size and contrast, are bright (7 of 8) or dark, over a background with
//                  blobs, scratches and noise: a linear model on pixels finds little, a small conv net finds them
// Grammar: synth:shapes14[:TRAIN/VAL/TEST][:seed=S]. The seed here is the data's own (0), whatever the run's seed.
#pragma once
#include <string>

#include "apps/data/contents.h"

namespace skew {

// Throws ValueError for an unknown name or malformed sizes.
Contents synth_shapes(const std::string& src, const DataOptions& options);

}  // namespace skew
