// Decoding happens outside the lock; when two threads decode the same image, the second result is dropped.
#include "apps/data/pixel_cache.h"

#include <cstring>

#include "apps/data/option_words.h"
#include "apps/data/resize.h"
#include "core/error.h"

namespace skew {
namespace {

// (H,W,C) to (C,H,W)
template <class T> void to_planes(const Image& image, uint8_t* out) {
  const size_t area = size_t(image.height * image.width), channels = size_t(image.channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      std::memcpy(out + (c * area + i) * sizeof(T), image.bytes.data() + (i * channels + c) * sizeof(T), sizeof(T));
}

}  // namespace

PixelCache::PixelCache(std::shared_ptr<const Dataset> data, InputSize size, uint64_t capacity)
    : data_(std::move(data)), size_(size), capacity_(capacity), held_(size_t(data_->size())) {
  if (size.img_size < 0 || size.img_size > 16384)
    throw ValueError(text("image size ", size.img_size, ": expected 1 to 16384, or 0 for the images' own"));
  if (size.channels != 0 && size.channels != 1 && size.channels != 3)
    throw ValueError(text("input channels ", size.channels, ": expected 1, 3, or 0 for the images' own"));
  channels_ = size.channels ? size.channels : data_->channels();
  height_ = size.img_size ? size.img_size : data_->height();
  width_ = size.img_size ? size.img_size : data_->width();
}

std::shared_ptr<const Pixels> PixelCache::decode(int64_t i) const {
  Image image = data_->read(i);
  const size_t expected = size_t(image.channels * image.height * image.width) * size_t(image.bits / 8);
  if (image.bytes.size() != expected)
    throw FileError(text(data_->path(i), ": decoded to an unexpected number of bytes"));
  if (size_.img_size == 0 && (image.height != height_ || image.width != width_))
    throw FileError(text(data_->path(i), " is ", image.height, "x", image.width, ", but ", data_->path(0), " is ",
                         height_, "x", width_, "; give ", option("img_size", "N"), " to bring all images to NxN"));
  if (size_.channels == 0 && (image.channels >= 3) != (channels_ == 3))
    throw FileError(text(data_->path(i), " is ", image.channels >= 3 ? "in colour" : "grey", ", but ", data_->path(0),
                         " is not; give ", option("channels", "1"), " or 3 to convert all images"));
  image = resize(convert_channels(std::move(image), channels_), height_, width_);
  auto pixels = std::make_shared<Pixels>();
  pixels->bits = image.bits;
  if (image.channels == 1) {
    pixels->bytes = std::move(image.bytes);
    return pixels;
  }
  pixels->bytes.resize(image.bytes.size());
  const auto fill = image.bits == 16 ? to_planes<uint16_t> : to_planes<uint8_t>;
  fill(image, pixels->bytes.data());
  return pixels;
}

std::shared_ptr<const Pixels> PixelCache::get(int64_t i) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto& held = held_.at(size_t(i))) return held;
  }
  std::shared_ptr<const Pixels> fresh = decode(i);
  const std::lock_guard lock(mutex_);
  ++decoded_;
  if (!held_[size_t(i)] && bytes_ + fresh->bytes.size() <= capacity_) {
    held_[size_t(i)] = fresh;
    bytes_ += fresh->bytes.size();
  }
  return fresh;
}

uint64_t PixelCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

int64_t PixelCache::decoded() const {
  const std::lock_guard lock(mutex_);
  return decoded_;
}

}  // namespace skew
