// The kind of column is told by its name and all its cells.
#include "apps/data/split_column.h"

#include <algorithm>
#include <array>

#include "apps/data/label_cells.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace {

// "is_test", "test": the split that a yes stands for.
std::optional<Split> flagged(const std::string& name) {
  const std::string letters = plain_letters(name);
  return parse_split(letters.starts_with("is") ? letters.substr(2) : letters);
}

std::optional<Split> word(std::string_view cell) {
  const std::string letters = plain_letters(cell);
  if (letters == "publictest") return Split::val;  // FER2013
  if (letters == "privatetest") return Split::test;
  return parse_split(trimmed(cell));
}

}  // namespace

bool may_be_split_column(const std::string& name) {
  static constexpr std::array words = {
      "split",       "splits",         "subset",          "partition", "dataset", "datasplit", "set",
      "usage",       "phase",          "traintest",       "fold",      "kfold",   "settype",   "datatype",
      "datasettype", "traintestsplit", "evaluationstatus"};
  return std::ranges::find(words, plain_letters(name)) != words.end() || flagged(name).has_value();
}

SplitColumn::SplitColumn(const CsvTable& table, int64_t column) {
  const std::string& name = table.columns()[size_t(column)];
  bool words = true, numbers = true, flags = true, two = false, other_words = false;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string_view cell = trimmed(table.at(row, column));
    const LabelCell label = label_cell(cell);
    words = words && word(cell);
    other_words = other_words || (word(cell) && !parse_split(cell));
    two = two || cell == "2";
    numbers = numbers && (cell == "0" || cell == "1" || cell == "2");
    flags = flags && (label == LabelCell::yes || label == LabelCell::no);
  }
  fits_ = words;
  if (words && other_words) note_ = text("splits: column '", name, "': PublicTest is val, PrivateTest is test");
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
  if (kind_ == Kind::words) return word(cell);
  if (kind_ == Kind::flag) return label_cell(cell) == LabelCell::yes ? yes_ : no_;
  return Split(trimmed(cell)[0] - '0');
}

}  // namespace skew
