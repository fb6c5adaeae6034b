// A join counts what it matched: silence would make strangers of all patients, and a random split of a given one.
#include "apps/data/beside_tables.h"

#include <algorithm>
#include <set>

#include "apps/data/folder_listing.h"
#include "apps/data/folder_names.h"
#include "apps/data/option_words.h"
#include "apps/data/split_column.h"
#include "apps/data/split_lists.h"
#include "apps/data/table_join.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

// metadata.csv, or a table beside the labels that names patients.
std::string table_of_patients(const fs::path& folder, const std::string& labels, const DataOptions& options) {
  const std::vector<std::string> tables = list_tables(folder);
  if (std::ranges::find(tables, "metadata.csv") != tables.end()) return "metadata.csv";
  for (const std::string& name : tables) {
    if (name == labels || lower_case(name) == "split.csv") continue;
    try {
      const CsvTable table = read_csv(folder / name);
      if (patient_column(table, options) >= 0 && lists_images(table, folder, {})) return name;
    } catch (const Error&) {  // no table, or none about patients
    }
  }
  return "";
}

// The column of splits of a table that is about nothing else, perhaps; −1: none.
int64_t column_of_splits(const CsvTable& table, const DataOptions& options) {
  if (!options.split_col.empty() && table.column(options.split_col) >= 0) return table.column(options.split_col);
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    const std::string& name = table.columns()[size_t(c)];
    if (may_be_split_column(name) && std::ranges::count(options.ignore, name) == 0 && SplitColumn(table, c).fits())
      return c;
  }
  return -1;
}

// A table's split of each image, and how many images have one.
struct Given {
  std::string table, column, note;
  std::vector<std::optional<Split>> splits = {};
  int64_t known = 0, rows = 0;
};

Given read_given(const CsvTable& table, const std::string& name, int64_t column, int64_t path,
                 const std::vector<std::string>& paths, bool whole_names = false) {
  const SplitColumn splits(table, column);
  const auto of = [&](int64_t row) { return splits.of(table.at(row, column)); };
  const auto shown = [&](int64_t row) {
    const auto split = of(row);
    return split ? std::string(split_name(*split)) : text("'", trimmed(table.at(row, column)), "'");
  };
  const TableJoin join(table, path, shown, "is in", paths, whole_names);
  Given given{name, table.columns()[size_t(column)], splits.note()};
  for (size_t i = 0; i < paths.size(); ++i) given.splits.push_back(join.row(i) < 0 ? std::nullopt : of(join.row(i)));
  given.known = join.known();
  given.rows = table.rows();
  return given;
}

// What --split-file names.
Given read_split_table(const std::string& file, const DataOptions& options, const std::vector<std::string>& paths) {
  const CsvTable table = read_csv(file);
  int64_t split = table.column("split"), path = table.column("path");
  if (!options.split_col.empty() && table.column(options.split_col) >= 0) split = table.column(options.split_col);
  if (split < 0) split = column_of_splits(table, options);
  if (path < 0) path = column_naming(table, paths);
  if (path < 0 || split < 0)
    throw FileError(text(table.file(),
                         path < 0 ? text(": no column names the images, such as ", paths.empty() ? "" : paths[0])
                                  : ": no column holds train, val or test",
                         "; expected the columns path,split"));
  const SplitColumn splits(table, split);
  for (int64_t row = 0; row < table.rows(); ++row)
    if (!splits.fits() && !splits.of(table.at(row, split)))
      throw FileError(text(table.where(row), ": split '", table.at(row, split), "'; expected train, val or test"));
  const bool made_here = table.columns() == std::vector<std::string>{"path", "split"};  // by `skew data split`
  return read_given(table, file, split, path, paths, made_here);
}

std::optional<CsvTable> read_if_table(const fs::path& file) {
  try {
    return read_csv(file);
  } catch (const Error&) {  // told where it is read for its labels
    return {};
  }
}

std::vector<Given> find_given(const fs::path& folder, const std::string& labels, const DataOptions& options,
                              const std::vector<std::string>& paths) {
  std::vector<Given> found;
  for (const std::string& name : list_tables(folder)) {
    if (name == labels) continue;
    const auto table = read_if_table(folder / name);
    const int64_t column = table ? column_of_splits(*table, options) : -1;
    const int64_t path = column < 0 ? -1 : column_naming(*table, paths);
    if (path < 0 || path == column) continue;
    try {
      Given given = read_given(*table, name, column, path, paths);
      if (given.known > 0) found.push_back(std::move(given));
    } catch (const FileError&) {  // it contradicts itself, which matters where it is asked
      if (options.split_file.empty()) throw;
    }
  }
  return found;
}

