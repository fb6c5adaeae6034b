// Columns are given their roles first, then the table is read column by column.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "apps/data/export.h"
#include "apps/data/option_words.h"
#include "apps/data/source_folder.h"
#include "apps/data/sources.h"
#include "apps/formats/csv.h"
#include "apps/formats/csv_text.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;
const Names path_names = {"path", "image", "file", "Image Index"}, split_names = {"split"},
            patient_names = {"patient_id", "patient", "Patient ID"}, labels_names = {"labels", "Finding Labels"};

std::string_view trimmed(std::string_view s) {
  const size_t begin = s.find_first_not_of(" \t");
  return begin == s.npos ? "" : s.substr(begin, s.find_last_not_of(" \t") - begin + 1);
}

// The column that the option `asker` names.
int64_t asked_column(const CsvTable& table, const std::string& asker, const std::string& name) {
  const int64_t column = table.column(name);
  if (column < 0)
    throw UsageError(text(asker, ": ", unknown_word(text("column of ", table.file()), name, table.columns())));
  return column;
}

int64_t usual_column(const CsvTable& table, const Names& names) {
  for (const std::string& name : names)
    if (const int64_t column = table.column(name); column >= 0) return column;
  return -1;
}

int64_t role(const CsvTable& table, std::string_view field, const std::string& asked, const Names& usual) {
  return asked.empty() ? usual_column(table, usual) : asked_column(table, option(field), asked);
}

int64_t path_column(const CsvTable& table, const DataOptions& options) {
  const int64_t column = role(table, "path_col", options.path_col, path_names);
  if (column >= 0) return column;
  const bool semicolons = table.columns().size() == 1 && table.columns()[0].find(';') != std::string::npos;
  throw FileError(text(table.file(), ":1: no column path (or image, file, Image Index); ",
                       semicolons ? std::string("the fields are separated by ; and must be by ,")
                                  : text("rename one or name it with ", option("path_col"))));
}

// The patient of each image from metadata.csv beside the table, or nothing if that says nothing of patients.
std::vector<std::string> joined_patients(const fs::path& folder, const CsvTable& table, const DataOptions& options,
                                         const Names& paths) {
  std::error_code ignored;
  const bool exists = fs::exists(folder / "metadata.csv", ignored);
  if (!exists && !options.group_col.empty()) asked_column(table, option("group_col"), options.group_col);  // throws
  if (!exists) return {};
  const CsvTable metadata = read_csv(folder / "metadata.csv");
  const int64_t path = usual_column(metadata, path_names),
                patient = role(metadata, "group_col", options.group_col, patient_names);
  if (path < 0 || patient < 0) return {};
  std::unordered_map<std::string_view, std::string_view> known;
  for (int64_t row = 0; row < metadata.rows(); ++row) known[metadata.at(row, path)] = metadata.at(row, patient);
  std::vector<std::string> out;
  for (const std::string& name : paths) out.emplace_back(known[name]);
  return out;
}

std::vector<std::string> read_patients(const fs::path& folder, const CsvTable& table, const DataOptions& options,
                                       const Names& paths) {
  const int64_t column =
      options.group_col.empty() ? usual_column(table, patient_names) : table.column(options.group_col);
  if (column < 0) return joined_patients(folder, table, options, paths);
  std::vector<std::string> out;
  for (int64_t row = 0; row < table.rows(); ++row) out.emplace_back(trimmed(table.at(row, column)));
  return out;
}

// Resolves every path: names as written, and the files behind them.
void read_paths(const CsvTable& table, int64_t column, SourceFolder& folder, const DataOptions& options, Names& names,
                std::vector<fs::path>& files) {
  std::unordered_map<std::string, int64_t> rows;
  int64_t missing = 0, first_missing = -1;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string name(table.at(row, column)), where = table.where(row);
    auto file = folder.find(name, where);
    if (!file && fs::path(name).is_relative()) file = folder.find(fs::path("images") / name, where);
    if (!file && missing++ == 0) first_missing = row;
    if (!file) file = folder.root() / name;
    const auto [entry, fresh] = rows.try_emplace(file->lexically_normal().string(), row);
    if (!fresh)
      throw FileError(
          text(where, ": ", name, " is already listed on line ", table.line(entry->second), "; keep one row an image"));
    names.push_back(name);
    files.push_back(*file);
  }
  const bool passable = options.lenient || (options.skip_missing && missing < table.rows());
  if (missing > 0 && !passable)
    throw FileError(text(table.where(first_missing), ": ", table.at(first_missing, column), ": no such file in ",
                         folder.root().string(), " or its images/ (", missing, " of ", table.rows(),
                         " are missing); correct the path, or name its column with ", option("path_col"),
                         skip_advice()));
}

