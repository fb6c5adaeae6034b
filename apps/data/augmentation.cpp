// Flip and crop copy rows, which is what most epochs need; everything else goes through a plane of floats.
#include "apps/data/augmentation.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace {

constexpr uint64_t augmentation_stream = uint64_t(0xA6) << 56;  // this file's own random numbers, apart from all others
constexpr uint64_t words_per_image = 64;                        // reserved for each image; a draw takes fewer than 30

struct Word {
  const char* name;
  bool Augmentation::*on;
  const char* done;
};
constexpr Word words_of_flag[] = {{"flip", &Augmentation::flip, "mirrored left to right"},
                                  {"crop", &Augmentation::crop, "shifted"},
                                  {"rotate", &Augmentation::rotate, "turned"},
                                  {"affine", &Augmentation::affine, "stretched"},
                                  {"brightness", &Augmentation::brightness, "brighter or darker"},
                                  {"contrast", &Augmentation::contrast, "of more or less contrast"}};

template <class T> void widen(const uint8_t* row, size_t count, float scale, float shift, float* out) {
  for (size_t x = 0; x < count; ++x) {
    T value;
    std::memcpy(&value, row + x * sizeof(T), sizeof(T));
    out[x] = float(value) * scale - shift;
  }
}

// Flip and crop of one plane: rows are shifted copies, mirrored where flipped, zero where they come from outside.
template <class T>
void render_rows(const uint8_t* plane, const ImageShape& shape, const Draw& draw, float scale, float shift,
                 float* out) {
  const int64_t width = shape.width;
  // source column = x + step before mirroring; columns outside are zero
  const int64_t step = draw.flip ? -draw.dx : draw.dx;
  const int64_t begin = std::clamp<int64_t>(-step, 0, width), end = std::clamp<int64_t>(width - step, begin, width);
  for (int64_t y = 0; y < shape.height; ++y, out += width) {
    const int64_t source = y + draw.dy;
    if (source < 0 || source >= shape.height) {
      std::fill(out, out + width, 0.0f);
      continue;
    }
    std::fill(out, out + begin, 0.0f);
    widen<T>(plane + size_t(source * width + begin + step) * sizeof(T), size_t(end - begin), scale, shift, out + begin);
    std::fill(out + end, out + width, 0.0f);
    if (draw.flip) std::reverse(out, out + width);
  }
}

// Changes contrast and brightness of values in 0 … 1.
void recolour(std::vector<float>& values, const Draw& draw) {
  double sum = 0;
  for (const float v : values) sum += v;
  const float mean = float(sum / double(values.size()));
  for (float& v : values) v = std::clamp((v - mean) * draw.contrast + mean + draw.brightness, 0.0f, 1.0f);
}

// One plane of normalised values through flip, crop and the affine map; bilinear, zero outside.
void warp(const float* plane, const ImageShape& shape, const Draw& draw, float* out) {
  const double cy = double(shape.height - 1) / 2, cx = double(shape.width - 1) / 2;
  const auto& m = draw.inverse;
  const auto value = [&](int64_t y, int64_t x) {
    return y >= 0 && y < shape.height && x >= 0 && x < shape.width ? double(plane[y * shape.width + x]) : 0.0;
  };
  for (int64_t y = 0; y < shape.height; ++y)
    for (int64_t x = 0; x < shape.width; ++x) {
      const double v = double(y + draw.dy) - cy;
      const double u = (draw.flip ? double(shape.width - 1 - x - draw.dx) : double(x + draw.dx)) - cx;
      const double sx = m[0] * u + m[1] * v + m[2] + cx, sy = m[3] * u + m[4] * v + m[5] + cy;
      const double fx = std::floor(sx), fy = std::floor(sy), ax = sx - fx, ay = sy - fy;
      const int64_t ix = int64_t(fx), iy = int64_t(fy);
      *out++ = float((1 - ay) * ((1 - ax) * value(iy, ix) + ax * value(iy, ix + 1)) +
                     ay * ((1 - ax) * value(iy + 1, ix) + ax * value(iy + 1, ix + 1)));
    }
}

// The inverse of rotation · shear · scale, then shift, in pixels about the centre.
std::array<double, 6> inverse_map(double angle, double shear, double scale, double shift_x, double shift_y) {
  const double cosine = std::cos(angle), sine = std::sin(angle), slope = std::tan(shear);
  const double a = scale * cosine, b = scale * (cosine * slope - sine), c = scale * sine,
               d = scale * (sine * slope + cosine), det = a * d - b * c;
  const double ia = d / det, ib = -b / det, ic = -c / det, id = a / det;
  return {ia, ib, -(ia * shift_x + ib * shift_y), ic, id, -(ic * shift_x + id * shift_y)};
}

}  // namespace

