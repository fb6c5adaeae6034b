// Columns are given their roles first; then rows become images, and their cells labels.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "apps/data/beside_tables.h"
#include "apps/data/class_columns.h"
#include "apps/data/export.h"
#include "apps/data/label_cells.h"
#include "apps/data/label_names.h"
#include "apps/data/option_words.h"
#include "apps/data/patients.h"
#include "apps/data/sources.h"
#include "apps/data/split_column.h"
#include "apps/data/split_lists.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

fs::path folder_of(const fs::path& table) { return table.has_parent_path() ? table.parent_path() : fs::path("."); }

// A first line that names an image is no header: it would cost an image, and its label would name a class.
void refuse_without_header(const CsvTable& table, ImageFinder& images) {
  for (const std::string& column : table.columns()) {
    const auto digits = std::ranges::count_if(column, [](char c) { return c >= '0' && c <= '9'; });
    if (fs::path(column).extension().empty() && digits < 3) continue;  // cat, though there be a cat.png
    try {
      if (!images.find(column, "header")) continue;
    } catch (const Error&) {
      continue;
    }
    throw FileError(text(table.file(), ":1: the first line names an image, ", column,
                         ", where a header should be; put a line above it that says what the columns are, such as ",
                         "path,label"));
  }
  images.forget_guesses();
}

// Which rows are of which image.
struct Rows {
  std::vector<fs::path> files;
  std::vector<std::vector<int64_t>> of_image;  // ascending
};

void note_guesses(const ImageFinder& images, Contents& data) {
  for (const auto& [how, count] : images.guesses())
    data.notes.push_back(text(count, count == 1 ? " path " : " paths ", how));
}

// Whether the rows of each image hold the same in every column.
bool repeats_are_equal(const CsvTable& table, const Rows& rows) {
  for (const std::vector<int64_t>& of_image : rows.of_image)
    for (const int64_t row : of_image)
      for (int64_t c = 0; c < std::ssize(table.columns()); ++c)
        if (trimmed(table.at(row, c)) != trimmed(table.at(of_image[0], c))) return false;
  return true;
}

// An image on several rows is right where rows are labels (VinDr, OpenImages) or readers; a few such rows in a table of
// images are a mistake, unless they only repeat another.
void check_repeats(const CsvTable& table, int64_t path_column, const Rows& rows, bool names) {
  int64_t repeated = 0;
  const std::vector<int64_t>* first = nullptr;
  for (size_t i = 0; i < rows.of_image.size(); ++i) {
    const std::vector<int64_t>& of_image = rows.of_image[i];
    if (of_image.size() < 2) continue;
    if (!first) first = &of_image;
    ++repeated;
    const std::string_view name = trimmed(table.at(of_image[0], path_column));
    for (const int64_t row : of_image)
      if (names && trimmed(table.at(row, path_column)) != name)
        throw FileError(text(table.where(row), ": ", trimmed(table.at(row, path_column)), " and ", name, " on line ",
                             table.line(of_image[0]), " are both taken for ", rows.files[i].string(),
                             "; name each image by its own path"));
  }
  const int64_t images = std::ssize(rows.of_image);
  const bool usual = names ? 10 * repeated >= images : repeated >= 3 && 2 * repeated >= images;
  if (!first || usual || repeats_are_equal(table, rows)) return;
  throw FileError(
      text(table.where((*first)[1]), ": ", trimmed(table.at((*first)[1], path_column)), " is already listed on line ",
           table.line((*first)[0]), "; keep one row an image",
           names ? "" : text(", or, if a column names the class of each row: ", option("label_col", "COLUMN"))));
}

// "2.0210E+13"
std::string made_a_number(std::string_view name) {
  const size_t e = name.find_first_of("eE");
  const bool power = e != name.npos && e > 0 && parse_number(std::string(name)) && name.find('.') != name.npos;
  return power ? "; a spreadsheet has made a number of this name: save the table anew with that column as text" : "";
}

