// Which row of a second table is about which image of a set. Read next: apps/data/beside_tables.h.
#pragma once
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "apps/formats/csv.h"

namespace skew {

class TableJoin {
 public:
  // `path`: the table's column of images; `paths`: how the set names its own. Rows of one image must agree in what
  // `value` says of a row; throws FileError, with both lines, where they do not ("belongs to", "is in": `verb`).
  TableJoin(const CsvTable& table, int64_t path, const std::function<std::string(int64_t)>& value,
            const std::string& verb, const std::vector<std::string>& paths, bool whole_names = false);

  // The row of paths[i]; −1: none. By the whole name, else by the longest end of it that only one row has (a/1.png for
  // train/a/1.png, and the other way), else by its last part without the ending where one row and one image have it. By
  // whole names only, if asked.
  int64_t row(size_t i) const { return rows_[i]; }
  int64_t known() const;  // images that have a row

 private:
  std::vector<int64_t> rows_;
};

// The column whose cells name the most of `paths`, with their endings or without; −1: none names any.
int64_t column_naming(const CsvTable& table, const std::vector<std::string>& paths);

}  // namespace skew
