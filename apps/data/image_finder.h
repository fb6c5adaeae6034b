// From the name of an image, as a table writes it, to the file: downloads write names without an ending, without their
// folder, with the folder of somebody else's disk, or with backslashes. Each such guess is counted, to be said aloud.
// Nothing outside the folder is found (source_folder.h). Read next: apps/data/labels_csv.cpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "apps/data/folder_listing.h"
#include "apps/data/source_folder.h"

namespace skew {

class ImageFinder {
 public:
  // Images lie below `root`; `ending`, with or without its dot, is added to every name if it is not empty.
  // Throws FileError if `root` is no folder.
  explicit ImageFinder(const std::filesystem::path& root, const std::string& ending = "");

  // The file of `name`, or nothing. Tried in this order: the name as it is (relative to the root, or absolute and
  // inside), below images/, with / for \; then, below the root,
  //   the longest path that the name ends with            X/train/a/1.png → train/a/1.png
  //   the only path that ends with the name               1.png           → images_001/1.png
  //   of an absolute name, the only file so called        /home/me/1.png  → images_001/1.png
  // and the same with any ending: added to the name, then instead of its own; then with other capitals; then a number
  // without its leading zeros. Throws
  // FileError, beginning with `where`, for a name that leads out of the folder, is no regular file, or fits several
  // files equally well. Looking up takes a time that grows with the parts of the name, not with the number of files.
  std::optional<std::filesystem::path> find(std::string_view name, const std::string& where);

  // Names found by a guess so far, by its kind: "without an ending" → 12.
  const std::map<std::string, int64_t>& guesses() const { return guesses_; }
  void forget_guesses() { guesses_.clear(); }
  const std::filesystem::path& root() const { return folder_.root(); }
  const FolderListing& listing();  // of the root, made at first use

 private:
  // Where a path ends: every tail of it, "1.png", "a/1.png", "train/a/1.png".
  struct Tails {
    struct Place {
      std::string first, second;  // two paths with this tail; "" for none
      int64_t paths = 0;
    };
    std::unordered_map<std::string, Place> of;
    std::unordered_map<std::string, Place> whole;  // the paths themselves

    void add(const std::string& path, const std::string& file);
    const Place* find(const std::string& name, bool absolute) const;
  };
  std::optional<std::filesystem::path> look_below(const std::string& name, const std::string& where);
  std::filesystem::path chosen(const Tails::Place& place, const std::string& name, const std::string& where) const;

  SourceFolder folder_;
  std::string ending_;
  std::optional<FolderListing> listing_;
  Tails names_, stems_, small_, numbers_;  // as they are, without endings, in small letters, without leading zeros
  std::map<std::string, int64_t> guesses_;
};

}  // namespace skew
