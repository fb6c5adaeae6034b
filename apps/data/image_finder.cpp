// The exact name first; the list of all files is made when that fails for the first time.
#include "apps/data/image_finder.h"

#include <algorithm>

#include "apps/data/option_words.h"
#include "apps/formats/csv.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

std::string without_ending(const std::string& path) {
  const fs::path p(path);
  return (p.parent_path() / p.stem()).string();
}
// "img.001" has no ending: one is a dot and up to five letters, not only digits.
bool has_ending(const std::string& name) {
  const std::string ending = fs::path(name).extension().string();
  return ending.size() > 1 && ending.size() <= 6 && ending.find_first_not_of("0123456789", 1) != ending.npos;
}

// "007" → "7", "a/007" → "7"; "" for names that are no number with leading zeros.
std::string without_zeros(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name.size() < 2 || name[0] != '0' || name.find_first_not_of("0123456789") != name.npos) return "";
  const size_t begin = name.find_first_not_of('0');
  return begin == name.npos ? "0" : name.substr(begin);
}

// "/home/me/1.png", "C:/scans/1.png"
bool is_absolute(const std::string& name) {
  return name.starts_with("/") || (name.size() > 2 && name[1] == ':' && name[2] == '/');
}

}  // namespace

ImageFinder::ImageFinder(const fs::path& root, const std::string& ending) : folder_(root), ending_(ending) {
  if (!ending_.empty() && ending_[0] != '.') ending_.insert(0, ".");
}

void ImageFinder::Tails::add(const std::string& path, const std::string& file) {
  const auto note = [&](Place& place) {
    (place.paths == 0 ? place.first : place.second) = file;
    ++place.paths;
  };
  note(whole[path]);
  for (size_t at = 0; at != path.npos; at = path.find('/', at + 1)) note(of[path.substr(at == 0 ? 0 : at + 1)]);
}

const ImageFinder::Tails::Place* ImageFinder::Tails::find(const std::string& name, bool absolute) const {
  for (size_t at = 0; at != name.npos; at = name.find('/', at + 1))
    if (const auto place = whole.find(name.substr(at == 0 ? 0 : at + 1)); place != whole.end()) return &place->second;
  if (const auto place = of.find(name); place != of.end()) return &place->second;
  const auto base = absolute ? of.find(name.substr(name.rfind('/') + 1)) : of.end();
  return base != of.end() && base->second.paths == 1 ? &base->second : nullptr;
}

const FolderListing& ImageFinder::listing() {
  if (listing_) return *listing_;
  listing_ = list_folder(folder_.root());
  for (const std::string& path : listing_->images) {
    names_.add(path, path);
    stems_.add(without_ending(path), path);
    small_.add(lower_case(path), path);
    if (const std::string bare = without_zeros(without_ending(path)); !bare.empty()) numbers_.add(bare, path);
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

fs::path ImageFinder::chosen(const Tails::Place& place, const std::string& name, const std::string& where) const {
  if (place.paths == 1) return place.first;
  const bool endings = without_ending(place.first) == without_ending(place.second);
  throw FileError(text(where, ": ", name, " may be ", place.first, " or ", place.second,
                       place.paths > 2 ? text(" (", place.paths, " such files)") : "", " in ", folder_.root().string(),
                       endings ? "; say which ending: " + option("ending", fs::path(place.first).extension().string())
                               : "; write the folder before the name in the table"));
}

std::optional<fs::path> ImageFinder::look_below(const std::string& name, const std::string& where) {
  listing();
  const bool absolute = is_absolute(name);
  std::string wanted = fs::path(name).lexically_normal().string();
  if (absolute) wanted.erase(0, wanted.find_first_not_of('/', wanted.find('/')));
  const std::string bare = has_ending(wanted) ? without_ending(wanted) : "";
  const Tails::Place* place = names_.find(wanted, absolute);
  const char* ending = nullptr;
  if (!place && (place = stems_.find(wanted, absolute))) ending = "without an ending";
  if (!place && !bare.empty() && (place = stems_.find(bare, absolute))) ending = "with another ending than the file";
  if (!place && (place = small_.find(lower_case(wanted), absolute))) ending = "with other capitals than the file";
  if (!place && !without_zeros("0" + wanted).empty() && (place = numbers_.find(wanted, absolute)))
    ending = "without the file's leading zeros, which spreadsheets take";
  if (!place) return {};
  const fs::path file = chosen(*place, name, where);
  if (ending) ++guesses_[ending];
  const auto depth = [](const std::string& path) { return std::ranges::count(path, '/'); };
  const auto here = depth(file.string()), asked = depth(wanted);
  if (absolute || here < asked) ++guesses_["with folders in front that are not here"];
  else if (here > asked && !(here == asked + 1 && file.string().starts_with("images/")))
    ++guesses_["found in a folder below"];
  return folder_.find(file, where);
}

}  // namespace skew
