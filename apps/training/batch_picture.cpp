// Undoing the normalisation of a batch, image by image, for a contact sheet.
#include "apps/training/batch_picture.h"

#include <algorithm>
#include <cmath>

#include "apps/report/contact_sheet.h"
#include "apps/report/picture_file.h"
#include "core/error.h"

namespace skew {
namespace {

// Normalised planes back to 8-bit pixels.
Image picture(const float* planes, const ModelInfo& info) {
  const int64_t area = info.height * info.width;
  Image image{info.channels, info.height, info.width, 8, std::vector<uint8_t>(size_t(info.channels * area))};
  for (int64_t c = 0; c < info.channels; ++c)
    for (int64_t k = 0; k < area; ++k) {
      const double mean = info.normalisation.mean[size_t(c)], deviation = info.normalisation.std[size_t(c)];
      const double v = double(planes[c * area + k]) * deviation + mean;
      image.bytes[size_t(k * info.channels + c)] = uint8_t(std::lround(std::clamp(v, 0.0, 1.0) * 255));
    }
  return image;
}

}  // namespace

void write_batch_picture(const std::string& path, const Batch& batch, const ModelInfo& info, const std::string& title) {
  constexpr size_t most_words = 3;
  std::vector<report::SheetCell> cells;
  const size_t labels = info.classes.size();
  for (size_t i = 0; i < size_t(std::min<int64_t>(batch.n, 32)); ++i) {
    report::SheetCell cell{picture(batch.images.data() + i * size_t(info.channels * info.height * info.width), info),
                           {}};
    for (size_t c = 0; c < labels; ++c)
      if (batch.class_index.empty() ? batch.targets[i * labels + c] > 0.5f : batch.class_index[i] == int64_t(c))
        cell.words.push_back(info.classes[c]);
    if (const size_t more = cell.words.size(); more > most_words) {
      cell.words.resize(most_words);
      cell.words.back() = text("and ", more - most_words + 1, " more");
    }
    if (cell.words.empty()) cell.words.push_back("none");
    cells.push_back(std::move(cell));
  }
  const std::string sentence =
      text(cells.size(), " of ", batch.n, " images as the network sees them, ", info.width, " × ", info.height,
           info.task == Task::single_label ? "; below each its class" : "; below each the labels that are yes");
  report::write_picture(path, report::contact_sheet(cells, {.title = title, .sentence = sentence}));
}

}  // namespace skew
