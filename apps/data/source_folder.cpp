// Two checks: the name as text must not climb out, and the real path behind its links must lie inside.
#include "apps/data/source_folder.h"

#include <sys/stat.h>

#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

bool climbs_out(const fs::path& relative) {
  int depth = 0;
  for (const fs::path& part : relative) {
    if (part == "..") --depth;
    else if (part != "." && !part.empty()) ++depth;
    if (depth < 0) return true;
  }
  return false;
}

}  // namespace

SourceFolder::SourceFolder(const fs::path& root) : root_(root) {
  std::error_code error;
  const fs::path real = fs::canonical(root, error);
  if (error || !fs::is_directory(real, error)) throw FileError(text(root.string(), ": no such folder"));
  real_ = real.string();
  if (real_.back() != '/') real_ += '/';
}

bool SourceFolder::inside(const fs::path& real) const { return (real.string() + "/").starts_with(real_); }

bool SourceFolder::parent_is_inside(const fs::path& folder) {
  const auto [entry, fresh] = parents_.try_emplace(folder.string(), true);
  if (fresh) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(folder, error);
    entry->second = !error && inside(real);
  }
  return entry->second;
}

std::optional<fs::path> SourceFolder::find(const fs::path& name, const std::string& where) {
  const auto refuse = [&](const char* why) {
    throw FileError(text(where, ": ", name.string(), " ", why, "; images must lie below ", root_.string(),
                         ": copy them there, or give the folder that holds them"));
  };
  if (name.empty()) throw FileError(text(where, ": the path is blank"));
  if (name.native().find('\0') != std::string::npos) refuse("holds a NUL byte");
  if (name.is_relative() && climbs_out(name)) refuse("leads out of the folder");
  const fs::path file = root_ / name;  // an absolute name replaces the root
  if (!parent_is_inside(file.parent_path()))
    refuse(name.is_absolute() ? "leads out of the folder"
                              : "leads out of the folder, through a symbolic link to another");
  struct stat status;
  if (lstat(file.c_str(), &status) != 0) return {};
  if (S_ISLNK(status.st_mode)) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (error) return {};  // a link to nothing
    if (!inside(real)) refuse("is a symbolic link out of the folder");
    if (stat(file.c_str(), &status) != 0) return {};
  }
  if (!S_ISREG(status.st_mode)) refuse("is no regular file");
  return file;
}

}  // namespace skew
