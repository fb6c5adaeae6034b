// The choice of the source, by the look of SRC.
#include "apps/data/open_data.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "apps/data/folder_listing.h"
#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

// Whether the table names images in its folder and says more of them than their split.
bool lists_images(const CsvTable& table, const fs::path& folder, const DataOptions& options) {
  try {
    ImageFinder images(options.images.empty() ? folder : fs::path(options.images), options.ending);
    Names notes;
    const int64_t column = path_column(table, options, images, notes);
    size_t others = 0;
    for (const std::string& name : table.columns()) others += lower_case(name) != "split";
    return others > 1 && names_images(table, column, images).most();
  } catch (const Error&) {  // no column of paths, or two
    return false;
  }
}

// The tables in a folder that label its images: labels.csv, or those that name images and are no results of others.
// Those that cannot be read are told in `notes`.
Names tables_of(const fs::path& folder, const DataOptions& options, Names& notes) {
  Names named_labels, tables;
  for (const std::string& name : list_tables(folder)) {
    const std::string lower = lower_case(name);
    if (lower == "labels.csv" || lower == "labels.csv.gz" || lower == "labels.tsv") named_labels.push_back(name);
    if (lower == "split.csv" || lower.find("submission") != lower.npos) continue;
    try {
      const CsvTable table = read_csv(folder / name);
      if (lower == "metadata.csv" && !names_classes(table)) continue;  // about patients
      if (named_labels.empty() && lists_images(table, folder, options)) tables.push_back(name);
    } catch (const Error& error) {
      notes.push_back(text("not read as a table: ", error.what()));
    }
  }
  return named_labels.empty() ? tables : named_labels;
}

// What the folders of a folder may be, as a word of DataOptions::folders; "" for nothing.
std::string reading_of_folders(const fs::path& folder) {
  DataOptions plain;
  plain.lenient = true;
  try {
    return read_class_folders(folder, plain).splits.empty() ? "classes" : "splits";
  } catch (const Error&) {
    return "";
  }
}

// The only folder in a folder, where an archive put all it held; "" for several things.
fs::path only_folder(const fs::path& folder) {
  fs::path only;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(".") || name == "__MACOSX") continue;
    if (!only.empty() || !at->is_directory(error) || at->is_symlink(error)) return {};
    only = at->path();
  }
  return only;
}

std::optional<Split> split_of_table(const std::string& name) { return parse_split(name.substr(0, name.find('.'))); }

template <class F> F one_after_another(F first, F then, int64_t before) {
  return [=](int64_t i) { return i < before ? first(i) : then(i - before); };
}

// The classes of all tables: those of the first, then what others have more.
Names classes_of(const std::vector<Contents>& parts) {
  Names all;
  for (const Contents& part : parts)
    for (const std::string& name : part.classes)
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  return all;
}

// train.csv, valid.csv and test.csv beside each other: one data set with its splits.
Contents read_split_tables(const fs::path& folder, const Names& tables, const DataOptions& options) {
  std::vector<Contents> parts;
  for (const std::string& name : tables) parts.push_back(read_labels_csv(folder / name, options));
  const Names classes = options.model_classes.empty() ? classes_of(parts) : options.model_classes;
  const bool single = std::ranges::all_of(parts, [](const Contents& c) { return c.task == Task::single_label; });
  DataOptions alike = options;
  alike.model_classes = classes;
  alike.task = options.task.value_or(single ? Task::single_label : Task::multi_label);
  Contents all;
  std::unordered_map<std::string, std::string> table_of;
  for (size_t t = 0; t < tables.size(); ++t) {
    Contents& part = parts[t];
    if (part.classes != classes || part.task != *alike.task) part = read_labels_csv(folder / tables[t], alike);
    if (!part.splits.empty())
      throw FileError(text((folder / tables[t]).string(), ": says by its name and in a column which split its images ",
                           "are in; read it alone with ", option("data", shell_word((folder / tables[t]).string()))));
    for (const std::string& path : part.paths)
      if (const auto [at, fresh] = table_of.try_emplace(path, tables[t]); !fresh)
        throw FileError(text(folder.string(), ": ", path, " is in ", at->second, " and in ", tables[t],
                             ", which are different splits; keep one row an image"));
    // what one table does not name, another may
    std::erase_if(part.notes, [](const std::string& note) { return note.starts_with("left out:"); });
    part.splits.assign(part.paths.size(), *split_of_table(tables[t]));
    if (t == 0) {
      all = std::move(part);
      continue;
    }
    const auto before = std::ssize(all.paths);
    if (part.patients.empty() != all.patients.empty()) {
      all.patients.resize(all.paths.size());
      part.patients.resize(part.paths.size());
    }
    auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(all.paths, part.paths);
    append(all.patients, part.patients);
    append(all.splits, part.splits);
    append(all.targets, part.targets);
    append(all.notes, part.notes);
    append(all.faults, part.faults);
    all.read = one_after_another(all.read, part.read, before);
    all.header = one_after_another(all.header, part.header, before);
  }
  all.name = folder.string();
  all.notes.push_back("splits: the tables " + joined(tables, ", "));
  return all;
}

Contents read_folder(const fs::path& folder, const DataOptions& options) {
  Names notes, tables;
  if (options.folders == "auto") tables = tables_of(folder, options, notes);
  if (tables.size() > 1 &&
      std::ranges::all_of(tables, [](const auto& name) { return split_of_table(name).has_value(); })) {
    std::ranges::stable_sort(tables, {}, [](const auto& name) { return *split_of_table(name); });
    return read_split_tables(folder, tables, options);
  }
  if (tables.size() > 1) {
    std::string choices;
    for (const std::string& name : tables)
      choices += text(choices.empty() ? "" : ", or ", option("data", shell_word((folder / name).string())));
    throw FileError(text(folder.string(), ": ", tables.size(), " tables name its images; give one: ", choices));
  }
  const fs::path inner = tables.empty() ? only_folder(folder) : fs::path();
  if (Names ignored; !inner.empty() && !tables_of(inner, options, ignored).empty()) {
    Contents data = read_folder(inner, options);
    data.notes.insert(data.notes.begin(), text("read from ", inner.string(), ", the only folder"));
    return data;
  }
  if (tables.empty()) {
    Contents data = read_class_folders(folder, options);
    data.notes.insert(data.notes.begin(), notes.begin(), notes.end());
    return data;
  }
  const std::string table = (folder / tables[0]).string();
  if (!lower_case(tables[0]).starts_with("labels.")) {
    if (const std::string reading = reading_of_folders(folder); !reading.empty())
      throw FileError(text(folder.string(), ": no labels.csv in it, but ", tables[0],
                           ", which names its images, and folders that may be classes; to read the table: ",
                           option("data", shell_word(table)), "; the folders: ", option("folders", reading)));
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
  if (is_table_name(src)) {
    refuse_options({{"folders", options.folders == "auto" ? "" : options.folders}}, src + " is a table");
    return make(read_labels_csv(path, options));
  }
  if (src.ends_with(".npz")) return make(read_medmnist(path, options));
  if (!path.has_extension()) return make(read_labels_csv(path, options));  // a table that lost its ending
  throw FileError(
      text(src, ": expected a folder, .csv, .tsv, .csv.gz or .npz; put single images into a folder with labels.csv"));
}

}  // namespace skew
