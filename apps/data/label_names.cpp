// Names are collected first, then each image's are set.
#include "apps/data/label_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "apps/data/label_cells.h"
#include "apps/data/option_words.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

using Names = std::vector<std::string>;

std::vector<bool> denied_rows(const CsvTable& table, const DataOptions& options) {
  std::vector<bool> denied(size_t(table.rows()));
  const int64_t column = confidence_column(table, options);
  for (int64_t row = 0; column >= 0 && row < table.rows(); ++row)
    denied[size_t(row)] = label_cell(table.at(row, column)) == LabelCell::no;
  return denied;
}

// The names of each image; `alone`: whether each image has exactly one, blanks counted as none.
struct ImageNames {
  std::vector<Names> of;
  bool alone = true;
  bool vectors = false;           // cells such as [1, 0, 1]
  int64_t blank = 0, denied = 0;  // images without any word; rows that deny a class
  int64_t none = 0, torn = 0;     // images that are said to be of no class; and, by another row, of one
  std::string note;
};

// Numbers of classes, of which -1 is none.
bool are_indices(const std::vector<std::string_view>& cells) {
  bool minus = false;
  for (const std::string_view cell : cells) {
    const auto number = parse_whole(trimmed(cell));
    if (!is_missing_word(cell) && (!number || *number < -1)) return false;
    minus = minus || (number && *number == -1);
  }
  return minus;
}

// 53 different numbers in 60 images are no classes.
void refuse_measures(const CsvTable& table, const std::string& column, const Names& met, size_t images) {
  const bool numbers = std::ranges::all_of(met, [](std::string name) {
    std::ranges::replace(name, ',', '.');
    return parse_number(name).has_value();
  });
  if (!numbers || met.size() <= 20 || 4 * met.size() <= images) return;
  throw FileError(text(table.file(), ": column '", column, "' holds ", met.size(), " different numbers in ", images,
                       " images: a measure, not classes. skew tells classes apart; write the class of each image into ",
                       "a column, such as low and high, and name it with ", option("label_col")));
}

ImageNames names_of_images(const CsvTable& table, const DataOptions& options, int64_t column,
                           const std::vector<std::vector<int64_t>>& rows) {
  std::vector<std::string_view> cells;
  for (int64_t row = 0; row < table.rows(); ++row) cells.push_back(table.at(row, column));
  const NameLists lists(cells, options.label_sep);
  const std::vector<bool> denied = denied_rows(table, options);
  ImageNames out;
  out.note = lists.note();
  out.vectors = !cells.empty() && std::ranges::all_of(cells, [&](std::string_view cell) {
    const Names parts = lists.names(cell);
    return trimmed(cell).starts_with("[") && parts.size() > 1 && std::ranges::all_of(parts, [](const std::string& p) {
             return p == "0" || p == "1" || p == "0." || p == "1.";
           });
  });
  out.denied = std::ranges::count(denied, true);
  const bool minus_is_unknown = are_indices(cells);
  for (const std::vector<int64_t>& of_image : rows) {
    std::set<std::string> names;
    for (const int64_t row : of_image)
      for (std::string& name : lists.names(table.at(row, column)))
        if (!denied[size_t(row)] && !is_missing_word(name) && !(minus_is_unknown && name == "-1"))
          names.insert(std::move(name));
    out.alone = out.alone && names.size() < 2;
    const bool said = std::ranges::any_of(of_image, [&](int64_t row) {
      return !is_missing_word(table.at(row, column)) && !(minus_is_unknown && trimmed(table.at(row, column)) == "-1");
    });
    const auto no_names = std::ranges::count_if(names, [](const std::string& name) { return is_no_name(name); });
    out.none += no_names > 0;
    out.torn += no_names > 0 && no_names < std::ssize(names);
    out.blank += !said;
    out.of.emplace_back(names.begin(), names.end());
  }
  if (!out.alone || options.task == Task::multi_label)
    for (Names& names : out.of) std::erase_if(names, [](const std::string& name) { return is_no_name(name); });
  return out;
}

Names chosen_classes(const CsvTable& table, const DataOptions& options, const Names& met) {
  if (!options.model_classes.empty()) return options.model_classes;
  for (const std::string& name : options.classes)
    if (std::ranges::find(met, name) == met.end())
      throw UsageError(text(option("classes"), ": ", unknown_word("class", name, met)));
  Names classes = options.classes.empty() ? met : options.classes;
  for (const std::string& name : options.ignore)
    if (std::erase(classes, name) == 0 && table.column(name) < 0)
      throw UsageError(text(option("ignore"), ": ", unknown_word("class or column", name, met)));
  return classes;
}

}  // namespace

int64_t confidence_column(const CsvTable& table, const DataOptions& options) {
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    const std::string& name = table.columns()[size_t(c)];
    if (lower_case(name) != "confidence" || std::ranges::count(options.ignore, name) > 0) continue;
    for (int64_t row = 0; row < table.rows(); ++row) {
      const LabelCell cell = label_cell(table.at(row, c));
      if (cell != LabelCell::yes && cell != LabelCell::no) return -1;
    }
    return c;
  }
  return -1;
}