Augmentation parse_augmentation(const std::string& words) {
  Augmentation out;
  if (words == "none") return out;
  std::vector<std::string> known = {"none"};
  for (const Word& word : words_of_flag) known.push_back(word.name);
  for (const std::string& name : split_list(words)) {
    const auto found = std::find_if(std::begin(words_of_flag), std::end(words_of_flag),
                                    [&](const Word& word) { return word.name == name; });
    if (found == std::end(words_of_flag)) throw ValueError(unknown_word("augmentation", name, known));
    out.*(found->on) = true;
  }
  return out;
}

void set_field(FieldName what, Augmentation& value, const std::string& words, const Range&) {
  try {
    value = parse_augmentation(words);
  } catch (const ValueError& e) {
    throw ValueError(text(what, ": ", e.what()));
  }
}

std::string field_text(const Augmentation& augmentation) {
  std::vector<std::string> words;
  for (const Word& word : words_of_flag)
    if (augmentation.*(word.on)) words.push_back(word.name);
  return words.empty() ? "none" : joined(words);
}

std::string in_words(const Augmentation& augmentation) {
  std::vector<std::string> words;
  for (const Word& word : words_of_flag)
    if (augmentation.*(word.on)) words.push_back(word.done);
  return joined(words, ", ");
}

Draw draw_augmentation(const Augmentation& augmentation, uint64_t seed, int64_t epoch, int64_t index, int64_t repeat,
                       const ImageShape& shape) {
  const uint64_t stream = augmentation_stream | (uint64_t(repeat) & 0xFFFFFF) << 32 | (uint64_t(epoch) & 0xFFFFFFFF);
  Generator random(seed, stream, uint64_t(index) * words_per_image);
  Draw draw;
  if (augmentation.flip) draw.flip = random.bits() & 1;
  if (augmentation.crop) {
    const int64_t py = std::max<int64_t>(1, shape.height / 16), px = std::max<int64_t>(1, shape.width / 16);
    draw.dy = random.below(2 * py + 1) - py;
    draw.dx = random.below(2 * px + 1) - px;
  }
  const double degree = std::numbers::pi / 180;
  double angle = 0, shear = 0, scale = 1, shift_x = 0, shift_y = 0;
  if (augmentation.rotate) angle = random.uniform(-15, 15) * degree;
  if (augmentation.affine) {
    scale = random.uniform(0.9, 1.1);
    shear = random.uniform(-10, 10) * degree;
    shift_x = random.uniform(-1, 1) * double(shape.width) / 16;
    shift_y = random.uniform(-1, 1) * double(shape.height) / 16;
  }
  draw.warp = augmentation.rotate || augmentation.affine;
  if (draw.warp) draw.inverse = inverse_map(angle, shear, scale, shift_x, shift_y);
  if (augmentation.brightness) draw.brightness = float(random.uniform(-0.2, 0.2));
  if (augmentation.contrast) draw.contrast = float(random.uniform(0.8, 1.2));
  return draw;
}

void render(const Pixels& pixels, const ImageShape& shape, const Normalisation& normalisation, const Draw& draw,
            float* out) {
  const size_t area = size_t(shape.height * shape.width), channels = size_t(shape.channels);
  const bool wide = pixels.bits == 16;
  const double largest = wide ? 65535 : 255;
  if (!draw.warp && draw.brightness == 0 && draw.contrast == 1) {
    for (size_t c = 0; c < channels; ++c) {
      const double mean = normalisation.mean.at(c), std = normalisation.std.at(c);
      const uint8_t* plane = pixels.bytes.data() + c * area * (wide ? 2 : 1);
      const auto rows = wide ? render_rows<uint16_t> : render_rows<uint8_t>;
      rows(plane, shape, draw, float(1 / (largest * std)), float(mean / std), out + c * area);
    }
    return;
  }
  std::vector<float> values(channels * area);
  const auto to_floats = wide ? widen<uint16_t> : widen<uint8_t>;
  to_floats(pixels.bytes.data(), values.size(), float(1 / largest), 0, values.data());
  if (draw.brightness != 0 || draw.contrast != 1) recolour(values, draw);
  for (size_t c = 0; c < channels; ++c) {
    const double mean = normalisation.mean.at(c), std = normalisation.std.at(c);
    for (size_t i = 0; i < area; ++i) values[c * area + i] = float((values[c * area + i] - mean) / std);
    warp(values.data() + c * area, shape, draw, out + c * area);
  }
}

}  // namespace skew