std::vector<Split> read_splits(const CsvTable& table, int64_t column) {
  std::vector<Split> out;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const auto split = parse_split(trimmed(table.at(row, column)));
    if (!split)
      throw FileError(text(table.where(row), ": column '", table.columns()[size_t(column)], "' holds '",
                           table.at(row, column), "'; expected train, val or test"));
    out.push_back(*split);
  }
  return out;
}

// 1, 0, NaN for unknown; nothing for a cell that no class holds.
std::optional<float> target_value(std::string_view cell) {
  const std::string_view value = trimmed(cell);
  if (value == "0" || value == "0.0") return 0.0f;
  if (value == "1" || value == "1.0") return 1.0f;
  if (value.empty() || value == "-1" || value == "-1.0") return std::numeric_limits<float>::quiet_NaN();
  return {};
}

struct ColumnFaults {
  int64_t first = -1, bad = 0, labels = 0;  // the first row that no class holds, how many there are, cells of 0 or 1
};

ColumnFaults faults_of(const CsvTable& table, int64_t column) {
  ColumnFaults f;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const auto value = target_value(table.at(row, column));
    if (!value && f.bad++ == 0) f.first = row;
    f.labels += value && !std::isnan(*value);
  }
  return f;
}

bool may_name_patients(std::string name) {
  for (char& c : name) c = char(std::tolower(uint8_t(c)));
  return name.starts_with("patient") || name.starts_with("subject") || name.starts_with("case");
}

// A list of columns as one word of a shell.
std::string shell_word(const Names& columns) {
  const std::string list = csv_line(columns);
  return list.find_first_of(" #()&;|<>*?$'\"") == list.npos ? list : "'" + list + "'";
}

// Refuses a table whose `columns` do not all hold classes: it names either every column that is none, or a cell to
// correct in one that is: a column that was asked for, or that holds labels and little else.
[[noreturn]] void refuse_columns(const CsvTable& table, const std::vector<int64_t>& columns, bool asked_for) {
  Names others;
  std::string advice, patients;
  int64_t at = -1;
  ColumnFaults found;
  for (const int64_t column : columns) {
    const ColumnFaults f = faults_of(table, column);
    if (f.bad == 0) continue;
    const std::string& name = table.columns()[size_t(column)];
    const bool is_class = asked_for || (f.labels > 0 && 2 * f.bad < table.rows());
    if (at < 0 || (others.empty() && !is_class)) {
      at = column;
      found = f;
    }
    if (is_class) continue;
    others.push_back(name);
    if (may_name_patients(name))
      patients += text("; if '", name, "' names patients: ", option("group_col", shell_word({name})));
  }
  if (others.empty())
    advice = text("Correct this cell, or blank it if unknown (", found.bad,
                  found.bad == 1 ? " such cell" : " such cells", " in the column)");
  else
    advice =
        text("Leave out what is no class with ", option("ignore", shell_word(others)), ", or name the classes with ",
             option("classes"), patients, "; a column that holds names of classes must be called labels");
  throw FileError(text(table.where(found.first), ": column '", table.columns()[size_t(at)], "' holds '",
                       trimmed(table.at(found.first, at)), "'; a class holds 1, 0, -1 or blank. ", advice));
}

// Empty: all there are, less options.ignore.
const Names& wanted_classes(const DataOptions& options) {
  return options.model_classes.empty() ? options.classes : options.model_classes;
}

std::string asker_of_classes(const DataOptions& options) {
  return options.model_classes.empty() ? option("classes") : "the model's classes";
}

// Every column without a role is a class.
void read_class_columns(const CsvTable& table, const DataOptions& options, const std::vector<int64_t>& roles,
                        Contents& data) {
  std::vector<int64_t> columns;
  std::vector<bool> left_out(table.columns().size());
  for (const int64_t r : roles)
    if (r >= 0) left_out[size_t(r)] = true;
  const Names& wanted = wanted_classes(options);
  if (options.model_classes.empty())
    for (const std::string& name : options.ignore) left_out[size_t(asked_column(table, option("ignore"), name))] = true;
  for (const std::string& name : wanted) columns.push_back(asked_column(table, asker_of_classes(options), name));
  for (size_t c = 0; wanted.empty() && c < table.columns().size(); ++c)
    if (!left_out[c]) columns.push_back(int64_t(c));
  for (const int64_t column : columns) data.classes.push_back(table.columns()[size_t(column)]);
  for (int64_t row = 0; row < table.rows(); ++row)
    for (const int64_t column : columns) {
      const auto value = target_value(table.at(row, column));
      if (!value) refuse_columns(table, columns, !wanted.empty());
      data.targets.push_back(*value);
    }
}

