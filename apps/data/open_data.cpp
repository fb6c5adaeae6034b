// The choice of the source, by the look of SRC.
#include "apps/data/open_data.h"

#include <filesystem>

#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;

std::shared_ptr<Dataset> open_data(const std::string& src, const DataOptions& options) {
  const auto make = [&](Contents contents) { return std::make_shared<Dataset>(std::move(contents), options); };
  if (src.empty())
    throw UsageError(text("no data named; give ", option("data"), " a folder, a .csv, a .npz or synth:shapes14"));
  if (src.starts_with("synth:")) return make(synth_shapes(src, options));
  if (src == "fashion-mosaic") return make(fashion_mosaic(options));
  std::error_code ignored;
  const fs::path path = src;
  if (!fs::exists(path, ignored))
    throw FileError(text(src,
                         ": no such file or folder; give a folder with labels.csv or a folder a class, a .csv, a "
                         "MedMNIST .npz, synth:shapes14 or fashion-mosaic"));
  if (fs::is_directory(path, ignored)) {
    for (const char* table : {"labels.csv", "labels.csv.gz"})
      if (fs::exists(path / table, ignored)) return make(read_labels_csv(path / table, options));
    return make(read_class_folders(path, options));
  }
  if (src.ends_with(".csv") || src.ends_with(".csv.gz")) return make(read_labels_csv(path, options));
  if (src.ends_with(".npz")) return make(read_medmnist(path, options));
  throw FileError(
      text(src, ": expected a folder, .csv, .csv.gz or .npz; put single images into a folder with labels.csv"));
}

}  // namespace skew
