// What a cell of a table says of labels: yes and no in the spellings that people and programs use, and lists of names.
// It knows cells and columns, not roles. Read next: apps/data/labels_csv.cpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "apps/formats/csv.h"

namespace skew {

enum class LabelCell : uint8_t { no, yes, minus_one, blank, unknown, other };

// yes, no: any number equal to 1 or 0, true/false, yes/no, y/n, t/f, positive/negative, present/absent and their
// German, French, Spanish and Chinese fellows, + and x, in any case. minus_one: any number equal to −1. unknown: nan,
// na, n/a, null, none, unknown, ?. A number may have a decimal comma.
LabelCell label_cell(std::string_view cell);

// A column's own way with yes and no. Single letters and signs are words only beside their fellow, x beside nothing: N
// and F in one column, or x and y, are two names, and F in all of them is a sex.
class LabelColumn {
 public:
  LabelColumn() = default;
  LabelColumn(const CsvTable& table, int64_t column);
  LabelCell of(std::string_view cell) const;  // as label_cell; other for a letter that is a name here

 private:
  bool letters_are_names_ = false;
};

// How a column of names separates them: the parts of "a;b", "a|b", "['a', 'b']", of lines in a cell, of 、 and of JSON
// lists always, those of "a,b", "a+b", "a b" and the like where the column shows that they are names of their own.
class NameLists {
 public:
  // `separator`: one sign or its name (comma, space …), "none" for one name a cell, "" to find out from the cells.
  // Throws UsageError for other words.
  NameLists(const std::vector<std::string_view>& cells, const std::string& separator);

  // The names in a cell, trimmed; nobody's name (is_no_name) too.
  std::vector<std::string> names(std::string_view cell) const;
  // What was found out or doubted beyond ; and |, for people, with the option for the other reading; or "".
  const std::string& note() const { return note_; }

 private:
  std::string separators_ = ";|\n";
  bool brackets_ = true;
  std::string note_;
};

bool is_missing_word(std::string_view name);  // "", nan, na, n/a, null
bool is_no_name(std::string_view name);       // those, none, No Finding, in any case

}  // namespace skew
