// Every file below a folder: which are images, and which are left out and why. Training, evaluation, prediction and
// `skew data check` look into folders through this one list, so that they see the same.
// It knows names and first bytes; what the folders mean is apps/data/class_folders.cpp.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace skew {

struct FolderListing {
  std::filesystem::path root;
  std::vector<std::string> images;   // relative to root, in byte order: PNG and JPEG, other pictures, links to nothing
  std::vector<std::string> folders;  // likewise, those that are looked into, without the root
  std::vector<std::string> tables;   // in the root itself: .csv, .csv.gz, .tsv
  std::map<std::string, std::vector<std::string>> left_out;  // reason → files and folders
};

// Looks into folders at any depth. Left out: hidden files and folders, runs of `skew train`, what archivers and file
// managers leave (__MACOSX), files that are no pictures by their ending, or, where the ending says nothing, by their
// first bytes.
// Folders outside that links lead to are left out too, with outside_words. Throws FileError for an unreadable folder.
FolderListing list_folder(const std::filesystem::path& root);
inline constexpr const char* outside_words = "link to a folder elsewhere";
inline constexpr const char* no_image_words = "no image by its name";  // tables are there, too

// The tables in the folder itself, sorted: by their ending, or without one by their first lines. Throws FileError for
// an unreadable folder.
std::vector<std::string> list_tables(const std::filesystem::path& folder);

// "left out: 3 hidden (.a, .b, …), 1 no image by its name (readme.txt)"; "" where nothing is.
std::string describe(const std::map<std::string, std::vector<std::string>>& left_out);

bool is_no_data_name(const std::string& name);  // README, LICENSE.txt, x.md: neither images nor a table
bool is_table_name(const std::string& name);    // .csv, .csv.gz, .tsv or .tab, in any case

}  // namespace skew
