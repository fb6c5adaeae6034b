// A list is told by its name; that it names images of this set is seen by looking them up.
#include "apps/data/split_lists.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <unordered_map>

#include "apps/data/beside_tables.h"
#include "apps/data/folder_names.h"
#include "apps/data/image_finder.h"
#include "apps/formats/csv.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

struct NamedLine {
  std::string name;
  int64_t line;
};

struct SplitList {
  std::string file;  // relative to the folder
  Split split;
  bool with_val = false;  // train and val together
  std::vector<NamedLine> lines = {};
};

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    out.emplace_back(trimmed(line));
  }
  return out;
}

std::string first_field(const std::string& line) { return line.substr(0, line.find_first_of(" \t,;")); }
std::string last_field(const std::string& line) { return line.substr(line.find_last_of(" \t,;") + 1); }

// The split that a list's name tells; nothing where it tells none, or two that exclude each other.
std::optional<SplitList> list_of(const std::string& file) {
  SplitList list{file, Split::train};
  bool met[3] = {};
  for (const std::string& part : name_parts(fs::path(file).stem().string())) {
    if (const auto split = parse_split(part)) met[size_t(*split)] = true;
    if (part == "trainval") met[0] = met[1] = true;
  }
  const auto [train, val, test] = met;
  if (!train && !val && !test) return {};
  if (test && (train || val)) return {};
  list.with_val = train && val;
  if (!train) list.split = val ? Split::val : Split::test;
  return list;
}

// CUB: images.txt numbers the images, train_test_split.txt says 1 for those of train.
std::vector<SplitList> numbered_lists(const fs::path& folder) {
  std::unordered_map<std::string, std::string> names;
  for (const std::string& line : lines_of(folder / "images.txt")) names[first_field(line)] = last_field(line);
  SplitList train{"train_test_split.txt", Split::train}, test{"train_test_split.txt", Split::test};
  int64_t number = 0;
  for (const std::string& line : lines_of(folder / "train_test_split.txt")) {
    ++number;
    const auto at = names.find(first_field(line));
    const std::string flag = last_field(line);
    if (at == names.end() || (flag != "0" && flag != "1")) return {};
    (flag == "1" ? train : test).lines.push_back({at->second, number});
  }
  return {train, test};
}

// CelebA's list_eval_partition.txt: a name and 0, 1 or 2 a line.
std::vector<SplitList> partition_lists(const fs::path& folder, const std::string& file) {
  std::vector<SplitList> lists;
  for (const Split split : {Split::train, Split::val, Split::test}) lists.push_back({file, split});
  int64_t number = 0;
  for (const std::string& line : lines_of(folder / file)) {
    ++number;
    if (line.empty()) continue;
    const std::string flag = last_field(line);
    if (flag != "0" && flag != "1" && flag != "2") return {};
    lists[size_t(flag[0] - '0')].lines.push_back({first_field(line), number});
  }
  return lists;
}

std::vector<SplitList> find_lists(const fs::path& folder, std::vector<std::string>& notes) {
  std::error_code error;
  if (fs::exists(folder / "images.txt", error) && fs::exists(folder / "train_test_split.txt", error))
    if (auto lists = numbered_lists(folder); !lists.empty()) return lists;
  std::vector<std::string> files;
  for (const char* place : {"", "meta", "splits", "split", "labels", "ImageSets", "ImageSets/Main"})
    for (fs::directory_iterator at(folder / place, error), end; !error && at != end; at.increment(error))
      if (lower_case(at->path().extension().string()) == ".txt" && at->is_regular_file(error) &&
          at->file_size(error) < (int64_t(64) << 20))
        files.push_back((fs::path(place) / at->path().filename()).string());
  std::ranges::sort(files);
  std::vector<SplitList> lists;
  std::map<std::pair<Split, bool>, std::vector<std::string>> alike;
  for (const std::string& file : files) {
    if (lower_case(file).find("partition") != file.npos) {
      if (auto all = partition_lists(folder, file); !all.empty()) return all;
      continue;
    }
    auto list = list_of(file);
    if (!list) continue;
    int64_t number = 0;
    for (const std::string& line : lines_of(folder / file))
      if (++number; !line.empty()) list->lines.push_back({line, number});
    alike[{list->split, list->with_val}].push_back(file);
    lists.push_back(std::move(*list));
  }
  for (const auto& [kind, same] : alike)
    if (same.size() > 1) {
      notes.push_back(text("not read as splits: ", listed(same), ", as there are several of a kind"));
      return {};
    }
  return lists;
}

// Line by line, the images that a list names; −1 for a name of none.
class Lookup {
 public:
  Lookup(const fs::path& folder, const std::vector<fs::path>& files) : finder_(folder) {
    for (size_t i = 0; i < files.size(); ++i) index_[files[i].lexically_normal().string()] = int64_t(i);
  }
  int64_t image(const std::string& line) {
    const int64_t whole = of_name(line);
    const std::string first = first_field(line);
    return whole >= 0 || first == line || first.empty() ? whole : of_name(first);
  }

 private:
  int64_t of_name(const std::string& name) {
    try {
      const auto file = finder_.find(name, "list");
      const auto at = file ? index_.find(file->lexically_normal().string()) : index_.end();
      return at == index_.end() ? -1 : at->second;
    } catch (const Error&) {  // several such files, or one outside
      return -1;
    }
  }
  ImageFinder finder_;
  std::unordered_map<std::string, int64_t> index_;
};

}  // namespace

std::vector<std::string> read_split_lists(const fs::path& folder, const DataOptions& options, Contents& data,
                                          std::vector<fs::path>& files) {
  if (!data.splits.empty() || options.one_split || options.splits_known) return {};
  std::vector<SplitList> lists = find_lists(folder, data.notes);
  if (lists.empty()) return {};
  Lookup lookup(folder, files);
  struct Place {
    const SplitList* list = nullptr;
    int64_t line = 0;
  };
  std::vector<Place> places(files.size());
  int64_t named = 0, lines = 0, found = 0;
  std::ranges::stable_sort(lists, {}, [](const SplitList& list) { return !list.with_val; });  // train and val say more
  for (const SplitList& list : lists) {
    for (const NamedLine& line : list.lines) {
      ++lines;
      const int64_t image = lookup.image(line.name);
      if (image < 0) continue;
      ++found;
      Place& place = places[size_t(image)];
      const bool refined = place.list && place.list->with_val && list.split != Split::test;
      if (place.list && place.list->split != list.split && !refined && options.split_file.empty())
        throw FileError(text((folder / list.file).string(), ":", line.line, ": ", data.paths[size_t(image)],
                             " is also in ", place.list->file, " on line ", place.line,
                             ", and can be in one split only; correct one of the lists, or move both elsewhere"));
      named += !place.list;
      place = {&list, line.line};
    }
  }
  if (found == 0) return {};
  std::vector<std::string> read;
  for (const SplitList& list : lists)
    if (std::ranges::find(read, list.file) == read.end()) read.push_back(list.file);
  std::ranges::sort(read);
  const int64_t images = std::ssize(files);
  if (2 * named < images && 5 * found < 4 * lines) {
    data.notes.push_back(
        text("not read as splits: ", listed(read), ", which name ", named, " of the ", images, " images"));
    return {};
  }
  std::vector<std::optional<Split>> splits;
  for (const Place& place : places) splits.push_back(place.list ? std::optional(place.list->split) : std::nullopt);
  SplitSource source{listed(read), "", text("; ", images - named, " images in none of them are "), true};
  for (const SplitList& list : lists) source.splits.insert(list.split);
  set_splits(splits, source, options, data, files);
  return read;
}

}  // namespace skew