// Resolves every path: names as written, and the files behind them.
Rows read_paths(const CsvTable& table, const TableRoles& roles, ImageFinder& images, const DataOptions& options,
                Contents& data) {
  Rows rows;
  std::unordered_map<std::string, size_t> known;
  int64_t missing = 0, first_missing = -1;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string name(trimmed(table.at(row, roles.path)));
    auto file = images.find(table.at(row, roles.path), table.where(row));
    if (!file && missing++ == 0) first_missing = row;
    if (!file) file = images.root() / name;
    const auto [entry, fresh] = known.try_emplace(file->lexically_normal().string(), rows.files.size());
    if (fresh) {
      data.paths.push_back(name);
      rows.files.push_back(*file);
      rows.of_image.emplace_back();
    }
    rows.of_image[entry->second].push_back(row);
  }
  check_repeats(table, roles.path, rows, roles.labels >= 0);
  if (missing > 0) {
    const bool few = 10 * missing < table.rows();  // then folder and column are right
    const std::string elsewhere = text("name the images' folder with ", option("images", "DIR"),
                                       ", or the column of paths with ", option("path_col"));
    const std::string why =
        text(table.where(first_missing), ": ", table.at(first_missing, roles.path), ": no such file in or below ",
             images.root().string(), " (", missing, " of ", table.rows(), " are missing); ",
             few ? "fetch what is missing, or take its rows out" : elsewhere,
             missing == table.rows() || options.skip_missing || options.lenient ? "" : skip_advice(),
             made_a_number(table.at(first_missing, roles.path)));
    if (!options.lenient && (!options.skip_missing || missing == table.rows())) throw FileError(why);
    (options.lenient ? data.faults : data.notes).push_back(why);
  }
  note_guesses(images, data);
  if (std::ssize(rows.files) < table.rows())
    data.notes.push_back(text(table.rows(), " rows of ", rows.files.size(),
                              " images: ", roles.labels >= 0 ? "a row a label" : "several rows of an image"));
  return rows;
}

// The cells of a column, one an image. Throws FileError where two rows of an image disagree.
std::vector<std::string> of_images(const CsvTable& table, int64_t column, const Rows& rows) {
  std::vector<std::string> out;
  for (const std::vector<int64_t>& of_image : rows.of_image) {
    const std::string_view cell = trimmed(table.at(of_image[0], column));
    for (const int64_t row : of_image)
      if (trimmed(table.at(row, column)) != cell)
        throw FileError(text(table.where(row), ": column '", table.columns()[size_t(column)], "' holds '",
                             trimmed(table.at(row, column)), "', and '", cell, "' on line ", table.line(of_image[0]),
                             " for the same image"));
    out.emplace_back(cell);
  }
  return out;
}

std::vector<Split> read_splits(const CsvTable& table, int64_t column, const Rows& rows, Contents& data) {
  std::vector<Split> out;
  const SplitColumn splits(table, column);
  const std::vector<std::string> cells = of_images(table, column, rows);
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto split = splits.of(cells[i]);
    if (!split)
      throw FileError(text(table.where(rows.of_image[i][0]), ": column '", table.columns()[size_t(column)], "' holds '",
                           cells[i], "'; expected train, val or test"));
    out.push_back(*split);
  }
  if (!splits.note().empty()) data.notes.push_back(splits.note());
  return out;
}

void read_patients(const CsvTable& table, const TableRoles& roles, const fs::path& path, const DataOptions& options,
                   const Rows& rows, Contents& data) {
  if (roles.patient < 0) {
    join_patients(folder_of(path), path.filename().string(), options, data);
    if (data.patients.empty() && options.group_col.empty()) patients_from_paths(data, false);
    return;
  }
  data.patients = of_images(table, roles.patient, rows);
  data.patients_from = text("column '", table.columns()[size_t(roles.patient)], "'");
  if (options.group_col.empty()) data.notes.push_back("patients: " + data.patients_from);
}

// How many images have exactly one label and nothing unknown; and the first that has not, −1 without.
std::pair<int64_t, int64_t> with_one_label(const Contents& data) {
  const size_t classes = data.classes.size();
  int64_t count = 0, first = -1;
  for (size_t i = 0; i < data.paths.size(); ++i) {
    const auto row = data.targets.begin() + ptrdiff_t(i * classes), end = row + ptrdiff_t(classes);
    const bool one = std::count(row, end, 1.0f) == 1 && std::none_of(row, end, [](float y) { return std::isnan(y); });
    count += one;
    if (!one && first < 0) first = int64_t(i);
  }
  return {count, first};
}

