// Tables with a column a class: which columns are classes, and their cells as targets.
// Read next: apps/data/labels_csv.cpp.
#pragma once
#include "apps/data/contents.h"
#include "apps/data/table_roles.h"

namespace skew {

// Fills data.classes and data.targets; `rows`: those of each image, of which the most hold, said in the notes. Classes
// are the columns that were asked for, or those without a role that hold labels; others are left out with a note. −1
// and blanks are unknown unless options.unknown_as says otherwise, or −1 is the only other value beside 1 (then it is
// no, said in the notes). Throws FileError for a cell that is no label in a column of labels, and for a table without a
// class.
void read_class_columns(const CsvTable& table, const DataOptions& options, const TableRoles& roles,
                        const std::vector<std::vector<int64_t>>& rows, Contents& data);

}  // namespace skew
