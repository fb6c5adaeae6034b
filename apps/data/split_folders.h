// Images by the folders that they lie in, and which of those folders are splits, however deep archives nested them.
// Read next: apps/data/class_folders.cpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// "a/b/c.png" below "a": the next part, "b"; "" for an image that lies in the folder itself.
std::string next_part(const std::string& path, const std::string& folder);
// The paths, in byte order, below `folder` ("": all), by the folder that they are in one level below it; "" for loose
// ones.
std::map<std::string, std::vector<std::string>> by_folder(const std::vector<std::string>& paths,
                                                          const std::string& folder);
// An archive often holds one folder that holds all: the innermost such folder that names no split and holds folders.
std::string inner_folder(const std::vector<std::string>& paths, std::string folder);

// A folder of classes and the split that it is.
struct Part {
  std::string folder;  // relative to the root; "" for the whole
  std::optional<Split> split;
};

struct SplitParts {
  std::vector<Part> parts;
  std::vector<std::string> flat;  // splits whose images lie in no folder of a class
};

// Adds what `folder`, which is `split`, consists of: itself, or the folders in it that name splits again
// (train/train/cat, train/train and train/val). Where `nested` is false only folders of the same split are looked into.
// Throws FileError, beginning with `where`, for test/train and the like.
void add_split_parts(const std::vector<std::string>& paths, const std::string& folder, Split split, bool nested,
                     const std::string& where, SplitParts& out);

}  // namespace skew
