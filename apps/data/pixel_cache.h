// Decoded images at training size, kept in memory up to a limit, so that from the second epoch on nothing is decoded.
// Shared by normalisation and all loaders of a run; safe to call from many threads. It changes nothing at random.
// Read next: apps/data/loader.h.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "apps/data/dataset.h"

namespace skew {

// One image as planes: (C,H,W) samples of 8 or 16 bits (native byte order).
struct Pixels {
  int bits = 8;
  std::vector<uint8_t> bytes;
};

struct InputSize {
  int64_t img_size = 0;  // both sides; 0: the images' own size, which must then be the same for all
  int64_t channels = 0;  // 1 or 3; 0: the first image's, which must then be the same for all
};

class PixelCache {
 public:
  explicit PixelCache(std::shared_ptr<const Dataset> data, InputSize size = {}, uint64_t capacity = uint64_t(1) << 30);

  // Image i, decoded or remembered. Throws FileError that names the file if it cannot be read or differs in size or
  // colour from the first image where no size or channel number was asked for.
  std::shared_ptr<const Pixels> get(int64_t i);

  const Dataset& data() const { return *data_; }
  int64_t channels() const { return channels_; }
  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  uint64_t bytes() const;   // held now
  int64_t decoded() const;  // images decoded so far

 private:
  std::shared_ptr<const Pixels> decode(int64_t i) const;

  std::shared_ptr<const Dataset> data_;
  InputSize size_;
  int64_t channels_, height_, width_;
  uint64_t capacity_, bytes_ = 0;
  int64_t decoded_ = 0;
  std::vector<std::shared_ptr<const Pixels>> held_;
  mutable std::mutex mutex_;
};

}  // namespace skew
