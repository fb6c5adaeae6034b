// The choice of the source, by the look of SRC.
#include "apps/data/open_data.h"

#include <algorithm>
#include <filesystem>

#include "apps/data/folder_listing.h"
#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "apps/data/table_roles.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

// Whether the table names images in its folder and says more of them than their split.
bool lists_images(const fs::path& path, const DataOptions& options) {
  try {
    const CsvTable table = read_csv(path);
    ImageFinder images(options.images.empty() ? path.parent_path() : fs::path(options.images), options.ending);
    Names notes;
    const int64_t column = path_column(table, options, images, notes);
    size_t others = 0;
    for (const std::string& name : table.columns()) others += lower_case(name) != "split";
    return others > 1 && names_images(table, column, images).most();
  } catch (const Error&) {
    return false;
  }
}

// The tables in a folder that label its images: labels.csv, or those that name images and are no results of others.
Names tables_of(const fs::path& folder, const DataOptions& options) {
  Names tables;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string(), lower = lower_case(name);
    if (name.starts_with(".") || !is_table_name(name) || entry.is_directory()) continue;
    if (lower == "labels.csv" || lower == "labels.csv.gz" || lower == "labels.tsv") return {name};
    if (lower == "split.csv" || lower == "metadata.csv" || lower.find("submission") != lower.npos) continue;
    if (lists_images(entry.path(), options)) tables.push_back(name);
  }
  std::ranges::sort(tables);
  return tables;
}

bool may_be_class_folders(const fs::path& folder, const DataOptions& options) {
  DataOptions plain;
  plain.folders = options.folders;
  plain.lenient = true;
  try {
    read_class_folders(folder, plain);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::optional<Split> split_of_table(const std::string& name) { return parse_split(name.substr(0, name.find('.'))); }

template <class F> F one_after_another(F first, F then, int64_t before) {
  return [=](int64_t i) { return i < before ? first(i) : then(i - before); };
}

// train.csv, valid.csv and test.csv beside each other: one data set with its splits.
Contents read_split_tables(const fs::path& folder, const Names& tables, const DataOptions& options) {
  Contents all;
  for (const std::string& name : tables) {
    DataOptions own = options;
    if (!all.classes.empty()) own.task = all.task;
    if (!all.classes.empty() && options.model_classes.empty()) own.model_classes = all.classes;
    Contents part = read_labels_csv(folder / name, own);
    if (!part.splits.empty())
      throw FileError(text((folder / name).string(), ": says by its name and in a column which split its images are ",
                           "in; read it alone with ", option("data", (folder / name).string())));
    // what one table does not name, another may
    std::erase_if(part.notes, [](const std::string& note) { return note.starts_with("left out:"); });
    const size_t before = all.paths.size();
    part.splits.assign(part.paths.size(), *split_of_table(name));
    if (before == 0) {
      all = std::move(part);
      continue;
    }
    if (part.patients.empty() != all.patients.empty()) {
      all.patients.resize(before);
      part.patients.resize(part.paths.size());
    }
    auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(all.paths, part.paths);
    append(all.patients, part.patients);
    append(all.splits, part.splits);
    append(all.targets, part.targets);
    append(all.notes, part.notes);
    append(all.faults, part.faults);
    all.read = one_after_another(all.read, part.read, int64_t(before));
    all.header = one_after_another(all.header, part.header, int64_t(before));
  }
  all.name = folder.string();
  all.notes.push_back("splits: the tables " + quoted_list(tables));
  return all;
}

Contents read_folder(const fs::path& folder, const DataOptions& options) {
  Names tables = options.folders == "auto" ? tables_of(folder, options) : Names{};
  if (tables.size() > 1 &&
      std::ranges::all_of(tables, [](const auto& name) { return split_of_table(name).has_value(); })) {
    std::ranges::stable_sort(tables, {}, [](const auto& name) { return *split_of_table(name); });
    return read_split_tables(folder, tables, options);
  }
  if (tables.size() > 1) {
    std::string choices;
    for (const std::string& name : tables)
      choices += text(choices.empty() ? "" : ", or ", option("data", (folder / name).string()));
    throw FileError(text(folder.string(), ": ", tables.size(), " tables name its images; give one: ", choices));
  }
  if (tables.empty()) return read_class_folders(folder, options);
  const std::string table = (folder / tables[0]).string();
  if (!lower_case(tables[0]).starts_with("labels.")) {
    if (may_be_class_folders(folder, options))
      throw FileError(text(folder.string(), ": no labels.csv in it, but ", tables[0],
                           ", which names its images, and folders that may be classes; to read the table: ",
                           option("data", table), "; the folders: ", option("folders", "classes")));
    Contents data = read_labels_csv(table, options);
    data.notes.insert(data.notes.begin(), "labels: " + table + ", which names the images");
    return data;
  }
  return read_labels_csv(table, options);
}

}  // namespace

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
  if (fs::is_directory(path, ignored)) return make(read_folder(path, options));
  if (is_table_name(src)) return make(read_labels_csv(path, options));
  if (src.ends_with(".npz")) return make(read_medmnist(path, options));
  throw FileError(
      text(src, ": expected a folder, .csv, .tsv, .csv.gz or .npz; put single images into a folder with labels.csv"));
}

}  // namespace skew
