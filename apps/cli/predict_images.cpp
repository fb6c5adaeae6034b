// Collecting the images of files, folders and tables, each once, under the name the user gave.
#include "apps/cli/predict_images.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

#include "apps/data/resize.h"
#include "apps/data/source_folder.h"
#include "apps/formats/csv.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

// One image: its name for people, and the file behind it or why there is none.
struct Named {
  std::string name;
  fs::path file;
  std::string missing;
};

bool is_image_name(const fs::path& path) {
  std::string end = path.extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return end == ".png" || end == ".jpg" || end == ".jpeg";
}

void add_folder(const std::string& folder, std::vector<Named>& out) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && at != end; at.increment(error))
    if (is_image_name(at->path()) && at->is_regular_file()) found.push_back(at->path().string());
  if (error) throw FileError(text(folder, ": cannot be read: ", error.message()));
  if (found.empty()) throw FileError(text(folder, ": no .png, .jpg or .jpeg in it or below it"));
  std::sort(found.begin(), found.end());
  for (const std::string& path : found) out.push_back({path, path, {}});
}

void add_table(const std::string& file, const std::string& path_col, std::vector<Named>& out) {
  const CsvTable table = read_csv(file);
  std::vector<std::string> names = {"path", "image", "file", "Image Index"};
  if (!path_col.empty()) names = {path_col};
  int64_t column = -1;
  for (const std::string& name : names)
    if (column < 0) column = table.column(name);
  if (column < 0)
    throw FileError(text(table.file(), ":1: no column ", names[0],
                         path_col.empty() ? " (or image, file, Image Index)" : "", "; --path-col names it"));
  if (table.rows() == 0) throw FileError(text(table.file(), ": no rows in it"));
  const fs::path parent = fs::path(file).parent_path();
  SourceFolder folder(parent.empty() ? fs::path(".") : parent);
  for (int64_t row = 0; row < table.rows(); ++row) {
    Named image{std::string(table.at(row, column)), {}, {}};
    try {
      auto path = folder.find(image.name, table.where(row));
      if (!path && fs::path(image.name).is_relative())
        path = folder.find(fs::path("images") / image.name, table.where(row));
      if (path) image.file = *path;
      else
        image.missing =
            text(table.where(row), ": ", image.name, ": no such file in ", folder.root().string(), " or its images/");
    } catch (const FileError& e) {
      image.missing = e.what();
    }
    out.push_back(std::move(image));
  }
}

}  // namespace

std::shared_ptr<Dataset> images_to_predict(const std::vector<std::string>& inputs, const ModelInfo& info,
                                           const std::string& path_col) {
  auto images = std::make_shared<std::vector<Named>>();
  for (const std::string& input : inputs) {
    if (fs::is_directory(input)) add_folder(input, *images);
    else if (input.ends_with(".csv") || input.ends_with(".csv.gz")) add_table(input, path_col, *images);
    else images->push_back({input, input, fs::exists(input) ? "" : input + ": no such file or folder"});
  }
  Contents contents;
  contents.name = inputs.size() == 1 ? inputs[0] : "the images";
  contents.task = info.task;
  contents.classes = info.classes;
  contents.channels = info.channels, contents.height = info.height, contents.width = info.width;
  const float unknown = std::numeric_limits<float>::quiet_NaN();
  contents.targets.assign(images->size() * info.classes.size(), info.task == Task::single_label ? 0 : unknown);
  contents.splits.assign(images->size(), Split::test);
  for (const Named& image : *images) contents.paths.push_back(image.name);
  contents.read = [images, shape = info.input(), exif = info.exif](int64_t i) {
    const Named& image = images->at(size_t(i));
    if (!image.missing.empty()) throw FileError(image.missing);
    const Image read = convert_channels(read_image(image.file, {}, exif), shape.channels);
    return fitted(read, shape.height, shape.width, shape.fit);
  };
  return std::make_shared<Dataset>(std::move(contents), DataOptions{});
}

}  // namespace skew
