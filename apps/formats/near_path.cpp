// One look into the folder in which the path would be.
#include "apps/formats/near_path.h"

#include <filesystem>
#include <vector>

#include "apps/formats/words.h"

namespace skew {

std::string near_path(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr size_t most_names = 10000;
  fs::path wanted = fs::path(path).lexically_normal();
  if (!wanted.has_filename()) wanted = wanted.parent_path();  // runs/first/
  const fs::path folder = wanted.parent_path();
  std::vector<std::string> names;
  std::error_code unreadable;
  fs::directory_iterator entries(folder.empty() ? "." : folder, unreadable);
  for (const fs::directory_iterator end; !unreadable && entries != end && names.size() < most_names;
       entries.increment(unreadable))
    names.push_back(entries->path().filename().string());
  const std::string near = nearest(wanted.filename().string(), names);
  return near.empty() ? "" : "; did you mean '" + (folder / near).string() + "'?";
}

}  // namespace skew
