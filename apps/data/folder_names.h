// What the names of folders say of what they hold. Read next: apps/data/class_folders.cpp.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// The words and numbers of a name in lower case: "HAM_images2" → ham, images, 2.
std::vector<std::string> name_parts(const std::string& name);
// "train", "Training", "test_set", "seg_train": a split, and words of storage beside it.
std::optional<Split> split_of_folder(const std::string& name);
// Whether all names say how files were stored: part_1 and part_2, train_images and test_images, images and labels.
bool names_storage(const std::vector<std::string>& folders);

}  // namespace skew
