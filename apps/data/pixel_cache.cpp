// Decoding happens outside the lock; when two threads decode the same image, the second result is dropped.
#include "apps/data/pixel_cache.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>
#include <unordered_map>

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

// Eight bytes at a time: two images of a million agree by chance once in ten million sets.
uint64_t hash_of_pixels(const Pixels& pixels) {
  uint64_t hash = 0x9e3779b97f4a7c15u + uint64_t(pixels.bits);
  for (size_t at = 0; at < pixels.bytes.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, pixels.bytes.data() + at, std::min<size_t>(8, pixels.bytes.size() - at));
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash | 1;  // 0 stands for none
}

}  // namespace

PixelCache::PixelCache(std::shared_ptr<const Dataset> data, InputSize size, uint64_t capacity)
    : data_(std::move(data)), capacity_(capacity) {
  remember_none();
  const ImageSurvey survey = survey_images(*data_);
  shape_ = choose_input(survey, *data_, size);
  any_size_ = size.img_size != 0 || survey.sizes.size() > 1;
  any_channels_ = size.channels != 0 || (survey.grey > 0 && survey.colour > 0);
  note_ = describe_input(survey, shape_);
  unreadable_headers_ = survey.unreadable;
}

PixelCache::PixelCache(const InputShape& shape, std::shared_ptr<const Dataset> data, uint64_t capacity)
    : data_(std::move(data)), shape_(shape), capacity_(capacity) {
  remember_none();
}

void PixelCache::remember_none() {
  held_.resize(size_t(data_->size()));
  hashes_.resize(held_.size());
  failed_.resize(held_.size());
}

std::shared_ptr<const Pixels> PixelCache::decode(int64_t i) const {
  Image image = data_->read(i);
  const size_t expected = size_t(image.channels * image.height * image.width) * size_t(image.bits / 8);
  if (image.bytes.size() != expected)
    throw FileError(text(data_->path(i), ": decoded to an unexpected number of bytes"));
  if (!any_size_ && (image.height != height() || image.width != width()))
    throw FileError(text(data_->path(i), " is ", image.width, "x", image.height, ", but ", data_->name(), " says ",
                         width(), "x", height(), "; give ", option("img_size", "N"), " to bring all images to NxN"));
  if (!any_channels_ && (image.channels >= 3) != (channels() == 3))
    throw FileError(text(data_->path(i), " is ", image.channels >= 3 ? "in colour" : "grey", ", and ", data_->name(),
                         " says otherwise; give ", option("channels", "1"), " or 3 to convert all images"));
  image = fitted(convert_channels(std::move(image), channels()), height(), width(), shape_.fit);
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
  std::shared_ptr<const Pixels> fresh;
  try {
    fresh = decode(i);
  } catch (const Error&) {
    const std::lock_guard lock(mutex_);
    failed_[size_t(i)] = true;
    throw;
  }
  const uint64_t hash = hash_of_pixels(*fresh);
  const std::lock_guard lock(mutex_);
  ++decoded_;
  hashes_[size_t(i)] = hash;
  if (!held_[size_t(i)] && bytes_ + fresh->bytes.size() <= capacity_) {
    held_[size_t(i)] = fresh;
    bytes_ += fresh->bytes.size();
  }
  return fresh;
}

bool PixelCache::failed(int64_t i) const {
  const std::lock_guard lock(mutex_);
  return failed_.at(size_t(i));
}

std::vector<PixelCache::Repeat> PixelCache::repeats(std::span<const int64_t> some,
                                                    std::span<const int64_t> others) const {
  const std::lock_guard lock(mutex_);
  std::unordered_map<uint64_t, int64_t> known;
  for (const int64_t i : some)
    if (hashes_.at(size_t(i))) known.try_emplace(hashes_[size_t(i)], i);
  std::vector<Repeat> out;
  for (const int64_t i : others)
    if (const auto at = known.find(hashes_.at(size_t(i))); at != known.end()) out.push_back({i, at->second});
  return out;
}

uint64_t PixelCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

int64_t PixelCache::decoded() const {
  const std::lock_guard lock(mutex_);
  return decoded_;
}

std::vector<std::string> unreadable(PixelCache& cache, std::span<const int64_t> indices, int workers) {
  std::vector<std::string> why(indices.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t k = next++; k < indices.size(); k = next++) try {
        cache.get(indices[k]);
      } catch (const std::exception& error) {
        why[k] = error.what();
      }
  };
  {
    std::vector<std::jthread> threads;
    for (int t = 1; t < workers; ++t) threads.emplace_back(work);
    work();
  }
  std::erase(why, "");
  return why;
}

}  // namespace skew
