// Checks by names and counts; files are opened only to compare copies, and tables to see what they name.
#include "apps/data/folder_checks.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "apps/data/folder_names.h"
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

// `images`: relative to the root, where the names of the table are found.
std::string advice_for(const FolderListing& listing, const std::string& table, const std::string& images = "") {
  const std::string data = option("data", shell_word((listing.root / table).string()));
  const fs::path folder = images.empty() ? listing.root : listing.root / images;
  return fs::path(table).parent_path() == images ? data : data + " " + option("images", shell_word(folder.string()));
}

// Names of classes may be called as files or folders are, by chance, but repeat.
bool mostly_different(const CsvTable& table, int64_t column, int64_t rows_of_one = 2) {
  std::set<std::string_view> different;
  for (int64_t row = 0; row < table.rows(); ++row) different.insert(trimmed(table.at(row, column)));
  return rows_of_one * std::ssize(different) > table.rows();
}

// Counters may be called as files are, by chance.
bool holds_numbers(const CsvTable& table, int64_t column) {
  for (int64_t row = 0; row < table.rows(); ++row)
    if (const std::string_view cell = trimmed(table.at(row, column)); !cell.empty() && !parse_whole(cell)) return false;
  return true;
}

bool is_about_masks(const std::string& column) {
  const std::string lower = lower_case(column);
  return lower.find("mask") != lower.npos || lower.find("seg") != lower.npos;
}

constexpr size_t most_tables = 20;  // that are looked into

// Whether a column names most of its images; classes are few, and no such column.
bool names_its_images(const CsvTable& table, ImageFinder& images) {
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c)
    if (mostly_different(table, c, 8) && names_images(table, c, images, false).most()) return true;
  return false;
}

// The one folder, relative to the root, in which a table finds the images that in the whole of it are not told apart:
// of several, that of the split which the table is called by. Nothing where none or several fit.
std::optional<std::string> own_folder(const FolderListing& listing, const std::string& name, const CsvTable& table) {
  constexpr size_t most = 16;
  std::set<std::string> with_images;
  for (const std::string& path : listing.images) with_images.insert(fs::path(path).parent_path().string());
  if (with_images.size() > most) return {};
  const auto split_in = [](const std::string& path) {
    std::optional<Split> found;
    for (const std::string& part : name_parts(fs::path(path).filename().string()))
      if (const auto split = parse_split(part)) found = split;
    return found;
  };
  Names fitting;
  for (const std::string& folder : with_images) {
    ImageFinder images(listing.root / folder);
    if (names_its_images(table, images)) fitting.push_back(folder);
  }
  if (fitting.size() > 1)
    std::erase_if(fitting, [&](const auto& folder) { return split_in(folder) != split_in(name); });
  if (fitting.size() != 1) return {};
  return fitting[0];
}

std::string json_advice(const FolderListing& listing) {
  const Names json = files_ending_in(listing, [](const std::string& path) {
    return lower_case(path).ends_with(".json") || lower_case(path).ends_with(".jsonl");
  });
  if (json.empty()) return "";
  return text(" (JSON is not read as labels: ", listed(json),
              "; save it as a table beside the images, labels.csv or metadata.csv, with a column file_name and one of ",
              "labels)");
}

std::string cd_to(const FolderListing& listing) { return "(cd " + shell_word(listing.root.string()) + " && "; }

}  // namespace

bool count_from_zero(const Names& names) {
  std::set<int64_t> numbers;
  for (const std::string& name : names) {
    const auto number = parse_whole(name);
    if (!number || *number < 0) return false;
    numbers.insert(*number);
  }
  return !numbers.empty() && *numbers.begin() == 0 && *numbers.rbegin() == std::ssize(numbers) - 1;
}

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
  const bool called = names.size() > 1 && ids == names.size() && !count_from_zero(names);
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
    if (inner.size() + 1 + tops.contains("") < tops.size()) continue;  // fewer than it has siblings
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
  Names tables = tables_below(listing), others;
  std::erase_if(tables, [](const std::string& path) { return path == "metadata.csv"; });  // patients
  if (tables.size() > most_tables) tables.resize(most_tables);
  std::string choices, folders;
  std::optional<ImageFinder> images;
  for (const std::string& name : tables) {
    std::string named;
    try {
      if (!images) images.emplace(listing.root);
      const CsvTable table = read_csv(listing.root / name);
      const auto folder = names_its_images(table, *images) ? "" : own_folder(listing, name, table);
      if (folder) {
        choices += text(choices.empty() ? ": " : ", or ", advice_for(listing, name, *folder));
        continue;
      }
      named = folders_named(listing, name);
    } catch (const Error&) {  // no table
      continue;
    }
    if (named.empty()) others.push_back(name);
    else folders += "; " + named;
  }
  if (choices.empty() && folders.empty()) choices = ", " + option("data", "TABLE.csv");
  if (choices.starts_with(",") && !others.empty()) choices += text(" (found: ", listed(others), ")");
  return choices + folders + (tables.empty() ? json_advice(listing) : "");
}