// Two tables that both divide the images must do it alike.
void check_agreement(const fs::path& folder, const std::vector<Given>& found, const std::vector<std::string>& paths) {
  for (const Given& other : found)
    for (size_t i = 0; i < paths.size(); ++i) {
      const auto &a = found[0].splits[i], &b = other.splits[i];
      if (a && b && *a != *b)
        throw FileError(text(folder.string(), ": ", paths[i], " is in ", split_name(*a), " by ", found[0].table,
                             " and in ", split_name(*b), " by ", other.table, "; to divide by the one: ",
                             option("split_file", shell_word((folder / found[0].table).string())),
                             ", the other: ", option("split_file", shell_word((folder / other.table).string()))));
    }
}

// The directories of a path, without a leading "/".
std::vector<std::string> folders_of(const fs::path& path) {
  std::vector<std::string> out;
  for (const fs::path& part : path.relative_path().parent_path())
    if (part != ".") out.push_back(part.string());
  return out;
}

}  // namespace

std::string join_patients(const fs::path& folder, const std::string& labels, const DataOptions& options,
                          Contents& data) {
  const std::string name_of_table = table_of_patients(folder, labels, options);
  const fs::path file = folder / (name_of_table.empty() ? "metadata.csv" : name_of_table);
  const bool asked = !options.group_col.empty();
  if (name_of_table.empty()) {
    if (!asked) return "";
    throw UsageError(text(option("group_col"), ": no column '", options.group_col, "' and no ", file.string(),
                          ", which would name the patient of each image (path,", options.group_col, ")"));
  }
  const CsvTable table = read_csv(file);
  const int64_t patient = patient_column(table, options);
  if (asked && patient < 0) asked_column(table, option("group_col"), options.group_col);  // throws
  if (patient < 0) return "";
  if (table.encoding_note() != "") data.notes.push_back(table.encoding_note());
  ImageFinder images(folder);
  DataOptions usual;
  const int64_t path = path_column(table, usual, images, data.notes);
  const auto shown = [&](int64_t row) { return text("'", trimmed(table.at(row, patient)), "'"); };
  const TableJoin join(table, path, shown, "belongs to", data.paths);
  const std::string& column = table.columns()[size_t(patient)];
  if (join.known() == 0 && asked)
    throw FileError(text(file.string(), ": none of the ", data.paths.size(), " images is in it, such as ",
                         data.paths.empty() ? "" : data.paths[0], "; its column '", table.columns()[size_t(path)],
                         "' must name them so"));
  data.notes.push_back(text("patients: column '", column, "' of ", name_of_table, "; ", join.known(), " of ",
                            data.paths.size(), " images are in it"));
  if (join.known() == 0) return name_of_table;
  for (size_t i = 0; i < data.paths.size(); ++i)
    data.patients.emplace_back(join.row(i) < 0 ? "" : trimmed(table.at(join.row(i), patient)));
  data.patients_from = text("column '", column, "' of ", name_of_table);
  return name_of_table;
}

void set_splits(const std::vector<std::optional<Split>>& given, const SplitSource& source, const DataOptions& options,
                Contents& data, std::vector<fs::path>& files) {
  bool has[3] = {};
  for (const auto& split : given)
    if (split) has[size_t(*split)] = true;
  for (const Split split : source.splits) has[size_t(split)] = true;
  const Split rest = has[0] ? Split::test : Split::train;
  const bool leaves_out = has[0] && has[size_t(Split::test)];
  std::vector<std::optional<Split>> asked(given.size());
  if (!options.split_file.empty()) asked = read_split_table(options.split_file, options, data.paths).splits;
  std::vector<bool> kept;
  for (size_t i = 0; i < given.size(); ++i) kept.push_back(given[i] || asked[i] || !leaves_out);
  const auto out = std::ranges::count(kept, false);
  if (!options.split_file.empty()) {  // which says the rest
    if (out > 0) data.notes.push_back(text(out, " images are left out, as they are in no split of ", source.name));
  } else {
    for (const auto& split : given) data.splits.push_back(split.value_or(rest));
    const bool all = std::ranges::all_of(given, [](const auto& split) { return split.has_value(); });
    data.notes.push_back(text("splits: ", source.lists ? "by " : "", source.name, source.known,
                              all ? "" : source.others + (leaves_out ? "left out" : std::string(split_name(rest)))));
  }
  if (out > 0) keep_images(kept, data, files);
}

