// Row by row: each plane yields a full-width row, three rows become one row of pixels.
#include "apps/formats/jpeg_colour.h"

#include <algorithm>
#include <cstring>

namespace skew {
namespace {

// Full-width rows of one plane; the row returned is valid until the next call.
class RowUpsampler {
 public:
  RowUpsampler(const JpegPlane& plane, int64_t width) : plane_(plane) {
    row_.resize(size_t(std::max(width, plane.width * plane.expand_x)) + 1);
    sums_.resize(size_t(plane.width));
  }

  const uint8_t* row(int64_t y) {
    const int64_t near = y / plane_.expand_y;
    // libjpeg smooths across factors of two only, and horizontally only where there are more than two columns
    if (plane_.expand_x == 1 && plane_.expand_y == 1) return at(near);
    if (plane_.expand_x == 2 && plane_.expand_y == 1 && plane_.width > 2) return smooth_horizontally(at(near));
    const int64_t far = std::clamp<int64_t>(y % 2 == 0 ? near - 1 : near + 1, 0, plane_.height - 1);
    if (plane_.expand_x == 1 && plane_.expand_y == 2) return smooth_vertically(at(near), at(far), y % 2 == 0 ? 1 : 2);
    if (plane_.expand_x == 2 && plane_.expand_y == 2 && plane_.width > 2) return smooth_both(at(near), at(far));
    return repeat(at(near));
  }

 private:
  const uint8_t* at(int64_t y) const { return plane_.samples + y * plane_.stride; }

  const uint8_t* repeat(const uint8_t* in) {
    for (int64_t i = 0; i < plane_.width; ++i)
      std::memset(&row_[size_t(i * plane_.expand_x)], in[i], size_t(plane_.expand_x));
    return row_.data();
  }
  const uint8_t* smooth_vertically(const uint8_t* near, const uint8_t* far, int rounding) {
    for (int64_t i = 0; i < plane_.width; ++i) row_[size_t(i)] = uint8_t((3 * near[i] + far[i] + rounding) >> 2);
    return row_.data();
  }
  const uint8_t* smooth_horizontally(const uint8_t* in) {
    uint8_t* out = row_.data();
    const int64_t last = plane_.width - 1;
    out[0] = in[0];
    out[1] = uint8_t((3 * in[0] + in[1] + 2) >> 2);
    for (int64_t i = 1; i < last; ++i) {
      out[2 * i] = uint8_t((3 * in[i] + in[i - 1] + 1) >> 2);
      out[2 * i + 1] = uint8_t((3 * in[i] + in[i + 1] + 2) >> 2);
    }
    out[2 * last] = uint8_t((3 * in[last] + in[last - 1] + 1) >> 2);
    out[2 * last + 1] = in[last];
    return out;
  }
  const uint8_t* smooth_both(const uint8_t* near, const uint8_t* far) {
    uint8_t* out = row_.data();
    int* s = sums_.data();
    const int64_t last = plane_.width - 1;
    for (int64_t i = 0; i <= last; ++i) s[i] = 3 * near[i] + far[i];
    out[0] = uint8_t((4 * s[0] + 8) >> 4);
    out[1] = uint8_t((3 * s[0] + s[1] + 7) >> 4);
    for (int64_t i = 1; i < last; ++i) {
      out[2 * i] = uint8_t((3 * s[i] + s[i - 1] + 8) >> 4);
      out[2 * i + 1] = uint8_t((3 * s[i] + s[i + 1] + 7) >> 4);
    }
    out[2 * last] = uint8_t((3 * s[last] + s[last - 1] + 8) >> 4);
    out[2 * last + 1] = uint8_t((4 * s[last] + 7) >> 4);
    return out;
  }

  JpegPlane plane_;
  std::vector<uint8_t> row_;
  std::vector<int> sums_;
};

uint8_t clamp_byte(int v) { return uint8_t(std::clamp(v, 0, 255)); }

// 16-bit fixed point, each term rounded as in libjpeg: 1.402, 0.34414, 0.71414, 1.772.
void convert_row(const uint8_t* y, const uint8_t* cb, const uint8_t* cr, uint8_t* out, int64_t width) {
  constexpr int half = 1 << 15;
  for (int64_t i = 0; i < width; ++i) {
    const int blue = cb[i] - 128, red = cr[i] - 128;
    out[3 * i] = clamp_byte(y[i] + ((91881 * red + half) >> 16));
    out[3 * i + 1] = clamp_byte(y[i] + ((-22554 * blue - 46802 * red + half) >> 16));
    out[3 * i + 2] = clamp_byte(y[i] + ((116130 * blue + half) >> 16));
  }
}

void copy_row(const uint8_t* r, const uint8_t* g, const uint8_t* b, uint8_t* out, int64_t width) {
  for (int64_t i = 0; i < width; ++i) out[3 * i] = r[i], out[3 * i + 1] = g[i], out[3 * i + 2] = b[i];
}

}  // namespace

std::vector<uint8_t> interleave_planes(const std::vector<JpegPlane>& planes, int64_t height, int64_t width, bool rgb) {
  std::vector<RowUpsampler> rows;
  for (const JpegPlane& p : planes) rows.emplace_back(p, width);
  std::vector<uint8_t> pixels(size_t(height * width) * planes.size());
  for (int64_t y = 0; y < height; ++y) {
    uint8_t* out = pixels.data() + y * width * int64_t(planes.size());
    if (planes.size() == 1) std::copy_n(rows[0].row(y), width, out);
    else (rgb ? copy_row : convert_row)(rows[0].row(y), rows[1].row(y), rows[2].row(y), out, width);
  }
  return pixels;
}

}  // namespace skew
