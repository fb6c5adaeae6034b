// A set of images as folders: D/<class>/*, or D/{train,val,test}/<class>/* with the splits given. Single label.
// Classes are the folders' names in byte order; hidden files and files that are plainly no images (.txt, .md, .csv, …)
// are passed over. Read next: apps/data/source_folder.h.
#pragma once
#include <filesystem>

#include "apps/data/contents.h"

namespace skew {

// Throws FileError for a folder without images, or an entry that leads out of it.
Contents read_class_folders(const std::filesystem::path& folder, const DataOptions& options);

}  // namespace skew
