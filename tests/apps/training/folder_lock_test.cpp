#include "apps/training/folder_lock.h"

#include <unistd.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "core/error.h"

using namespace skew;

TEST_CASE("a folder is locked once, until the lock goes") {
  const auto folder = std::filesystem::temp_directory_path() / ("skew_lock_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::optional<FolderLock> first(folder.string());
  CHECK_THROWS_AS(FolderLock(folder.string()), FileError);
  CHECK_THROWS_WITH(FolderLock(folder.string()), Catch::Contains("another skew is writing to this folder"));
  std::optional<FolderLock> moved(std::move(*first));
  first.reset();
  CHECK_THROWS_AS(FolderLock(folder.string()), FileError);
  moved.reset();
  CHECK_NOTHROW(FolderLock(folder.string()));
  CHECK(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
  CHECK_THROWS_WITH(FolderLock(folder.string()), Catch::Contains("cannot be opened"));
}
