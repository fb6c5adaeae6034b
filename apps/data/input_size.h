// What size and how many channels a network's images have, and how an image of another kind is brought to them: chosen
// by what is asked and what the headers of the files say, said in words, and stored with the weights (ModelInfo).
// Pixels are apps/data/resize.h. Read next: pixel_cache.h.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "apps/data/dataset.h"

namespace skew {

// How an image of another shape is brought to height × width.
enum class Fit : uint8_t {
  automatic,  // pad where the images' aspect ratios differ, else squeeze
  pad,        // whole, its aspect kept, in the middle of black (0)
  squeeze,    // whole, each side on its own
  crop        // its aspect kept, the largest part in the middle that fills the shape
};
constexpr std::array<const char*, 4> words_of(Fit) { return {"auto", "pad", "squeeze", "crop"}; }

// What is asked for.
struct InputSize {
  // Both sides, 1 to 16384. 0: the images' own where all have the same; otherwise a square of the median of their
  // shorter sides, rounded to a multiple of 8, at least 32 and at most 224.
  int64_t img_size = 0;
  // 1 or 3. 0: the images' own where all have the same; otherwise 3 if at least half of them are in colour.
  int64_t channels = 0;
  Fit fit = Fit::automatic;
};

// What was chosen; fit is not `automatic`.
struct InputShape {
  int64_t channels = 0, height = 0, width = 0;
  Fit fit = Fit::squeeze;
};

// What the headers of a set's files say: nothing where the source is no files.
struct ImageSurvey {
  std::map<std::pair<int64_t, int64_t>, int64_t> sizes;  // (height, width) the right way up → images
  int64_t grey = 0, colour = 0;
  int64_t turned = 0;      // of them: by EXIF orientation
  int64_t unreadable = 0;  // in none of the other numbers
};

// Reads the header of every file once, on several threads.
ImageSurvey survey_images(const Dataset& data);

// Throws ValueError for an InputSize out of range.
InputShape choose_input(const ImageSurvey& survey, const Dataset& data, const InputSize& asked);

// What was chosen by guess or done to images that differ, with the options that decide it: parts joined by "; ", or "".
// "5 sizes, 28x28 to 64x70 (width x height): brought to 32x32, aspect kept, black around (--img-size, --fit)".
std::string describe_input(const ImageSurvey& survey, const InputShape& shape);

}  // namespace skew