// One label in every row makes the task a single-label one, unless somebody says otherwise.
void choose_task(const CsvTable& table, const Rows& rows, const DataOptions& options, Contents& data) {
  const auto [single, first] = with_one_label(data);
  const int64_t images = std::ssize(data.paths), classes = std::ssize(data.classes);
  data.task = options.task.value_or(Task::multi_label);
  if (options.task == Task::single_label && first >= 0 && options.model_classes.empty())
    throw FileError(text(table.where(rows.of_image[size_t(first)][0]), ": ", data.paths[size_t(first)],
                         " has not exactly one class (", images - single, " of ", images,
                         " images); a single-label task needs one in each row, or use ", option("task", "multi")));
  if (!options.task && classes == 1 && table.column(data.classes[0]) >= 0)
    data.notes.push_back(text("one class, '", data.classes[0], "', that an image has or has not; for a class of each ",
                              "of its values: ", option("label_col", shell_list(data.classes))));
  if (options.task || classes < 2) return;
  if (single == images) {
    data.task = Task::single_label;
    data.notes.push_back(text(
        "every image has exactly one of the ", classes,
        " classes: read as a single-label task; for a score of its own for each class: ", option("task", "multi")));
  } else if (10 * single >= 9 * images) {
    data.notes.push_back(text(single, " of ", images, " images have exactly one class, not ", data.paths[size_t(first)],
                              " (line ", table.line(rows.of_image[size_t(first)][0]),
                              "): if each should have one, correct those and use ", option("task", "single")));
  }
}

// Leaves out images that have not exactly one class: to measure a single-label model they are of no use, and in data of
// one name an image they are those whose class was left out.
void keep_single(Contents& data, Rows& rows) {
  const size_t classes = data.classes.size(), before = rows.files.size();
  std::vector<bool> kept;
  for (size_t i = 0; i < before; ++i) {
    const auto row = data.targets.begin() + ptrdiff_t(i * classes);
    kept.push_back(std::count(row, row + ptrdiff_t(classes), 1.0f) == 1);
  }
  const auto count = size_t(std::ranges::count(kept, true));
  if (count == before) return;
  if (count == 0) throw FileError(text(data.name, ": no image has exactly one of the classes ", listed(data.classes)));
  data.notes.push_back(text(before - count, " of ", before, " images have none of the classes, or several: left out"));
  keep_images(kept, data, rows.files);
  size_t image = 0;
  std::erase_if(rows.of_image, [&](const auto&) { return !kept[image++]; });
}

// Beside a column of names the others are not read: that is said, as one of them may matter.
void note_unread(const CsvTable& table, const TableRoles& roles, const DataOptions& options, Contents& data) {
  if (roles.labels < 0) return;
  const int64_t confidence = confidence_column(table, options);
  std::vector<std::string> unread;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c)
    if (c != roles.path && c != roles.split && c != roles.patient && c != roles.labels && c != confidence &&
        !table.columns()[size_t(c)].empty())
      unread.push_back(table.columns()[size_t(c)]);
  if (!unread.empty()) data.notes.push_back(text("not read: ", listed(unread)));
}

// A column that is called as those of splits are, and is none.
void note_unread_splits(const CsvTable& table, const DataOptions& options, Contents& data) {
  for (size_t c = 0; c < table.columns().size(); ++c) {
    const std::string& name = table.columns()[c];
    if (!may_be_split_column(name) || lower_case(name).find("fold") != name.npos ||
        std::ranges::count(options.ignore, name) > 0)
      continue;
    const SplitColumn splits(table, int64_t(c));
    if (splits.fits()) continue;
    for (int64_t row = 0; row < table.rows(); ++row)
      if (!splits.of(table.at(row, int64_t(c)))) {
        data.notes.push_back(text("column '", name, "' is not read as splits, as it holds '",
                                  trimmed(table.at(row, int64_t(c))), "'; write train, val or test in it"));
        break;
      }
  }
}

