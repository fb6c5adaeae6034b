// Decoded images at training size, kept in memory up to a limit, so that from the second epoch on nothing is decoded.
// Shared by normalisation and all loaders of a run; safe to call from many threads. It changes nothing at random.
// Read next: apps/data/loader.h.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "apps/data/input_size.h"

namespace skew {

// One image as planes: (C,H,W) samples of 8 or 16 bits (native byte order).
struct Pixels {
  int bits = 8;
  std::vector<uint8_t> bytes;
};

class PixelCache {
 public:
  // At a shape chosen for the set (input_size.h): reads the headers of all files first.
  explicit PixelCache(std::shared_ptr<const Dataset> data, InputSize size = {}, uint64_t capacity = uint64_t(1) << 30);
  // At a shape chosen before, as a trained model's: every image is brought to it.
  PixelCache(const InputShape& shape, std::shared_ptr<const Dataset> data, uint64_t capacity = uint64_t(1) << 30);

  // Image i, decoded or remembered. Throws FileError that names the file if it cannot be read, or if a source that is
  // no files says one size or colour and gives another, where none was asked for.
  std::shared_ptr<const Pixels> get(int64_t i);

  const Dataset& data() const { return *data_; }
  const InputShape& shape() const { return shape_; }
  int64_t channels() const { return shape_.channels; }
  int64_t height() const { return shape_.height; }
  int64_t width() const { return shape_.width; }
  const std::string& note() const { return note_; }  // describe_input(), or ""
  // Files whose headers cannot be read; 0 where the shape was chosen before.
  int64_t unreadable_headers() const { return unreadable_headers_; }
  // Of the images met so far: whether i could not be read, and those of `others` that are equal to one of `some`.
  bool failed(int64_t i) const;
  struct Repeat {
    int64_t image = 0, of = 0;
  };
  std::vector<Repeat> repeats(std::span<const int64_t> some, std::span<const int64_t> others) const;
  uint64_t bytes() const;   // held now
  int64_t decoded() const;  // images decoded so far

 private:
  void remember_none();
  std::shared_ptr<const Pixels> decode(int64_t i) const;

  std::shared_ptr<const Dataset> data_;
  InputShape shape_;
  bool any_size_ = true, any_channels_ = true;  // whether images may differ from the shape
  std::string note_;
  uint64_t capacity_, bytes_ = 0;
  int64_t decoded_ = 0, unreadable_headers_ = 0;
  std::vector<std::shared_ptr<const Pixels>> held_;
  std::vector<uint64_t> hashes_;  // of the pixels; 0: not met
  std::vector<bool> failed_;
  mutable std::mutex mutex_;
};

// What is wrong with each of the images `indices` that cannot be read, in their order; the others are remembered as far
// as the cache goes. `workers`: threads.
std::vector<std::string> unreadable(PixelCache& cache, std::span<const int64_t> indices, int workers = 1);

}  // namespace skew
