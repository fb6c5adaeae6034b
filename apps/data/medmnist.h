// A MedMNIST .npz as it is: {train,val,test}_images (N,H,W) or (N,H,W,3) of bytes and {train,val,test}_labels (N,1),
// one class index an image, or (N,L), L labels of 0 or 1. Classes are called "0", "1", … unless DataOptions::classes
// names them. Splits may be missing, but train may not. Read next: apps/formats/npz.h.
#pragma once
#include <filesystem>

#include "apps/data/contents.h"

namespace skew {

// Throws FileError for a missing key (naming the keys there are), another dtype or shape, a label out of range.
Contents read_medmnist(const std::filesystem::path& file, const DataOptions& options);

}  // namespace skew
