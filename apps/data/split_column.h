// Which split an image is in, as tables say it: train, val, test in words; 0, 1, 2; or a column that is yes for one of
// them. Read next: apps/data/labels_csv.cpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/data/contents.h"
#include "apps/formats/csv.h"

namespace skew {

class SplitColumn {
 public:
  SplitColumn(const CsvTable& table, int64_t column);

  // The split that a cell names; nothing for one that names none.
  std::optional<Split> of(std::string_view cell) const;
  bool fits() const { return fits_; }  // whether every cell names one
  // How the cells are read where they are no plain words, for people; or "".
  const std::string& note() const { return note_; }

 private:
  enum class Kind { words, numbers, flag };
  Kind kind_ = Kind::words;
  std::map<std::string, Split, std::less<>> words_;  // cell → split
  Split yes_ = Split::test, no_ = Split::train;      // of a flag
  bool fits_ = false;
  std::string note_;
};

// Whether a column is called as those of splits are: split, subset, partition, Usage, phase, is_test, …
bool may_be_split_column(const std::string& name);

}  // namespace skew