ModelNames::ModelNames(const Names& classes) : classes_(classes.begin(), classes.end()) {
  for (const std::string& name : classes)
    if (const auto [at, fresh] = by_letters_.try_emplace(plain_letters(name), name); !fresh) at->second = "";
}

const std::string& ModelNames::meant(const std::string& name) const {
  if (classes_.contains(name)) return name;
  const auto at = by_letters_.find(plain_letters(name));
  if (at == by_letters_.end() || at->second.empty()) return name;
  return guessed_[name] = at->second;
}

std::string ModelNames::note() const {
  Names pairs;
  for (const auto& [given, meant] : guessed_) pairs.push_back(text("'", given, "' for '", meant, "'"));
  return pairs.empty() ? "" : "classes of other capitals or signs are taken for the model's: " + listed(pairs);
}

void sort_class_names(Names& names) {
  const bool numbers = std::ranges::all_of(names, [](const std::string& n) { return parse_whole(n).has_value(); });
  if (numbers) std::ranges::sort(names, {}, [](const std::string& n) { return *parse_whole(n); });
  else std::ranges::sort(names);
}

void note_similar_names(const Names& names, Names& notes) {
  std::map<std::string, std::string> first;
  for (const std::string& name : names) {
    if (parse_number(name)) continue;
    std::string plain = lower_case(name);
    std::erase_if(plain, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    const auto [at, fresh] = first.try_emplace(plain, name);
    if (!fresh)
      notes.push_back(text("classes '", at->second, "' and '", name,
                           "' differ only in case or blanks: if they are one class, write it in one way"));
  }
}

bool read_label_names(const CsvTable& table, const DataOptions& options, int64_t column,
                      const std::vector<std::vector<int64_t>>& rows, Contents& data) {
  refuse_options({{"unknown_as", options.unknown_as}},
                 text("column '", table.columns()[size_t(column)], "' holds names of classes"));
  ImageNames images = names_of_images(table, options, column, rows);
  if (!options.model_classes.empty()) {
    const ModelNames model(options.model_classes);
    for (Names& names : images.of)
      for (std::string& name : names) name = model.meant(name);
    if (const std::string note = model.note(); !note.empty()) data.notes.push_back(note);
  }
  const std::string& name_of_column = table.columns()[size_t(column)];
  if (!images.note.empty()) data.notes.push_back(text("column '", name_of_column, "': ", images.note));
  if (images.vectors)
    throw FileError(text(table.file(), ": column '", name_of_column, "' holds lists of 0 and 1, not names; give each ",
                         "class a column of its own"));
  std::set<std::string> all;
  for (const Names& names : images.of) all.insert(names.begin(), names.end());
  Names met(all.begin(), all.end());
  sort_class_names(met);
  refuse_measures(table, name_of_column, met, rows.size());
  data.classes = chosen_classes(table, options, met);
  std::map<std::string, size_t, std::less<>> place;
  for (size_t c = 0; c < data.classes.size(); ++c) place[data.classes[c]] = c;
  Names foreign;
  for (const std::string& name : met)
    if (!place.contains(name) && !options.model_classes.empty()) foreign.push_back(name);
  std::erase_if(foreign, [](const std::string& name) { return is_no_name(name); });
  for (const std::string& name : options.ignore) std::erase(foreign, name);
  if (!foreign.empty())
    throw FileError(text(table.file(), ": the model does not know the class ", listed(foreign), ", but ",
                         listed(options.model_classes), "; leave it out of the measurement with ",
                         option("ignore", shell_list(foreign))));
  note_similar_names(data.classes, data.notes);
  data.targets.assign(rows.size() * data.classes.size(), 0);
  for (size_t i = 0; i < rows.size(); ++i)
    for (const std::string& name : images.of[i])
      if (const auto at = place.find(name); at != place.end()) data.targets[i * data.classes.size() + at->second] = 1;
  const bool alone = images.alone && options.task != Task::multi_label;
  if (images.none > 0 && !alone)
    data.notes.push_back(
        text(images.none, " images are of none of the classes by their own word (No Finding, none)",
             images.torn > 0 ? text("; ", images.torn, " of them are of one by another row: that holds") : ""));
  if (images.denied > 0)
    data.notes.push_back(text(images.denied, " rows are 0 in the column confidence: that the class is not there"));
  const bool single = images.alone && options.task != Task::multi_label;
  if (images.blank > 0)
    data.notes.push_back(
        text(images.blank, " of ", rows.size(), " images have no name (blank, nan, NA)",
             single ? text(", and the others one each; to keep them as of no class: ", option("task", "multi"))
                    : ": of none of the classes"));
  return single;
}

}  // namespace skew
