// The kind of column is told by its name and all its cells.
#include "apps/data/split_column.h"

#include <algorithm>
#include <array>
#include <set>

#include "apps/data/folder_names.h"
#include "apps/data/label_cells.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace {

// "is_test", "test": the split that a yes stands for.
std::optional<Split> flagged(const std::string& name) {
  const std::string letters = plain_letters(name);
  if (letters.starts_with("eval")) return {};  // an opinion, more likely
  return parse_split(letters.starts_with("is") ? letters.substr(2) : letters);
}

// What the different cells of a column say, those that name no split left out.
std::map<std::string, Split, std::less<>> words_in(const CsvTable& table, int64_t column, std::string& note) {
  constexpr size_t most = 64;  // of a column of more different words some name no split
  std::set<std::string> different;
  for (int64_t row = 0; row < table.rows() && different.size() <= most; ++row)
    different.emplace(trimmed(table.at(row, column)));
  const std::vector<std::string> cells(different.begin(), different.end());
  std::vector<std::optional<Split>> splits = splits_of(cells);
  std::map<std::string, Split, std::less<>> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string letters = plain_letters(cells[i]);
    if (letters == "publictest") splits[i] = Split::val;  // FER2013
    if (letters == "privatetest") splits[i] = Split::test;
    if (splits[i]) out[cells[i]] = *splits[i];
  }
  note = unusual_splits(cells, splits);
  return out;
}

}  // namespace

bool may_be_split_column(const std::string& name) {
  static constexpr std::array words = {
      "split",       "splits",         "subset",           "partition",  "dataset",   "datasplit", "set",
      "usage",       "phase",          "traintest",        "fold",       "kfold",     "settype",   "datatype",
      "datasettype", "traintestsplit", "evaluationstatus", "aufteilung", "teilmenge", "划分",      "数据集划分"};
  return std::ranges::find(words, plain_letters(name)) != words.end() || flagged(name).has_value();
}

SplitColumn::SplitColumn(const CsvTable& table, int64_t column) {
  const std::string& name = table.columns()[size_t(column)];
  std::string said;
  words_ = words_in(table, column, said);
  bool words = true, numbers = true, flags = true, two = false;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string_view cell = trimmed(table.at(row, column));
    const LabelCell label = label_cell(cell);
    words = words && words_.contains(cell);
    two = two || cell == "2";
    numbers = numbers && (cell == "0" || cell == "1" || cell == "2");
    flags = flags && (label == LabelCell::yes || label == LabelCell::no);
  }
  fits_ = words;
  if (words && !said.empty()) note_ = text("splits: column '", name, "': ", said);
  const std::optional<Split> flag = flagged(name);
  if (!words && flags && flag) {
    kind_ = Kind::flag;
    fits_ = true;
    yes_ = *flag;
    no_ = yes_ == Split::train ? Split::test : Split::train;
    note_ = text("splits: column '", name, "': yes is ", split_name(yes_), ", no is ", split_name(no_));
  } else if (!words && numbers && two && plain_letters(name).find("fold") == std::string::npos) {
    kind_ = Kind::numbers;
    fits_ = true;
    note_ = text("splits: column '", name, "': 0 is train, 1 is val, 2 is test");
  }
}

std::optional<Split> SplitColumn::of(std::string_view cell) const {
  if (kind_ == Kind::words) {
    const auto at = words_.find(trimmed(cell));
    return at == words_.end() ? std::nullopt : std::optional(at->second);
  }
  if (kind_ == Kind::flag) return label_cell(cell) == LabelCell::yes ? yes_ : no_;
  return Split(trimmed(cell)[0] - '0');
}

}  // namespace skew
