// Names say which folders are splits; a folder called as the one that holds it is the same split.
#include "apps/data/split_folders.h"

#include <algorithm>
#include <filesystem>

#include "apps/data/folder_names.h"
#include "apps/data/option_words.h"
#include "core/error.h"

namespace skew {
namespace {

using Names = std::vector<std::string>;

bool lies_in(const std::string& path, const std::string& folder) {
  return folder.empty() || path.starts_with(folder + "/");
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

bool holds_images_alone(const Names& paths, const std::string& folder) {
  const auto tops = by_folder(paths, folder);
  return tops.size() == 1 && tops.contains("");
}

}  // namespace

std::string next_part(const std::string& path, const std::string& folder) {
  const size_t begin = folder.empty() ? 0 : folder.size() + 1, end = path.find('/', begin);
  return end == path.npos ? "" : path.substr(begin, end - begin);
}

std::map<std::string, Names> by_folder(const Names& paths, const std::string& folder) {
  std::map<std::string, Names> out;
  auto at = folder.empty() ? paths.begin() : std::ranges::lower_bound(paths, folder + "/");
  for (; at != paths.end() && lies_in(*at, folder); ++at) out[next_part(*at, folder)].push_back(*at);
  return out;
}

std::string inner_folder(const Names& paths, std::string folder) {
  for (;;) {
    const auto tops = by_folder(paths, folder);
    if (tops.size() != 1 || tops.begin()->first.empty() || split_of_folder(tops.begin()->first)) return folder;
    const std::string inner = below(folder, tops.begin()->first);
    if (holds_images_alone(paths, inner)) return folder;
    folder = inner;
  }
}

void add_split_parts(const Names& paths, const std::string& folder, Split split, bool nested, const std::string& where,
                     SplitParts& out) {
  Names names;
  const auto tops = by_folder(paths, folder);
  for (const auto& [name, images] : tops)
    if (!name.empty()) names.push_back(name);
  if (names.empty()) {
    out.flat.push_back(folder);
    return;
  }
  auto splits = splits_of(names);
  if (names.size() == 1 && names[0] == std::filesystem::path(folder).filename().string()) splits[0] = split;
  const bool all = std::ranges::all_of(splits, [](const auto& s) { return s.has_value(); });
  const bool same = std::ranges::all_of(splits, [&](const auto& s) { return s == split; });
  if (same || (all && nested)) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (*splits[i] != split && !(split == Split::train && *splits[i] == Split::val))
        throw FileError(text(where, ": the folder ", below(folder, names[i]), " names two splits, ", split_name(split),
                             " and ", split_name(*splits[i]), "; move its images to where one is named, or, if ",
                             names[i], " is a class: ", option("folders", "splits")));
      add_split_parts(paths, below(folder, names[i]), *splits[i], nested, where, out);
    }
    return;
  }
  const std::string only = below(folder, names[0]);
  if (tops.size() == 1 && !splits[0] && !holds_images_alone(paths, only))
    add_split_parts(paths, only, split, nested, where, out);
  else out.parts.push_back({folder, split});
}

}  // namespace skew