// Left out on request, patients may be torn: that is said.
void note_ignored_patients(const CsvTable& table, const DataOptions& options, const Rows& rows, Contents& data) {
  const int64_t column = ignored_patient_column(table, options);
  if (data.splits.empty() || column < 0) return;
  std::map<std::string, Split> first;
  std::map<std::string, bool> torn;
  std::vector<std::string> cells;
  for (const std::vector<int64_t>& of_image : rows.of_image) cells.emplace_back(trimmed(table.at(of_image[0], column)));
  for (size_t i = 0; i < cells.size(); ++i)
    if (!cells[i].empty() && first.try_emplace(cells[i], data.splits[i]).first->second != data.splits[i])
      torn[cells[i]] = true;
  if (!torn.empty())
    data.notes.push_back(text("column '", table.columns()[size_t(column)], "' is left out, and ", torn.size(),
                              " of its patients are in two splits: a test on known patients flatters"));
}

// cat/1.png that the table calls a dog: the table holds, and one of the two is wrong.
void note_folders_of_other_classes(Contents& data) {
  const size_t classes = data.classes.size();
  std::unordered_map<std::string, size_t> of_class;
  for (size_t c = 0; c < classes; ++c) of_class[lower_case(data.classes[c])] = c;
  int64_t others = 0;
  std::string first;
  for (size_t i = 0; i < data.paths.size(); ++i) {
    const auto at = of_class.find(lower_case(fs::path(data.paths[i]).parent_path().filename().string()));
    if (at == of_class.end() || data.targets[i * classes + at->second] != 0) continue;
    if (others++ == 0) first = data.paths[i];
  }
  if (others > 0)
    data.notes.push_back(text(others, others == 1 ? " image lies" : " images lie", " in a folder called as a class ",
                              "that the table says no to, such as ", first, ": read as the table says"));
}

// "3 images below D are not in the table (a.png, …)", or "".
std::string images_not_named(ImageFinder& images, const std::vector<fs::path>& files) {
  std::set<std::string> named;
  for (const fs::path& file : files) named.insert(file.lexically_normal().string());
  std::vector<std::string> rest;
  for (const std::string& path : images.listing().images)
    if (!named.contains((images.root() / path).lexically_normal().string())) rest.push_back(path);
  return rest.empty() ? "" : describe({{"not in the table", rest}});
}

}  // namespace

Contents read_labels_csv(const fs::path& path, const DataOptions& options) {
  if (options.label_col.empty() && options.images.empty() && options.ending.empty())  // else as any other table
    if (auto exported = read_export(path, options)) return std::move(*exported);
  const CsvTable table = read_csv(path);
  if (table.rows() == 0) throw FileError(text(path.string(), ": no rows below the header"));
  const fs::path parent = folder_of(path);
  ImageFinder images(options.images.empty() ? parent : fs::path(options.images), options.ending);
  Contents data;
  data.name = lower_case(path.filename().string()).starts_with("labels.") ? parent.string() : path.string();
  if (table.encoding_note() != "") data.notes.push_back(table.encoding_note());
  refuse_without_header(table, images);
  const TableRoles roles = roles_of(table, options, images, data.notes);
  Rows rows = read_paths(table, roles, images, options, data);
  if (roles.split >= 0) data.splits = read_splits(table, roles.split, rows, data);
  read_patients(table, roles, path, options, rows, data);
  note_unread(table, roles, options, data);
  if (roles.split < 0) note_unread_splits(table, options, data);
  bool single_names = false;
  if (roles.labels >= 0) single_names = read_label_names(table, options, roles.labels, rows.of_image, data);
  else read_class_columns(table, options, roles, rows.of_image, data);
  if (options.lenient)
    if (const std::string rest = images_not_named(images, rows.files); !rest.empty()) data.notes.push_back(rest);
  const bool measured = !options.model_classes.empty() && options.task == Task::single_label;
  if (measured || (single_names && options.model_classes.empty())) keep_single(data, rows);
  choose_task(table, rows, options, data);
  note_ignored_patients(table, options, rows, data);
  note_folders_of_other_classes(data);
  note_possible_patients(table, {roles.path, roles.split, roles.patient, roles.labels}, options, data);
  join_splits(parent, path.filename().string(), options, data, rows.files);
  read_split_lists(parent, options, data, rows.files);
  splits_from_paths(images.root(), rows.files, options, data);
  set_files(data, std::move(rows.files), options);
  return data;
}

}  // namespace skew
