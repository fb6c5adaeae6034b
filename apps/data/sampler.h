// The order in which an epoch shows the training images: a function of (seed, epoch) alone.
//   uniform        every image once, shuffled
//   class-aware    classes in turn, each giving its next image (Shen et al., "Relay backpropagation", ECCV 2016);
//                  images without any positive count as one more class, or they would never be seen
//   repeat-factor  image i about r_i = max over its positives c of max(1, √(t / f_c)) times, f_c the fraction of images
//                  with c (Gupta et al., "LVIS", CVPR 2019, section 5.1); fractions of r_i by systematic resampling,
//                  so that the number of images is the same in every epoch
// Read next: apps/data/loader.h.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "apps/data/dataset.h"

namespace skew {

enum class SamplerKind : uint8_t { uniform, class_aware, repeat_factor };
constexpr std::array<const char*, 3> words_of(SamplerKind) { return {"uniform", "class-aware", "repeat-factor"}; }

struct SamplerOptions {
  SamplerKind kind = SamplerKind::uniform;
  double threshold = 0.05;  // t of repeat-factor: classes rarer than this fraction are shown more often; 0 < t ≤ 1
};

class Sampler {
 public:
  // indices: the images of the train split.
  Sampler(const Dataset& data, std::vector<int64_t> indices, SamplerOptions options, uint64_t seed);

  int64_t size() const { return size_; }                           // images in an epoch
  std::vector<int64_t> order(int64_t epoch) const;                 // size() dataset indices
  const std::vector<double>& repeats() const { return repeats_; }  // r_i of each of the indices; repeat-factor only

 private:
  std::vector<int64_t> class_aware(int64_t epoch) const;
  std::vector<int64_t> repeat_factor(int64_t epoch) const;

  std::vector<int64_t> indices_;
  SamplerOptions options_;
  uint64_t seed_;
  int64_t size_ = 0;
  std::vector<std::vector<int64_t>> members_;  // class-aware: the images of each class that has any
  std::vector<double> repeats_;
};

// Of each class, its positives among the images of an epoch's order, an image as often as it stands there.
std::vector<int64_t> positives_in(const Dataset& data, const std::vector<int64_t>& order);

}  // namespace skew
