// fashion-mosaic: multi-label, long-tailed 2×2 mosaics of Debian's dataset-fashion-mnist (Xiao et al., 2017, MIT).
// 56×56 grey; 10 labels; 4000/500/1000 images in train/val/test. Train and val use Fashion-MNIST's training images
// 0 … 53,999 and 54,000 … 59,999, test its test images: no garment is in two splits.
//   a mosaic   1 to 4 of its 4 cells (each number alike) hold a garment, the others are black
//   a garment  its class c = 0 … 9 is drawn with probability ∝ 100^(−c/9): 100 t-shirts to 1 ankle boot
//   a label    is positive if any cell shows it
// Fixed by its own seed (0), whatever the run's seed. Read next: apps/data/dataset.h.
#pragma once
#include <filesystem>

#include "apps/data/contents.h"

namespace skew {

// Throws FileError naming the Debian package if the files are missing, or the file that is damaged.
Contents fashion_mosaic(const DataOptions& options,
                        const std::filesystem::path& folder = "/usr/share/datasets/fashion-mnist");

}  // namespace skew
