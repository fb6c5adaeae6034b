// Scaling pictures into cells and drawing text with stb_easy_font's rectangles.
#include "apps/report/contact_sheet.h"

#include <stb/stb_easy_font.h>

#include <algorithm>
#include <array>

#include "apps/formats/utf8.h"
#include "core/error.h"

namespace skew::report {
namespace {

using Rgb = std::array<uint8_t, 3>;
constexpr Rgb page{20, 23, 27}, frame{38, 43, 50}, first_line{230, 233, 237}, next_lines{153, 162, 174};
constexpr int64_t gap = 10, line_height = 12, max_side = 1 << 15;

void check(const Image& image) {
  const bool shape = (image.channels == 1 || image.channels == 3) && image.height > 0 && image.width > 0 &&
                     image.height <= max_side && image.width <= max_side && image.bits == 8;
  if (!shape || std::ssize(image.bytes) != image.channels * image.height * image.width)
    throw ValueError(text("contact sheet: an image of ", image.channels, "x", image.height, "x", image.width, ", ",
                          image.bits, " bits, with ", image.bytes.size(), " bytes"));
}

int64_t sample(const Image& image, int64_t y, int64_t x, int64_t channel) {
  return image.bytes[size_t((y * image.width + x) * image.channels + (image.channels == 1 ? 0 : channel))];
}

void put(Image& sheet, int64_t y, int64_t x, Rgb colour) {
  if (y < 0 || x < 0 || y >= sheet.height || x >= sheet.width) return;
  std::copy(colour.begin(), colour.end(), sheet.bytes.begin() + 3 * (y * sheet.width + x));
}

void fill(Image& sheet, int64_t top, int64_t left, int64_t height, int64_t width, Rgb colour) {
  for (int64_t y = top; y < top + height; ++y)
    for (int64_t x = left; x < left + width; ++x) put(sheet, y, x, colour);
}

// The picture centred in its cell, proportions kept: whole factors when enlarging, averages when reducing.
void draw_picture(Image& sheet, const Image& image, int64_t top, int64_t left, int64_t cell) {
  const int64_t longer = std::max(image.height, image.width), factor = cell / longer;
  const int64_t height = factor > 0 ? image.height * factor : std::max<int64_t>(1, image.height * cell / longer);
  const int64_t width = factor > 0 ? image.width * factor : std::max<int64_t>(1, image.width * cell / longer);
  for (int64_t y = 0; y < height; ++y) {
    const int64_t y0 = y * image.height / height, y1 = std::max(y0 + 1, (y + 1) * image.height / height);
    for (int64_t x = 0; x < width; ++x) {
      const int64_t x0 = x * image.width / width, x1 = std::max(x0 + 1, (x + 1) * image.width / width);
      Rgb colour{};
      for (int64_t c = 0; c < 3; ++c) {
        int64_t sum = 0;
        for (int64_t v = y0; v < y1; ++v)
          for (int64_t u = x0; u < x1; ++u) sum += sample(image, v, u, c);
        colour[size_t(c)] = uint8_t(sum / ((y1 - y0) * (x1 - x0)));
      }
      put(sheet, top + (cell - height) / 2 + y, left + (cell - width) / 2 + x, colour);
    }
  }
}

// The font knows printable ASCII alone and would read beyond its table for anything else.
std::string ascii(const std::string& words) {
  std::string out;
  for (const char32_t c : decode_printable(words)) out += c < 0x7f ? char(c) : '?';
  return out;
}

void draw_words(Image& sheet, std::string words, int64_t top, int64_t left, int64_t room, Rgb colour) {
  words = ascii(words);
  if (stb_easy_font_width(words.data()) > room) {
    while (!words.empty() && stb_easy_font_width((words + "..").data()) > room) words.pop_back();
    words += "..";
  }
  struct Vertex {
    float x, y, z;
    uint32_t colour;
  };
  std::vector<Vertex> vertices(words.size() * 64 + 64);  // a letter has at most 13 rectangles of 4 corners
  const int quads =
      stb_easy_font_print(0, 0, words.data(), nullptr, vertices.data(), int(vertices.size() * sizeof(Vertex)));
  for (size_t q = 0; q < size_t(quads); ++q) {
    const Vertex &a = vertices[4 * q], &b = vertices[4 * q + 2];  // opposite corners
    fill(sheet, top + int64_t(a.y), left + int64_t(a.x), int64_t(b.y - a.y), int64_t(b.x - a.x), colour);
  }
}

}  // namespace

Image contact_sheet(std::span<const SheetCell> cells, const SheetLayout& layout) {
  if (cells.empty()) throw ValueError("contact sheet: no images");
  if (layout.columns < 1 || layout.cell < 8 || layout.cell > 4096)
    throw ValueError(text("contact sheet: ", layout.columns, " columns of ", layout.cell, " pixels"));
  int64_t lines = 0;
  for (const SheetCell& cell : cells) {
    check(cell.image);
    lines = std::max<int64_t>(lines, std::ssize(cell.words));
  }
  const int64_t columns = std::min<int64_t>(layout.columns, std::ssize(cells));
  const int64_t rows = (std::ssize(cells) + columns - 1) / columns;
  const int64_t pitch_y = layout.cell + (lines > 0 ? 5 + lines * line_height : 0) + gap, pitch_x = layout.cell + gap;
  if (columns * pitch_x > max_side || rows * pitch_y > max_side)
    throw ValueError(text("contact sheet: ", cells.size(), " images do not fit one picture"));
  Image sheet{.channels = 3, .height = rows * pitch_y + gap, .width = columns * pitch_x + gap, .bits = 8, .bytes = {}};
  sheet.bytes.resize(size_t(3 * sheet.height * sheet.width));
  fill(sheet, 0, 0, sheet.height, sheet.width, page);
  for (int64_t i = 0; i < std::ssize(cells); ++i) {
    const SheetCell& cell = cells[size_t(i)];
    const int64_t top = gap + i / columns * pitch_y, left = gap + i % columns * pitch_x;
    fill(sheet, top, left, layout.cell, layout.cell, frame);
    draw_picture(sheet, cell.image, top, left, layout.cell);
    for (size_t k = 0; k < cell.words.size(); ++k)
      draw_words(sheet, cell.words[k], top + layout.cell + 5 + int64_t(k) * line_height, left, layout.cell,
                 k == 0 ? first_line : next_lines);
  }
  return sheet;
}

}  // namespace skew::report
