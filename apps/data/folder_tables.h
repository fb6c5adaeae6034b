// Which tables of a folder say what its images are: one, a table a split, or none.
// Read next: apps/data/open_data.cpp, which decides between them and the folder's folders.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// The tables that label the folder's images, relative to it: labels.csv, else those that name images that are there and
// hold labels or names of classes, else those in its split folders (train/_classes.csv). Tables that cannot be read are
// told in `notes`.
std::vector<std::string> label_tables(const std::filesystem::path& folder, const DataOptions& options,
                                      std::vector<std::string>& notes);

// Whether each table is of another split, by its name or its folder's: train.csv and test_labels.csv.
bool are_splits(const std::vector<std::string>& tables);

// Such tables as one set. Throws FileError for an image in two of them, and for one that has a column of splits, too.
Contents read_split_tables(const std::filesystem::path& folder, std::vector<std::string> tables,
                           const DataOptions& options);

}  // namespace skew
