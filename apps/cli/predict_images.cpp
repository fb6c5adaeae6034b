// Collecting the images of files, folders and tables, each once, under the name the user gave.
#include "apps/cli/predict_images.h"

#include <filesystem>
#include <iostream>
#include <limits>

#include "apps/data/folder_listing.h"
#include "apps/data/image_finder.h"
#include "apps/data/table_roles.h"
#include "apps/formats/csv.h"
#include "apps/formats/near_path.h"
#include "apps/report/table.h"
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

void add_folder(const std::string& folder, std::vector<Named>& out) {
  const FolderListing listing = list_folder(folder);
  if (listing.images.empty())
    throw FileError(
        text(folder, ": no image in it or below it", listing.left_out.empty() ? "" : "; ", describe(listing.left_out)));
  if (!listing.left_out.empty()) std::cerr << "note: " << folder << ": " << describe(listing.left_out) << '\n';
  for (const std::string& path : listing.images) {
    const std::string name = (fs::path(folder) / path).string();
    out.push_back({name, name, {}});
  }
}

void add_table(const std::string& file, const DataOptions& reading, std::vector<Named>& out) {
  const CsvTable table = read_csv(file);
  if (table.rows() == 0) throw FileError(text(table.file(), ": no rows in it"));
  const fs::path parent = fs::path(file).parent_path();
  const fs::path beside = parent.empty() ? fs::path(".") : parent;
  ImageFinder finder(reading.images.empty() ? beside : fs::path(reading.images), reading.ending);
  std::vector<std::string> notes;
  const int64_t column = path_column(table, reading, finder, notes);
  for (int64_t row = 0; row < table.rows(); ++row) {
    Named image{std::string(trimmed(table.at(row, column))), {}, {}};
    try {
      if (const auto path = finder.find(table.at(row, column), table.where(row))) image.file = *path;
      else
        image.missing = text(table.where(row), ": ", image.name, ": no such file in or below ", finder.root().string());
    } catch (const FileError& e) {
      image.missing = e.what();
    }
    out.push_back(std::move(image));
  }
  for (const std::string& note : notes) std::cerr << report::wrapped("note: " + note) << '\n';
  for (const auto& [how, count] : finder.guesses()) std::cerr << "note: " << count << " paths " << how << '\n';
}

}  // namespace

std::shared_ptr<Dataset> images_to_predict(const std::vector<std::string>& inputs, const ModelInfo& info,
                                           const DataOptions& reading) {
  auto images = std::make_shared<std::vector<Named>>();
  for (const std::string& input : inputs) {
    std::error_code unreadable;
    if (fs::is_directory(input, unreadable)) add_folder(input, *images);
    else if (is_table_name(input)) add_table(input, reading, *images);
    else
      images->push_back(
          {input, input, fs::exists(input, unreadable) ? "" : input + ": no such file or folder" + near_path(input)});
  }
  Contents contents;
  contents.name = inputs.size() == 1 ? inputs[0] : "the images";
  contents.task = info.task;
  contents.classes = info.classes;
  contents.channels = info.channels;
  contents.height = info.height;
  contents.width = info.width;
  const float unknown = std::numeric_limits<float>::quiet_NaN();
  contents.targets.assign(images->size() * info.classes.size(), info.task == Task::single_label ? 0 : unknown);
  contents.splits.assign(images->size(), Split::test);
  for (const Named& image : *images) contents.paths.push_back(image.name);
  contents.read = [images, exif = info.exif](int64_t i) {
    const Named& image = images->at(size_t(i));
    if (!image.missing.empty()) throw FileError(image.missing);
    return read_image(image.file, {}, exif);
  };
  return std::make_shared<Dataset>(std::move(contents), DataOptions{});
}

}  // namespace skew
