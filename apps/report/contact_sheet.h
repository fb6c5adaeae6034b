// A contact sheet: many pictures on one, each with a few words below it: train_batch0.svg of a run. The pictures are
// PNG inside the SVG, so that it is one file, and the words are text in any script.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"

namespace skew::report {

struct SheetCell {
  Image image;                     // 1 or 3 channels, 8 bits
  std::vector<std::string> words;  // lines below it, shortened in the middle to the cell's width
};

struct SheetLayout {
  std::string title{}, sentence{};
  int64_t columns = 8;
  int64_t cell = 112;  // about so many pixels a side: small pictures are enlarged by whole factors, large ones reduced
};

// As SVG. Throws ValueError without cells or layout, and on an image whose fields do not agree.
std::string contact_sheet(std::span<const SheetCell> cells, const SheetLayout& layout = {});

}  // namespace skew::report
