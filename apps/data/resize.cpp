// Both functions are written over the sample type: uint8_t or uint16_t.
#include "apps/data/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"

namespace skew {
namespace {

template <class T> T sample(const uint8_t* bytes, size_t i) {
  T value;
  std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
  return value;
}

template <class T> void store(uint8_t* bytes, size_t i, T value) {
  std::memcpy(bytes + i * sizeof(T), &value, sizeof(T));
}

template <class T> Image converted(const Image& in, int64_t channels) {
  Image out{channels, in.height, in.width, in.bits, {}};
  const size_t area = size_t(in.height * in.width), from = size_t(in.channels), to = size_t(channels);
  out.bytes.resize(area * to * sizeof(T));
  for (size_t i = 0; i < area; ++i) {
    if (to == 1 && from >= 3) {
      const uint32_t r = sample<T>(in.bytes.data(), i * from), g = sample<T>(in.bytes.data(), i * from + 1),
                     b = sample<T>(in.bytes.data(), i * from + 2);
      store(out.bytes.data(), i, T((r * 19595 + g * 38470 + b * 7471 + 32768) >> 16));
      continue;
    }
    for (size_t c = 0; c < to; ++c)
      store(out.bytes.data(), i * to + c, sample<T>(in.bytes.data(), i * from + (from >= 3 ? c : 0)));
  }
  return out;
}

// The input positions that make up one output position.
struct Taps {
  size_t first = 0;
  std::vector<float> weights;  // sum to 1
};

std::vector<Taps> filter(int64_t from, int64_t to) {
  std::vector<Taps> out(static_cast<size_t>(to));
  const double step = double(from) / double(to), reach = std::max(1.0, step);
  for (size_t o = 0; o < out.size(); ++o) {
    const double centre = (double(o) + 0.5) * step;
    const int64_t first = std::max<int64_t>(0, int64_t(std::floor(centre - reach))),
                  last = std::min<int64_t>(from, int64_t(std::ceil(centre + reach)));
    std::vector<double> weights;
    double sum = 0;
    for (int64_t i = first; i < last; ++i) {
      weights.push_back(std::max(0.0, 1 - std::abs(double(i) + 0.5 - centre) / reach));
      sum += weights.back();
    }
    out[o].first = size_t(first);
    for (const double w : weights) out[o].weights.push_back(float(w / sum));
  }
  return out;
}

template <class T> Image resized(const Image& in, int64_t height, int64_t width) {
  const size_t channels = size_t(in.channels), rows = size_t(in.height), row = size_t(width) * channels;
  const std::vector<Taps> across = filter(in.width, width), down = filter(in.height, height);
  std::vector<float> narrow(rows * row), sum(row);  // (H_in, W_out, C): first across, then down
  for (size_t y = 0; y < rows; ++y)
    for (size_t x = 0; x < size_t(width); ++x)
      for (size_t k = 0; k < across[x].weights.size(); ++k)
        for (size_t c = 0; c < channels; ++c)
          narrow[y * row + x * channels + c] +=
              across[x].weights[k] *
              float(sample<T>(in.bytes.data(), (y * size_t(in.width) + across[x].first + k) * channels + c));
  Image out{in.channels, height, width, in.bits, {}};
  out.bytes.resize(size_t(height) * row * sizeof(T));
  const float largest = sizeof(T) == 1 ? 255.0f : 65535.0f;
  for (size_t y = 0; y < size_t(height); ++y) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (size_t k = 0; k < down[y].weights.size(); ++k) {
      const float* line = narrow.data() + (down[y].first + k) * row;
      for (size_t i = 0; i < row; ++i) sum[i] += down[y].weights[k] * line[i];
    }
    for (size_t i = 0; i < row; ++i) store(out.bytes.data(), y * row + i, T(std::clamp(sum[i] + 0.5f, 0.0f, largest)));
  }
  return out;
}

// Rows top to top + height of columns left to left + width, which lie inside.
Image cut(const Image& in, int64_t top, int64_t left, int64_t height, int64_t width) {
  Image out{in.channels, height, width, in.bits, {}};
  const int64_t pixel = in.channels * in.bits / 8;
  for (int64_t y = top; y < top + height; ++y) {
    const auto begin = in.bytes.begin() + (y * in.width + left) * pixel;
    out.bytes.insert(out.bytes.end(), begin, begin + width * pixel);
  }
  return out;
}

// In the middle of zeros.
Image framed(const Image& in, int64_t height, int64_t width) {
  const int64_t pixel = in.channels * in.bits / 8, top = (height - in.height) / 2, left = (width - in.width) / 2;
  Image out{in.channels, height, width, in.bits, {}};
  out.bytes.resize(size_t(height * width * pixel));
  for (int64_t y = 0; y < in.height; ++y)
    std::copy_n(in.bytes.begin() + y * in.width * pixel, in.width * pixel,
                out.bytes.begin() + ((top + y) * width + left) * pixel);
  return out;
}

// `side` times what the scale leaves of it, at least one pixel and at most `most`.
int64_t scaled(int64_t side, double scale, int64_t most) {
  return std::clamp<int64_t>(std::llround(double(side) * scale), 1, most);
}

}  // namespace

Image convert_channels(Image image, int64_t channels) {
  if ((channels != 1 && channels != 3) || image.channels < 1 || image.channels > 4)
    throw ValueError(text("convert_channels: expected 1 or 3 channels of an image of 1 to 4, got ", channels, " of ",
                          image.channels));
  if (image.channels == channels) return image;
  return image.bits == 16 ? converted<uint16_t>(image, channels) : converted<uint8_t>(image, channels);
}

Image resize(const Image& image, int64_t height, int64_t width) {
  if (height < 1 || width < 1 || image.height < 1 || image.width < 1)
    throw ValueError(
        text("resize: expected positive sizes, got ", image.height, "x", image.width, " to ", height, "x", width));
  if (image.height == height && image.width == width) return image;
  return image.bits == 16 ? resized<uint16_t>(image, height, width) : resized<uint8_t>(image, height, width);
}

Image fitted(const Image& image, int64_t height, int64_t width, Fit fit) {
  if (fit == Fit::automatic) throw ValueError("fitted: expected pad, squeeze or crop; auto is chosen by a whole set");
  if (fit == Fit::squeeze || (image.height == height && image.width == width)) return resize(image, height, width);
  const double down = double(height) / double(image.height), across = double(width) / double(image.width);
  if (fit == Fit::pad) {
    const double scale = std::min(down, across);
    const Image whole = resize(image, scaled(image.height, scale, height), scaled(image.width, scale, width));
    return framed(whole, height, width);
  }
  const double scale = 1 / std::max(down, across);  // cut first: the part outside may be far larger than the rest
  const int64_t rows = scaled(height, scale, image.height), columns = scaled(width, scale, image.width);
  return resize(cut(image, (image.height - rows) / 2, (image.width - columns) / 2, rows, columns), height, width);
}

}  // namespace skew
