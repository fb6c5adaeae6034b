// Writing any set as images/*.png and labels.csv, so that other programs train on the same pixels, and reading that
// back as the set it was.
//   labels.csv        path, split, patient_id (where known), original (the path in the set it came from, if that was
//                     files); then of single label the column label, a name of a class, else a column a class: 1, 0, or
//                     blank for unknown. A class keeps its name: the other columns get a `_` where a class has theirs
//                     (path_, split_, …)
//   labels.skew.json  beside it: the task, the classes in their order, which column is what
// Read next: sources.h, for tables that people wrote.
#pragma once
#include <filesystem>
#include <optional>

#include "apps/data/dataset.h"

namespace skew {

// Makes `folder`, which must not exist or be empty. labels.csv is written last, through a temporary file: a folder that
// has it is complete. After an interrupted export (images/ but no labels.csv) start again with another folder.
// Names of files are numbers in the set's order. Throws FileError.
void export_data(const Dataset& data, const std::filesystem::path& folder);

// The set that `table`, a labels.csv, was exported from, with the same task, classes, splits, patients and labels, in
// their order; nothing where no labels.skew.json lies beside it. Rows may have been removed, added or relabelled since;
// options.classes, ignore and the model's classes choose among its classes, and columns named in `options` replace
// those of the same role. FileError for a row that does not fit (with its line), and for a description that fits no
// export; UsageError for a class or column that there is not.
std::optional<Contents> read_export(const std::filesystem::path& table, const DataOptions& options);

}  // namespace skew