std::string folders_named(const FolderListing& listing, const std::string& name) {
  std::set<std::string> folders;
  for (const std::string& folder : listing.folders) folders.insert(fs::path(folder).filename().string());
  const CsvTable table = read_csv(listing.root / name);
  ImageFinder images(listing.root);
  const bool plain = table.separator() == ',' && !name.ends_with(".gz") && shell_word(name) == name;
  if (!plain || names_its_images(table, images)) return "";  // the command below would not read it
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    int64_t found = 0;
    for (int64_t row = 0; row < table.rows(); ++row) found += folders.contains(std::string(trimmed(table.at(row, c))));
    if (table.rows() == 0 || 5 * found < 4 * table.rows() || !mostly_different(table, c)) continue;
    const std::string& column = table.columns()[size_t(c)];
    const std::string out = (listing.root / "image_labels.csv").string();
    return text(name, " names folders in its column '", column, "'; to write a table of their images: `",
                cd_to(listing), "find . -type f | sort | awk -F/ 'BEGIN{while((getline l<\"", name,
                "\")>0){sub(/\\r$/,\"\",l);split(l,f,\",\");if(!n++)print \"path,\" l;r[f[", c + 1,
                "]]=l}}{for(i=1;i<NF;i++)if($i in r)print substr($0,3) \",\" r[$i]}' > image_labels.csv)`, then ",
                option("data", shell_word(out)));
  }
  return "";
}

Names masks_in(const FolderListing& listing) {
  const std::set<std::string> all(listing.images.begin(), listing.images.end());
  std::set<std::string> picture_folders;
  for (const std::string& folder : listing.folders) {
    const std::string name = lower_case(fs::path(folder).filename().string());
    if (name == "images" || name == "image" || name == "imgs") picture_folders.insert(fs::path(folder).parent_path());
  }
  Names masks;
  std::ranges::copy_if(listing.images, std::back_inserter(masks), [&](const std::string& path) {
    const fs::path p(path);
    const std::string in = lower_case(p.parent_path().filename().string()), stem = p.stem().string();
    if ((in == "masks" || in == "mask" || in == "annotations" || in == "segmentations") &&
        picture_folders.contains(p.parent_path().parent_path()))
      return true;
    const size_t at = stem.rfind("_mask");
    return at != stem.npos && at > 0 &&
           all.contains((p.parent_path() / (stem.substr(0, at) + p.extension().string())).string());
  });
  return masks;
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
  return text("; the names in ", folder, " begin with ", listed(words), ": if those are the classes, write a table: `",
              cd_to(listing), "echo path,label && find ", shell_word(folder),
              " -type f | sed -nE 's|.*/([A-Za-z]+)[^/]*$|&,\\1|p') > ",
              shell_word((listing.root / "labels.csv").string()), "`");
}

void refuse_two_images_a_row(const FolderListing& listing) {
  std::optional<ImageFinder> images;
  const Names tables = tables_below(listing);
  for (size_t t = 0; t < std::min(most_tables, tables.size()); ++t) {
    Names columns;
    try {
      const CsvTable table = read_csv(listing.root / tables[t]);
      if (!images) images.emplace(listing.root);
      std::set<fs::path> first;
      for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
        const std::string& name = table.columns()[size_t(c)];
        if (is_about_masks(name) || holds_numbers(table, c) || !mostly_different(table, c)) continue;
        const Hits hits = names_images(table, c, *images, false);
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