// Calls f with each name of a cell such as "Effusion|Mass".
template <class F> void each_label(std::string_view cell, F f) {
  for (size_t at = 0; at <= cell.size();) {
    const size_t end = std::min(cell.find_first_of(";|", at), cell.size());
    const std::string_view name = trimmed(cell.substr(at, end - at));
    if (!name.empty() && name != "No Finding") f(name);
    at = end + 1;
  }
}

void read_label_names(const CsvTable& table, const DataOptions& options, int64_t column, Contents& data) {
  std::map<std::string, size_t, std::less<>> known;
  for (int64_t row = 0; row < table.rows(); ++row)
    each_label(table.at(row, column), [&](std::string_view name) { known.try_emplace(std::string(name)); });
  Names names;
  for (const auto& [name, unused] : known) names.push_back(name);
  const size_t none = std::numeric_limits<size_t>::max();
  for (auto& [name, place] : known) place = none;
  const Names ignore = options.model_classes.empty() ? options.ignore : Names{};
  for (const std::string& name : wanted_classes(options).empty() ? names : wanted_classes(options)) {
    if (!known.contains(name))
      throw UsageError(text(asker_of_classes(options), ": ", unknown_word("class", name, names)));
    if (std::find(ignore.begin(), ignore.end(), name) != ignore.end()) continue;
    known[name] = data.classes.size();
    data.classes.push_back(name);
  }
  data.targets.resize(size_t(table.rows()) * data.classes.size());
  for (int64_t row = 0; row < table.rows(); ++row)
    each_label(table.at(row, column), [&](std::string_view name) {
      const size_t place = known.find(name)->second;
      if (place != none) data.targets[size_t(row) * data.classes.size() + place] = 1;
    });
}

// Single label: every row must hold exactly one 1 and nothing unknown.
void check_single_label(const CsvTable& table, const Contents& data) {
  const size_t classes = data.classes.size();
  for (size_t row = 0; row < data.paths.size(); ++row) {
    int64_t ones = 0, unknown = 0;
    for (size_t c = 0; c < classes; ++c) {
      ones += data.targets[row * classes + c] == 1;
      unknown += std::isnan(data.targets[row * classes + c]);
    }
    if (ones != 1 || unknown != 0)
      throw FileError(text(table.where(int64_t(row)), ": ", ones, " classes are 1 and ", unknown,
                           " unknown; a single-label task needs exactly one 1 a row, or use ",
                           option("task", "multi")));
  }
}

}  // namespace

bool lists_images(const fs::path& path) {
  try {
    const CsvTable table = read_csv(path);
    return usual_column(table, path_names) >= 0 &&
           table.columns().size() > (usual_column(table, split_names) >= 0 ? 2 : 1);
  } catch (const Error&) {
    return false;
  }
}

Contents read_labels_csv(const fs::path& path, const DataOptions& options) {
  if (auto exported = read_export(path, options)) return std::move(*exported);
  const CsvTable table = read_csv(path);
  if (table.rows() == 0) throw FileError(text(path.string(), ": no rows below the header"));
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const int64_t path_at = path_column(table, options),
                split_at = role(table, "split_col", options.split_col, split_names);
  const int64_t group_at = options.group_col.empty() ? -1 : table.column(options.group_col);
  const int64_t labels_at = usual_column(table, labels_names);
  Contents data;
  data.name = path.filename().string().starts_with("labels.csv") ? parent.string() : path.string();
  data.task = options.task.value_or(Task::multi_label);
  SourceFolder folder(parent);
  std::vector<fs::path> files;
  read_paths(table, path_at, folder, options, data.paths, files);
  if (split_at >= 0) data.splits = read_splits(table, split_at);
  data.patients = read_patients(parent, table, options, data.paths);
  if (labels_at >= 0) read_label_names(table, options, labels_at, data);
  else read_class_columns(table, options, {path_at, split_at, group_at, usual_column(table, patient_names)}, data);
  if (data.task == Task::single_label) check_single_label(table, data);
  set_files(data, std::move(files), options);
  return data;
}

}  // namespace skew
