// Splits that lie beside the images as lists of names, as many downloads have them: train_val_list.txt and
// test_list.txt (NIH), meta/train.txt (Food-101), train_test_split.txt with images.txt (CUB).
// Read next: apps/data/split_column.h, the same as a column of a table.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// Gives data.splits, where the source has none, by lists in `folder` or its folders meta, splits, labels, ImageSets: a
// name a line, with or without its folders and ending; what follows a blank or comma is not read. `files` are those of
// data.paths. A list called train_val is train; images of no list are the split that has none, and left out where train
// and test both have one. What was done is said in the notes; the lists that were read, relative to the folder, are
// returned. Throws FileError, naming both lines, for an image in two lists.
std::vector<std::string> read_split_lists(const std::filesystem::path& folder, const DataOptions& options,
                                          Contents& data, std::vector<std::filesystem::path>& files);

}  // namespace skew
