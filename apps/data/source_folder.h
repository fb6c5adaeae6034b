// The folder that a table of images may name files in, and nothing outside it: `..`, absolute paths, symbolic links
// that lead out, pipes and devices are refused before anything is opened.
// It knows nothing of images or tables. Read next: apps/data/labels_csv.cpp.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>

namespace skew {

class SourceFolder {
 public:
  // Throws FileError if `root` is no folder.
  explicit SourceFolder(const std::filesystem::path& root);

  // The regular file `name` (relative to the folder, or absolute and inside), or nothing if there is none.
  // Throws FileError, beginning with `where`, if the name leads out of the folder or is no regular file.
  std::optional<std::filesystem::path> find(const std::filesystem::path& name, const std::string& where);

  const std::filesystem::path& root() const { return root_; }

 private:
  bool inside(const std::filesystem::path& real) const;
  bool parent_is_inside(const std::filesystem::path& folder);

  std::filesystem::path root_;                     // as given
  std::string real_;                               // without symbolic links, ends with '/'
  std::unordered_map<std::string, bool> parents_;  // folders already looked at: is it inside?
};

}  // namespace skew
