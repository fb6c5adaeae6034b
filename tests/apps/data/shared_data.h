// Where real images for tests lie, if they are there. A test that needs them is skipped by name elsewhere.
#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

namespace skew {

// The path of a set in ../shared/data, or "" after printing why `test` is skipped.
inline std::string shared_data(const char* test, const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(SKEW_SOURCE_DIR) / "../shared/data" / name;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return path.lexically_normal().string();
  std::printf("SKIPPED: %s: ../shared/data/%s is not here\n", test, name.c_str());
  return "";
}

}  // namespace skew