std::string join_splits(const fs::path& folder, const std::string& labels, const DataOptions& options, Contents& data,
                        std::vector<fs::path>& files) {
  if (!data.splits.empty() || options.one_split || options.splits_known) return "";
  const std::vector<Given> found = find_given(folder, labels, options, data.paths);
  if (found.empty()) return "";
  if (options.split_file.empty()) check_agreement(folder, found, data.paths);
  const Given& given = *std::ranges::max_element(found, {}, &Given::known);
  const int64_t images = std::ssize(data.paths);
  const std::string from = text("column '", given.column, "' of ", given.table);
  if (2 * given.known < images && 5 * given.known < 4 * given.rows) {
    data.notes.push_back(
        text("not read as splits: ", from, ", which names ", given.known, " of the ", images, " images"));
    return "";
  }
  set_splits(given.splits, {from, text("; ", given.known, " of ", images, " images are in it"), ", the others are "},
             options, data, files);
  if (!given.note.empty() && options.split_file.empty()) data.notes.push_back(given.note);
  return given.table;
}

std::set<std::string> look_beside(const fs::path& root, const std::string& base, const DataOptions& options,
                                  Contents& data, std::vector<fs::path>& files) {
  std::vector<fs::path> places = {""};
  for (const fs::path& part : fs::path(base)) places.push_back(places.back() / part);
  const auto knows_group = [&](const fs::path& place) {
    return std::ranges::any_of(list_tables(root / place), [&](const std::string& name) {
      const auto table = read_if_table(root / place / name);
      return table && table->column(options.group_col) >= 0;
    });
  };
  auto asked = std::ranges::find_if(places, knows_group);
  if (asked == places.end()) asked = places.begin();
  std::set<std::string> read = {"split.csv"};
  for (const fs::path& place : places) {
    const fs::path folder = root / place;
    const auto add = [&](const std::string& name) { read.insert((place / name).string()); };
    if (data.patients.empty() && (options.group_col.empty() || place == *asked))
      add(join_patients(folder, "", options, data));
    add(join_splits(folder, "", options, data, files));
    for (const std::string& list : read_split_lists(folder, options, data, files)) add(list);
  }
  return read;
}

void read_split_file(const std::string& file, const DataOptions& options, Contents& data) {
  const Given given = read_split_table(file, options, data.paths);
  data.splits.clear();
  for (size_t i = 0; i < data.paths.size(); ++i) {
    if (!given.splits[i])
      throw FileError(text(file, ": no row for ", data.paths[i], ", so it divides other images; give the ",
                           option("split_file"),
                           " of these, made by `skew data split`, or add a column split to their table"));
    data.splits.push_back(*given.splits[i]);
  }
  if (!given.note.empty()) data.notes.push_back(given.note);
}

void splits_from_paths(const fs::path& root, const std::vector<fs::path>& files, const DataOptions& options,
                       Contents& data) {
  if (!data.splits.empty() || !options.split_file.empty() || options.one_split || options.splits_known) return;
  for (const bool on_disk : {false, true}) {
    std::vector<std::vector<std::string>> folders;
    size_t depth = 0;
    for (size_t i = 0; i < files.size(); ++i) {
      folders.push_back(folders_of(on_disk ? files[i].lexically_relative(root) : fs::path(data.paths[i])));
      depth = std::max(depth, folders.back().size());
    }
    for (size_t level = 0; level < depth; ++level) {
      std::set<std::string> names;
      if (!std::ranges::all_of(folders, [&](const auto& f) { return f.size() > level; })) break;
      for (const auto& of_image : folders) names.insert(of_image[level]);
      const std::vector<std::string> all(names.begin(), names.end());
      const auto splits = splits_of(all);
      std::set<std::optional<Split>> met(splits.begin(), splits.end());
      if (met.size() < 2 || met.contains(std::nullopt)) continue;
      for (const auto& of_image : folders)
        data.splits.push_back(*splits[size_t(std::ranges::find(all, of_image[level]) - all.begin())]);
      const std::string unusual = unusual_splits(all, splits);
      data.notes.push_back(text("splits: the folders ", listed(all),
                                on_disk ? " that the images lie in" : " in the paths",
                                unusual.empty() ? "" : ": " + unusual));
      return;
    }
  }
}

}  // namespace skew
