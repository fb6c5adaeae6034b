// Scaling pictures into cells, and their words below.
#include "apps/report/contact_sheet.h"

#include <algorithm>
#include <cmath>

#include "apps/formats/codecs.h"
#include "apps/report/page_text.h"
#include "apps/report/short_names.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr int64_t max_side = 1 << 15;
constexpr double cell_gap = 14, caption_line = 15, words_size = 11.5;

void check(const Image& image) {
  const bool shape = (image.channels == 1 || image.channels == 3) && image.height > 0 && image.width > 0 &&
                     image.height <= max_side && image.width <= max_side && image.bits == 8;
  if (!shape || std::ssize(image.bytes) != image.channels * image.height * image.width)
    throw ValueError(text("contact sheet: an image of ", image.channels, "x", image.height, "x", image.width, ", ",
                          image.bits, " bits, with ", image.bytes.size(), " bytes"));
}

// Averages of blocks, so that no side is longer than `side`; smaller pictures as they are.
Image reduced(const Image& image, int64_t side) {
  const int64_t longer = std::max(image.height, image.width);
  if (longer <= side) return image;
  Image out{.channels = image.channels,
            .height = std::max<int64_t>(1, image.height * side / longer),
            .width = std::max<int64_t>(1, image.width * side / longer),
            .bits = 8,
            .bytes = {}};
  for (int64_t y = 0; y < out.height; ++y) {
    const int64_t y0 = y * image.height / out.height, y1 = std::max(y0 + 1, (y + 1) * image.height / out.height);
    for (int64_t x = 0; x < out.width; ++x) {
      const int64_t x0 = x * image.width / out.width, x1 = std::max(x0 + 1, (x + 1) * image.width / out.width);
      for (int64_t c = 0; c < image.channels; ++c) {
        int64_t sum = 0;
        for (int64_t v = y0; v < y1; ++v)
          for (int64_t u = x0; u < x1; ++u) sum += image.bytes[size_t((v * image.width + u) * image.channels + c)];
        out.bytes.push_back(uint8_t(sum / ((y1 - y0) * (x1 - x0))));
      }
    }
  }
  return out;
}

struct Size {
  double width, height;
};

// On the sheet: about `cell` pixels long, by a whole factor where that enlarges.
Size shown_size(const Image& image, int64_t cell) {
  const double longer = double(std::max(image.height, image.width)), factor = double(cell) / longer;
  const double scale = factor >= 1 ? std::max(1.0, std::round(factor)) : factor;
  return {double(image.width) * scale, double(image.height) * scale};
}

std::string png_of(const Image& image) {
  const std::vector<uint8_t> bytes = encode_png(image);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::string contact_sheet(std::span<const SheetCell> cells, const SheetLayout& layout) {
  if (cells.empty()) throw ValueError("contact sheet: no images");
  if (layout.columns < 1 || layout.cell < 8 || layout.cell > 4096)
    throw ValueError(text("contact sheet: ", layout.columns, " columns of ", layout.cell, " pixels"));
  size_t lines = 0;
  Size largest{0, 0};
  for (const SheetCell& cell : cells) {
    check(cell.image);
    lines = std::max(lines, cell.words.size());
    const Size size = shown_size(cell.image, layout.cell);
    largest = {std::max(largest.width, size.width), std::max(largest.height, size.height)};
  }
  const int64_t columns = std::min<int64_t>(layout.columns, std::ssize(cells));
  const int64_t rows = (std::ssize(cells) + columns - 1) / columns;
  const double pitch_x = largest.width + cell_gap,
               pitch_y = largest.height + double(lines) * caption_line + cell_gap + 4;
  const double width = std::max(480.0, 2 * Svg::margin + double(columns) * pitch_x - cell_gap);
  const double height = Svg::top + double(rows) * pitch_y + Svg::margin - cell_gap;
  if (width > double(max_side) || height > double(max_side))
    throw ValueError(text("contact sheet: ", cells.size(), " images do not fit one picture"));
  Svg svg(width, height, layout.title, layout.sentence);
  std::vector<std::string> captions;
  for (const SheetCell& cell : cells) captions.insert(captions.end(), cell.words.begin(), cell.words.end());
  captions = fit_names(captions, largest.width + cell_gap - 6, words_size);
  size_t caption = 0;
  for (int64_t i = 0; i < std::ssize(cells); ++i) {
    const SheetCell& cell = cells[size_t(i)];
    const double left = Svg::margin + double(i % columns) * pitch_x, top = Svg::top + double(i / columns) * pitch_y;
    const Size size = shown_size(cell.image, layout.cell);
    std::string words;
    for (const std::string& line : cell.words) words += (words.empty() ? "" : ", ") + line;
    svg.picture({left, top}, size.width, size.height, base64(png_of(reduced(cell.image, 2 * layout.cell))), words);
    for (size_t k = 0; k < cell.words.size(); ++k)
      svg.text({left, top + size.height + double(k + 1) * caption_line}, captions[caption++], "tiny");
  }
  return svg.str();
}

}  // namespace skew::report
