// One process at a time in a folder. The lock is the system's own, on the folder itself: no file is left behind, and a
// process that is killed gives it back.
#pragma once
#include <string>

namespace skew {

class FolderLock {
 public:
  // Throws FileError when another process holds the folder, or it cannot be opened. Where a file system knows no locks,
  // none is taken; a network's may know those of one machine alone.
  explicit FolderLock(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  int descriptor_;
};

}  // namespace skew
