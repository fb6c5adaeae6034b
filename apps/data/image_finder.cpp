// The exact name first; the list of all files is made when that fails for the first time.
#include "apps/data/image_finder.h"

#include <algorithm>

#include "apps/formats/csv.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

bool ends_with_path(const std::string& path, const std::string& end) {
  return path == end || (path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
}
std::string without_ending(const std::string& path) {
  const fs::path p(path);
  return (p.parent_path() / p.stem()).string();
}
// "img.001" has no ending: one is a dot and up to five letters, not only digits.
bool has_ending(const std::string& name) {
  const std::string ending = fs::path(name).extension().string();
  return ending.size() > 1 && ending.size() <= 6 && ending.find_first_not_of("0123456789", 1) != ending.npos;
}

// "/home/me/1.png", "C:/scans/1.png"
bool is_absolute(const std::string& name) {
  return name.starts_with("/") || (name.size() > 2 && name[1] == ':' && name[2] == '/');
}

// Those of `paths` that fit `name` best: a bare name fits all, a longer one those it ends with, or that end with it.
// Of an absolute one the folders may be another computer's: it fits a single path.
std::vector<std::string> fitting(const std::vector<std::string>& paths, const std::string& name, bool stems,
                                 bool absolute) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    const std::string p = stems ? without_ending(path) : path;
    if (name.find('/') == name.npos || ends_with_path(name, p) || ends_with_path(p, name)) out.push_back(path);
  }
  if (out.empty() && absolute && paths.size() == 1) return paths;
  // the longest path that the name ends with beats shorter ones
  const auto longest = std::ranges::max_element(out, {}, [](const std::string& p) { return p.size(); });
  if (out.size() > 1 && ends_with_path(name, stems ? without_ending(*longest) : *longest)) return {*longest};
  return out;
}

}  // namespace

ImageFinder::ImageFinder(const fs::path& root, const std::string& ending) : folder_(root), ending_(ending) {
  if (!ending_.empty() && ending_[0] != '.') ending_.insert(0, ".");
}

const FolderListing& ImageFinder::listing() {
  if (listing_) return *listing_;
  listing_ = list_folder(folder_.root());
  for (const std::string& path : listing_->images) {
    by_base_[fs::path(path).filename().string()].push_back(path);
    by_stem_[fs::path(path).stem().string()].push_back(path);
  }
  return *listing_;
}

std::optional<fs::path> ImageFinder::find(std::string_view given, const std::string& where) {
  std::string name = std::string(given) + ending_;
  auto exact = [&](const std::string& n) -> std::optional<fs::path> {
    if (is_absolute(n)) {
      try {
        return folder_.find(n, where);
      } catch (const FileError&) {  // it lies elsewhere, perhaps on another computer
        return {};
      }
    }
    auto file = folder_.find(n, where);
    return file ? file : folder_.find(fs::path("images") / n, where);
  };
  if (auto file = exact(name)) return file;
  const std::string clean = std::string(trimmed(given)) + ending_;
  if (clean != name)
    if (auto file = exact(clean)) return file;
  name = clean;
  if (name.find('\\') != name.npos) {
    std::ranges::replace(name, '\\', '/');
    ++guesses_["with \\ for /"];
    if (auto file = exact(name)) return file;
  }
  return look_below(name, where);
}

std::optional<fs::path> ImageFinder::look_below(const std::string& name, const std::string& where) {
  listing();
  const bool absolute = is_absolute(name);
  std::string wanted = fs::path(name).lexically_normal().string();
  if (absolute) wanted.erase(0, wanted.find_first_not_of('/', wanted.find('/')));
  const fs::path p(wanted);
  for (const bool stems : {false, true}) {
    const auto& names = stems ? by_stem_ : by_base_;
    const bool ending = has_ending(wanted);
    const std::string key = stems && ending ? p.stem().string() : p.filename().string();
    const auto at = names.find(key);
    if (at == names.end()) continue;
    const std::vector<std::string> found =
        fitting(at->second, stems && ending ? without_ending(wanted) : wanted, stems, absolute);
    if (found.size() > 1)
      throw FileError(text(where, ": ", name, " may be ", found[0], " or ", found[1],
                           found.size() > 2 ? text(" (", found.size(), " such files)") : "", " in ",
                           folder_.root().string(), "; write the folder before the name in the table"));
    if (found.empty()) continue;
    if (stems) ++guesses_[ending ? "with another ending than the file" : "without an ending"];
    const std::string file = stems ? without_ending(found[0]) : found[0];
    const std::string asked = stems && ending ? without_ending(wanted) : wanted;
    if (!absolute && file.size() > asked.size() && file != "images/" + asked) ++guesses_["found in a folder below"];
    if (absolute || file.size() < asked.size()) ++guesses_["with folders in front that are not here"];
    return folder_.find(found[0], where);
  }
  return {};
}

}  // namespace skew
