// Lists are sorted, so that the order of images does not depend on the file system.
#include <algorithm>
#include <set>

#include "apps/data/option_words.h"
#include "apps/data/source_folder.h"
#include "apps/data/sources.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

bool is_passed_over(const std::string& name) {
  static const std::set<std::string> no_images = {".txt",  ".md",   ".csv", ".json", ".xml",
                                                  ".yaml", ".html", ".db",  ".ini"};
  return name.starts_with(".") || name == "LICENSE" || no_images.contains(fs::path(name).extension().string());
}

// The names in `folder` of which wanted(name, whether it is a folder) is true.
template <class Wanted> std::vector<std::string> sorted_names(const fs::path& folder, Wanted wanted) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    if (wanted(name, entry.is_directory(ignored))) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}
bool is_class(const std::string& name, bool folder) { return folder && !name.starts_with("."); }
bool is_image(const std::string& name, bool folder) { return !folder && !is_passed_over(name); }
// A table that may be the labels; split.csv and metadata.csv are written for folders of classes too.
bool is_table(const std::string& name, bool) {
  const bool csv = name.ends_with(".csv") || name.ends_with(".csv.gz");
  return csv && name != "split.csv" && name != "metadata.csv";
}

// (split folder, its split); the folder "" without a split when D holds the classes themselves
struct Part {
  std::string folder;
  Split split = Split::train;
};

std::vector<Part> parts_of(const std::vector<std::string>& folders) {
  std::vector<Part> parts;
  for (const std::string& name : folders)
    if (const auto split = parse_split(name)) parts.push_back({name, *split});
  if (parts.size() != folders.size() || parts.empty()) return {{}};
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.split < b.split; });
  return parts;
}

// A table of labels under another name would be passed over, and folders of images taken for classes.
void refuse_unused_table(const fs::path& folder, size_t classes) {
  for (const std::string& table : sorted_names(folder, is_table))
    if (classes < 2 || lists_images(folder / table))
      throw FileError(text(folder.string(), ": no labels.csv in it, but found ", table, "; give ",
                           option("data", (folder / table).string()),
                           classes < 2 ? "" : ", or move it elsewhere if the folders are the classes"));
}

}  // namespace

Contents read_class_folders(const fs::path& folder, const DataOptions& options) {
  SourceFolder source(folder);
  const std::vector<Part> parts = parts_of(sorted_names(folder, is_class));
  std::set<std::string> names;
  for (const Part& part : parts)
    for (const std::string& name : sorted_names(folder / part.folder, is_class)) names.insert(name);
  Contents data;
  data.name = folder.string();
  data.task = options.task.value_or(Task::single_label);
  data.classes.assign(names.begin(), names.end());
  refuse_unused_table(folder, names.size());
  const auto check = [&](const char* field, const std::vector<std::string>& asked) {
    for (const std::string& name : asked)
      if (!names.contains(name)) throw UsageError(text(option(field), ": ", unknown_word("class", name, data.classes)));
  };
  check("ignore", options.ignore);
  check("classes", options.classes);
  if (!options.classes.empty()) data.classes = options.classes;
  for (const std::string& name : options.ignore) std::erase(data.classes, name);
  std::vector<fs::path> files;
  for (const Part& part : parts)
    for (size_t c = 0; c < data.classes.size(); ++c) {
      const fs::path inner = fs::path(part.folder) / data.classes[c];
      if (std::error_code ignored; !fs::is_directory(folder / inner, ignored)) continue;
      for (const std::string& name : sorted_names(folder / inner, is_image)) {
        const auto file = source.find(inner / name, folder.string());
        if (!file) continue;  // a link to nothing
        files.push_back(*file);
        data.paths.push_back((inner / name).string());
        if (!part.folder.empty()) data.splits.push_back(part.split);
        for (size_t k = 0; k < data.classes.size(); ++k) data.targets.push_back(k == c ? 1.0f : 0.0f);
      }
    }
  if (files.empty())
    throw FileError(text(folder.string(),
                         ": no images in it; expected labels.csv with a column path, or a folder for "
                         "each class with PNG or JPEG files"));
  if (data.classes.size() == 1)
    throw FileError(text(folder.string(), ": only one class in it, the folder ", data.classes.front(),
                         ", and a classifier needs two; put the images "
                         "of each class into a folder of their own, or write labels.csv with a column path"));
  set_files(data, std::move(files), options);
  return data;
}

}  // namespace skew
