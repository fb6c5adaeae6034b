// What the names of folders say of what they hold. Read next: apps/data/class_folders.cpp.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// The words and numbers of a name in lower case: "HAM_images2" → ham, images, 2.
std::vector<std::string> name_parts(const std::string& name);
// "train", "Test_set", "seg_train", "1_train", "train2017", "b. Testing Set": a split; words of storage, numbers and
// single letters beside it.
std::optional<Split> split_of_folder(const std::string& name);
// The same of folders that lie side by side, or of the different cells of a column: what all share says nothing
// (asl_alphabet_train, asl_alphabet_test), and evaluation is test where another is val and none is test, else val.
std::vector<std::optional<Split>> splits_of(const std::vector<std::string>& names);
bool is_plain_split(std::string_view word);  // train, val, test and their English forms: needs no explanation
// "Validierung is val, eval_set is test": those whose word needs one; "" where none does.
std::string unusual_splits(const std::vector<std::string>& names, const std::vector<std::optional<Split>>& splits);
// Whether all names say how files were stored: part_1 and part_2, train_images and test_images, images and labels.
bool names_storage(const std::vector<std::string>& folders);

}  // namespace skew
