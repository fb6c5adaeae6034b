// The choice of the source, by the look of SRC.
#include "apps/data/open_data.h"

#include <algorithm>
#include <filesystem>

#include "apps/data/folder_checks.h"
#include "apps/data/folder_listing.h"
#include "apps/data/folder_tables.h"
#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "apps/data/table_roles.h"
#include "apps/formats/near_path.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

// What the folders of a folder may be, as a word of DataOptions::folders; "" for nothing.
std::string reading_of_folders(const fs::path& folder, const std::string& reading = "auto") {
  DataOptions plain;
  plain.folders = reading;
  plain.lenient = true;
  plain.splits_known = true;
  try {
    return read_class_folders(folder, plain).splits.empty() ? "classes" : "splits";
  } catch (const Error&) {
    return "";
  }
}

// The only folder in a folder, where an archive put all it held but a README; "" for several folders, or for images or
// tables beside it.
fs::path only_folder(const fs::path& folder) {
  fs::path only;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(".") || name == "__MACOSX") continue;
    if (at->is_regular_file(error) && is_no_data_name(name)) continue;
    if (!only.empty() || !at->is_directory(error) || at->is_symlink(error)) return {};
    only = at->path();
  }
  return only;
}

// A labels.csv of patients or studies, whose folders hold the images, is told what it lacks.
Contents read_labels_of(const fs::path& folder, const std::string& table, const DataOptions& options) {
  try {
    return read_labels_csv(folder / table, options);
  } catch (const FileError& error) {
    const std::string named = options.path_col.empty() ? folders_named(list_folder(folder), table) : "";
    if (named.empty()) throw;
    throw FileError(text(error.what(), "; ", named));
  }
}

// A table that names the images and holds no labels, beside folders that look like ids: either may be meant.
Contents read_named_table(const fs::path& folder, const std::string& table, const DataOptions& options) {
  try {
    return read_labels_csv(folder / table, options);
  } catch (const FileError& error) {
    if (holds_classes(read_csv(folder / table), options) || reading_of_folders(folder, "classes").empty()) throw;
    throw FileError(text(error.what(), "; if the folders are the classes: ", option("folders", "classes")));
  }
}

[[noreturn]] void refuse_several(const fs::path& folder, const Names& tables, const DataOptions& options) {
  std::string choices;
  bool labels = false;
  for (const std::string& name : tables) {
    labels = labels || holds_classes(read_csv(folder / name), options);
    choices += text(choices.empty() ? "" : ", or ", option("data", shell_word((folder / name).string())));
  }
  if (labels)
    throw FileError(text(folder.string(), ": ", tables.size(), " tables name its images; give one: ", choices));
  throw FileError(text(folder.string(), ": ", listed(tables),
                       " name its images and hold no labels; labels of patients ",
                       "or studies in another table must first be written to a row an image; if a column of these is ",
                       "the label: ", choices, ", with ", option("label_col", "COLUMN")));
}

Contents read_folder(const fs::path& folder, const DataOptions& options) {
  Names notes, tables;
  if (options.folders == "auto") tables = label_tables(folder, options, notes);
  if (are_splits(tables)) return read_split_tables(folder, tables, options);
  if (tables.size() > 1) refuse_several(folder, tables, options);
  const fs::path inner = tables.empty() ? only_folder(folder) : fs::path();
  if (Names ignored; !inner.empty() && !label_tables(inner, options, ignored).empty()) {
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
  if (lower_case(tables[0]).starts_with("labels.")) return read_labels_of(folder, tables[0], options);
  if (const std::string reading = reading_of_folders(folder); !reading.empty()) {
    if (!holds_classes(read_csv(table), options)) {
      Contents data = read_class_folders(folder, options);
      data.notes.push_back(text(tables[0], " names the images and holds no classes: those are the folders"));
      return data;
    }
    throw FileError(text(folder.string(), ": no labels.csv in it, but ", tables[0],
                         ", which names its images, and folders that may be classes; to read the table: ",
                         option("data", shell_word(table)), "; the folders: ", option("folders", reading)));
  }
  Contents data = read_named_table(folder, tables[0], options);
  data.notes.insert(data.notes.begin(), "labels: " + table + ", which names the images");
  return data;
}

// How a table of another program becomes one that is read; "" for other endings.
std::string advice_to_convert(const std::string& file, const std::string& ending) {
  if (ending == ".xlsx" || ending == ".xls" || ending == ".ods")
    return "a spreadsheet; save it as CSV there, or: libreoffice --headless --convert-to csv " + shell_word(file);
  if (ending == ".parquet")
    return text("a Parquet table; to make a CSV of it: python3 -c \"import pandas; pandas.read_parquet('", file,
                "').to_csv('labels.csv', index=False)\"");
  if (ending == ".json" || ending == ".jsonl")
    return "JSON; write the images and their classes into a CSV with the columns path,label";
  return "";
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
  if (!fs::exists(path, ignored)) {
    const std::string near = near_path(src);
    const char* advice =
        "; give a folder with labels.csv or a folder a class, a .csv, a MedMNIST .npz, synth:shapes14 or "
        "fashion-mosaic";
    throw FileError(text(src, ": no such file or folder", near.empty() ? advice : near));
  }
  if (fs::is_directory(path, ignored)) return make(read_folder(path, options));
  if (is_table_name(src)) {
    refuse_options({{"folders", options.folders == "auto" ? "" : options.folders}}, src + " is a table");
    return make(read_labels_csv(path, options));
  }
  if (src.ends_with(".npz")) return make(read_medmnist(path, options));
  const std::string ending = lower_case(path.extension().string());
  if (ending.empty() || ending == ".txt") return make(read_labels_csv(path, options));  // a table by another name
  if (const std::string advice = advice_to_convert(src, ending); !advice.empty()) throw FileError(src + ": " + advice);
  throw FileError(
      text(src, ": expected a folder, .csv, .tsv, .csv.gz or .npz; put single images into a folder with labels.csv"));
}

}  // namespace skew
