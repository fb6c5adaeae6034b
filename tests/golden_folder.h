// Where the numbers of other programs lie, and how a file of them is read.
#pragma once
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace skew::golden {

inline const std::string own_folder = SKEW_SOURCE_DIR "/tests/golden";

// SKEW_GOLDEN; else the whole set beside the checkout, if it is there; else what the repository holds of it.
inline std::string folder() {
  const char* given = std::getenv("SKEW_GOLDEN");
  if (given && *given) return given;
  const std::string beside = SKEW_SOURCE_DIR "/../shared/golden";
  return std::filesystem::exists(beside) ? beside : own_folder;
}

// A set may hold a file packed: name.gz in place of name.
inline std::string where(const std::string& path) { return std::filesystem::exists(path) ? path : path + ".gz"; }
inline bool exists(const std::string& path) { return std::filesystem::exists(where(path)); }

// The bytes of a file; empty if it is not there.
inline std::string slurp(const std::string& path) {
  gzFile file = gzopen(where(path).c_str(), "rb");  // reads plain files, too
  if (!file) return {};
  std::string bytes;
  std::vector<char> block(1 << 16);
  for (int n; (n = gzread(file, block.data(), unsigned(block.size()))) > 0;) bytes.append(block.data(), size_t(n));
  gzclose(file);
  return bytes;
}

// Whether the folder holds a file. Says what is skipped without it; in our own folder nothing may be missing.
inline bool available(const std::string& name) {
  if (exists(folder() + "/" + name)) return true;
  if (folder() == own_folder) throw std::runtime_error("tests/golden/" + name + " is missing");
  std::cout << "SKIPPED: golden " << name << ": not in " << folder() << '\n';
  return false;
}

}  // namespace skew::golden
