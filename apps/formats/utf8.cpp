// Decoding, measuring and cutting UTF-8.
#include "apps/formats/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace skew::report {
namespace {

struct Range {
  char32_t first, last;
};
constexpr std::array combining{
    Range{0x300, 0x36f},   Range{0x483, 0x489},   Range{0x591, 0x5bd},   Range{0x610, 0x61a},   Range{0x64b, 0x65f},
    Range{0x93c, 0x93c},   Range{0xe31, 0xe31},   Range{0xe34, 0xe3a},   Range{0xe47, 0xe4e},   Range{0x1ab0, 0x1aff},
    Range{0x1dc0, 0x1dff}, Range{0x200b, 0x200f}, Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}};
constexpr std::array wide{Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0x33ff},
                          Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},   Range{0xa000, 0xa4cf},
                          Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},
                          Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f},
                          Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1faff}, Range{0x20000, 0x3fffd}};

template <size_t N> bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Length of the valid sequence at the front, 0 if there is none; its code point in `c`.
size_t sequence(std::string_view s, char32_t& c) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  const uint8_t first = byte(0);
  const size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (length == 0 || s.size() < length) return 0;
  c = length == 1 ? first : first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 2) return 0;
    c = c << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xd800 && c <= 0xdfff;
  return c < least[length] || c > 0x10ffff || surrogate ? 0 : length;
}

// Controls, line separators and the marks that turn the direction of writing: none may leave its cell.
bool unprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         (c & 0xfffe) == 0xfffe;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (char32_t c = 0; !bytes.empty();) {
    const size_t length = sequence(bytes, c);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::u32string decode_printable(std::string_view utf8) {
  std::u32string out;
  while (!utf8.empty()) {
    char32_t c = 0;
    const size_t length = sequence(utf8, c);
    out += length == 0 ? U'\ufffd' : unprintable(c) ? U' ' : c;
    utf8.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

std::string encode(std::u32string_view code_points) {
  std::string out;
  for (const char32_t c : code_points) {
    int following = 0;  // bytes 10xxxxxx of 6 bits each; the first byte tells how many: 0…, 110…, 1110…, 11110…
    if (c < 0x80) {
      out += char(c);
    } else if (c < 0x800) {
      out += char(0xc0 | c >> 6);
      following = 1;
    } else if (c < 0x10000) {
      out += char(0xe0 | c >> 12);
      following = 2;
    } else {
      out += char(0xf0 | c >> 18);
      following = 3;
    }
    for (int k = following - 1; k >= 0; --k) out += char(0x80 | (c >> 6 * k & 0x3f));
  }
  return out;
}

int column_width(char32_t c) { return within(combining, c) ? 0 : within(wide, c) ? 2 : 1; }

int column_width(std::string_view utf8) {
  int columns = 0;
  for (const char32_t c : decode_printable(utf8)) columns += column_width(c);
  return columns;
}

std::string cut_columns(std::string_view utf8, int columns) {
  const std::u32string all = decode_printable(utf8);
  if (column_width(utf8) <= columns) return encode(all);
  std::u32string cut;
  int width = 0;
  for (const char32_t c : all) {
    width += column_width(c);
    if (width > columns - 1) break;
    cut += c;
  }
  return encode(cut + U"…");
}

std::string fit_columns(std::string_view utf8, int columns) {
  const std::u32string all = decode_printable(utf8);
  if (column_width(utf8) <= columns) return encode(all);
  if (columns < 1) return "";
  const int tail_columns = (columns - 1) / 2, head_columns = columns - 1 - tail_columns;
  size_t head = 0, tail = all.size();
  int width = 0;
  while (head < all.size() && width + column_width(all[head]) <= head_columns) width += column_width(all[head++]);
  width = 0;
  while (tail > head && width + column_width(all[tail - 1]) <= tail_columns) width += column_width(all[--tail]);
  while (tail < all.size() && column_width(all[tail]) == 0) ++tail;  // a mark without its letter
  return encode(all.substr(0, head) + U"…" + all.substr(tail));
}

}  // namespace skew::report
