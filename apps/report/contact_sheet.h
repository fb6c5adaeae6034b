// A contact sheet: many pictures on one, each with a few words below it. train_batch0.png of a run.
// Reading and writing files is apps/formats/image.h's; words are ASCII in a small built-in font.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"

namespace skew::report {

struct SheetCell {
  Image image;                     // 1 or 3 channels, 8 bits
  std::vector<std::string> words;  // lines below it, cut to the cell's width
};

struct SheetLayout {
  int64_t columns = 8;
  int64_t cell = 128;  // pixels a side for the picture: small ones are enlarged by whole factors, large ones reduced
};

// 8-bit RGB. Throws ValueError without cells or layout, and on an image whose fields do not agree.
Image contact_sheet(std::span<const SheetCell> cells, const SheetLayout& layout = {});

}  // namespace skew::report
