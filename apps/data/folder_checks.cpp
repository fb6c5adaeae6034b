// Checks by names and counts; files are opened only to compare copies, and tables to see what they name.
#include "apps/data/folder_checks.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "apps/data/image_finder.h"
#include "apps/data/option_words.h"
#include "apps/data/patients.h"
#include "apps/data/split_folders.h"
#include "apps/data/table_roles.h"
#include "apps/formats/csv.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

bool counts_from_zero(const Names& names) {
  std::set<int64_t> numbers;
  for (const std::string& name : names) {
    const auto number = parse_whole(name);
    if (!number || *number < 0) return false;
    numbers.insert(*number);
  }
  return !numbers.empty() && *numbers.begin() == 0 && *numbers.rbegin() == std::ssize(numbers) - 1;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Of everything below the root, what was left out as no image: tables, in the order of their paths.
Names files_ending_in(const FolderListing& listing, const auto& is_one) {
  Names out;
  if (const auto at = listing.left_out.find(no_image_words); at != listing.left_out.end())
    std::ranges::copy_if(at->second, std::back_inserter(out), is_one);
  return out;
}

// Submissions and lists of splits hold no labels.
Names tables_below(const FolderListing& listing) {
  return files_ending_in(listing, [](const std::string& path) {
    const std::string name = lower_case(fs::path(path).filename().string());
    return is_table_name(name) && name != "split.csv" && name.find("submission") == name.npos;
  });
}

std::string advice_for(const FolderListing& listing, const std::string& table) {
  const std::string data = option("data", shell_word((listing.root / table).string()));
  return fs::path(table).has_parent_path() ? data + " " + option("images", shell_word(listing.root.string())) : data;
}

// Whether most cells differ and are no plain numbers: classes and counters may be called as files are, by chance.
bool names_things(const CsvTable& table, int64_t column) {
  std::set<std::string_view> different;
  bool numbers = true;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string_view cell = trimmed(table.at(row, column));
    different.insert(cell);
    numbers = numbers && (cell.empty() || parse_whole(cell));
  }
  return !numbers && 2 * std::ssize(different) > table.rows();
}

}  // namespace

std::string why_ids(const std::map<std::string, Names>& images_of) {
  Names names;
  size_t single = 0, ids = 0;
  for (const auto& [name, images] : images_of) {
    if (name.empty()) continue;
    names.push_back(name);
    single += images.size() == 1;
    ids += looks_like_an_id(name);
  }
  constexpr size_t many = 10;
  const bool lone = names.size() >= many && 2 * single > names.size();
  const bool called = names.size() > 1 && ids == names.size() && !counts_from_zero(names);
  if (!lone && !called) return "";
  std::string why = called ? "look like ids of studies or patients" : "are too many for classes";
  if (lone) why += text(" (", single, " of ", names.size(), " hold a single image)");
  return why;
}

std::string repeating_folder(const Names& paths, const std::string& base) {
  const auto tops = by_folder(paths, base);
  for (const auto& [name, images] : tops) {
    if (name.empty()) continue;
    const auto inner = by_folder(images, base.empty() ? name : base + "/" + name);
    size_t others = 0, alike = 0;
    for (const auto& [other, of_other] : tops)
      if (!other.empty() && other != name) {
        ++others;
        alike += inner.contains(other);
      }
    if (others > 1 && alike == others && inner.size() - inner.contains("") == others) return name;
  }
  return "";
}

Names copies_in(const fs::path& root, const Names& images, const std::string& base, const std::string& inner) {
  const std::string folder = base.empty() ? inner : base + "/" + inner;
  Names own;
  for (const std::string& path : images)
    if (path.starts_with(folder + "/")) own.push_back(path);
  const size_t step = std::max<size_t>(1, own.size() / 100);
  Names copies;
  for (size_t i = 0; i < own.size(); ++i) {
    const fs::path a = root / own[i], b = root / base / own[i].substr(folder.size() + 1);
    std::error_code error;
    const auto size = fs::file_size(a, error), other = error ? 0 : fs::file_size(b, error);
    if (error || size != other || (i % step == 0 && bytes_of(a) != bytes_of(b))) continue;
    copies.push_back(own[i]);
  }
  return copies;
}

std::string table_advice(const FolderListing& listing) {
  std::string out;
  Names tables = tables_below(listing);
  std::erase_if(tables, [](const std::string& path) { return path == "metadata.csv"; });  // patients
  constexpr size_t most = 3;
  for (size_t k = 0; k < std::min(most, tables.size()); ++k)
    out += text(k ? ", or " : "; if a table names them: ", advice_for(listing, tables[k]));
  if (tables.size() > most) out += text(" (and ", tables.size() - most, " more tables)");
  const Names json = files_ending_in(listing, [](const std::string& path) {
    return lower_case(path).ends_with(".json") || lower_case(path).ends_with(".jsonl");
  });
  if (!json.empty())
    out += text("; JSON is not read as labels (", listed(json),
                "): save it as a table, metadata.csv or labels.csv beside the images, with a column file_name and one ",
                "of labels");
  return out;
}

std::string names_advice(const FolderListing& listing, const std::string& folder) {
  std::map<std::string, int64_t> beginnings;
  int64_t images = 0;
  for (const std::string& path : listing.images) {
    if (!path.starts_with(folder + "/")) continue;
    const std::string name = fs::path(path).filename().string();
    size_t end = 0;
    while (end < name.size() && std::isalpha(uint8_t(name[end]))) ++end;
    ++beginnings[name.substr(0, end)];
    ++images;
  }
  const bool repeat = std::ranges::all_of(beginnings, [](const auto& b) { return !b.first.empty() && b.second > 1; });
  if (beginnings.size() < 2 || !repeat || 5 * std::ssize(beginnings) > images) return "";
  Names words;
  for (const auto& [word, count] : beginnings) words.push_back(word);
  const std::string root = shell_word(listing.root.string());
  return text("; the names in ", folder, " begin with ", listed(words),
              ": if those are the classes, write a table: ", "`(cd ", root, " && echo path,label && find ",
              shell_word(folder), " -type f | sed -nE 's|.*/([A-Za-z]+)[^/]*$|&,\\1|p') > ",
              shell_word((listing.root / "labels.csv").string()), "`");
}

void refuse_two_images_a_row(const FolderListing& listing) {
  std::optional<ImageFinder> images;
  constexpr size_t most = 20;  // tables that are looked into
  const Names tables = tables_below(listing);
  for (size_t t = 0; t < std::min(most, tables.size()); ++t) {
    Names columns;
    try {
      const CsvTable table = read_csv(listing.root / tables[t]);
      if (!images) images.emplace(listing.root);
      std::set<fs::path> first;
      for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
        const std::string& name = table.columns()[size_t(c)];
        if (lower_case(name).find("mask") != name.npos || lower_case(name).find("seg") != name.npos) continue;
        if (!names_things(table, c)) continue;
        const Hits hits = names_images(table, c, *images);
        if (hits.most() && first.insert(hits.first).second) columns.push_back(name);
      }
    } catch (const Error&) {  // no table
      continue;
    }
    if (columns.size() < 2) continue;
    const std::string read = advice_for(listing, tables[t]) + " ";
    throw FileError(text(
        (listing.root / tables[t]).string(), ":1: a row names ", columns.size(), " images, in the columns '",
        columns[0], "' and '", columns[1], "', and must be one image; make a row for each, or read one of them: ", read,
        option("path_col", shell_list({columns[0]})), ", or ", read, option("path_col", shell_list({columns[1]})),
        "; if the folders beside it are the classes: ", option("folders", "classes")));
  }
}

}  // namespace skew
