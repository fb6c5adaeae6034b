// Batches of normalised, augmented images, prepared ahead on worker threads.
// Order and bytes are a function of (data, options without `workers`, epoch): 0 or 7 workers give the same.
// It knows no tensors; the training loop wraps the vectors. Read next: apps/data/augmentation.h, sampler.h.
#pragma once
#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "apps/data/augmentation.h"
#include "apps/data/pixel_cache.h"
#include "apps/data/sampler.h"

namespace skew {

// n images, C channels, L classes.
struct Batch {
  int64_t n = 0, left_out = 0;       // images in it; unreadable ones that belong to it and are not
  std::vector<float> images;         // (n,C,H,W) row-major
  std::vector<float> targets;        // (n,L): 0 or 1; 0 where unknown
  std::vector<float> mask;           // (n,L): 1 known, 0 unknown; empty if all are known
  std::vector<int64_t> class_index;  // (n): single label only, else empty
  std::vector<int64_t> ids;          // (n): indices into the dataset
};

// What an unreadable image does: end the epoch, or be left out and listed.
enum class BadImages : uint8_t { fail, skip };
constexpr std::array<const char*, 2> words_of(BadImages) { return {"fail", "skip"}; }

struct LoaderOptions {
  int64_t batch = 64;
  bool train = true;  // order from the sampler, augmented, a last incomplete batch is dropped (unless it is the
                      // only one); false: ascending order as given, everything, unchanged
  SamplerOptions sampler = {};
  Augmentation augmentation = {.flip = true, .crop = true};
  Normalisation normalisation = {};  // C means and standard deviations
  uint64_t seed = 0;
  int workers = 1;  // threads; 0: batches are made in next()
  int ahead = 4;    // batches prepared before they are asked for
  BadImages bad_images = BadImages::fail;
};

class Loader {
 public:
  // indices: the images of one split. Throws ValueError for options out of range.
  Loader(std::shared_ptr<PixelCache> cache, std::vector<int64_t> indices, LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  int64_t batches() const { return batches_; }  // of every epoch
  // Begins an epoch at one of its batches (a resumed run: the first one not yet trained on). What was prepared of an
  // epoch not finished is dropped.
  void start(int64_t epoch, int64_t first_batch = 0);
  // The next batch into `batch`, whose memory is used again; false at the end of the epoch, or before any start().
  // Rethrows, at the batch where it belongs, what a worker met: a FileError that names the image.
  bool next(Batch& batch);

  // BadImages::skip: "name: why" of every image left out so far, in ascending order, each once.
  std::vector<std::string> bad_images() const;

 private:
  struct Slot {
    Batch batch;
    std::exception_ptr error;
    bool ready = false;
  };
  void work();
  void fill(int64_t number, Batch& batch);
  bool add_image(int64_t place, Batch& batch);
  void quiesce(std::unique_lock<std::mutex>& lock);

  std::shared_ptr<PixelCache> cache_;
  LoaderOptions options_;
  std::vector<int64_t> indices_;
  std::unique_ptr<Sampler> sampler_;
  int64_t batches_ = 0;

  // the epoch under way; written only while no worker is building
  int64_t epoch_ = 0;
  std::vector<int64_t> order_, repeat_;

  mutable std::mutex mutex_;
  std::condition_variable work_, done_;
  std::vector<Slot> slots_;          // batch k is built in slot k mod their number
  int64_t build_ = 0, deliver_ = 0;  // the next batch to build and to hand out
  int64_t building_ = 0;
  bool running_ = false, stop_ = false;
  std::vector<std::string> bad_;  // of each dataset index: why it was left out, or ""
  std::vector<std::jthread> threads_;
};

}  // namespace skew
