// A set of images as a table: one row an image, read by the roles of its columns.
//   path | image | file | Image Index     relative to the table, then to images/ beside it; nothing outside its folder
//   split                                 train, val or test
//   patient_id | patient | Patient ID     or joined by path from metadata.csv beside the table
//   labels | Finding Labels               names joined by ; or |, "No Finding" or blank = none; other columns are then
//                                         left alone. Without it every other column is a class of 1, 0, −1 or blank,
//                                         the last two meaning unknown.
// Read next: apps/data/source_folder.h.
#pragma once
#include <filesystem>

#include "apps/data/contents.h"

namespace skew {

// Throws FileError naming file:line and column for an unreadable table, a missing or repeated image, an unknown split
// or label value; UsageError for a column name in `options` that the table does not have.
Contents read_labels_csv(const std::filesystem::path& table, const DataOptions& options);

// Whether `table` can be read, has a column of paths under a usual name, and says more of the images than their split.
bool lists_images(const std::filesystem::path& table);

}  // namespace skew
