// What tables beside the labels say of the same images: their patients, their splits, or both (metadata.csv, split.csv,
// ISIC's metadata, CelebA's list_eval_partition.csv). Read next: apps/data/table_join.h, patients.h.
#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

// Fills data.patients (data.paths are known) from metadata.csv in `folder`, or else from the first table but `labels`
// that names its images and their patients: a column of paths as in data.paths, or of base names that are unique, and
// --group or one of the usual columns. Says in the notes how many images it knows, and returns the table's name; "" if
// there is none, or it says nothing of patients. Throws FileError for two rows of an image that name different
// patients, and where --group was asked for and no image is known; UsageError for an unknown column.
std::string join_patients(const std::filesystem::path& folder, const std::string& labels, const DataOptions& options,
                          Contents& data);

// Where splits come from, for the note: lists or a column; ", 9 of 10 images are in it"; ", the others are ".
struct SplitSource {
  std::string name, known, others;
  bool lists = false;
  std::set<Split> splits = {};  // that it has, whether or not images of the set are in them
};
// Puts splits (N; nothing: in none) into data.splits. Images in none are left out where others are train and test, else
// they are the one that is missing, which the note says. Where options.split_file is given, nothing but this leaving
// out is done, of images that it does not name either: a run's split.csv names the images that were left.
void set_splits(const std::vector<std::optional<Split>>& splits, const SplitSource& source, const DataOptions& options,
                Contents& data, std::vector<std::filesystem::path>& files);

// Gives data.splits, where the source has none, by a table but `labels` in `folder` that names images of the set and
// has a column of splits. `files` are those of data.paths. Images that it does not name: set_splits. A table that knows
// less than half of them is not used, which is said in the notes. Returns the name of the table that was used; ""
// without. Throws FileError for tables that disagree.
std::string join_splits(const std::filesystem::path& folder, const std::string& labels, const DataOptions& options,
                        Contents& data, std::vector<std::filesystem::path>& files);

// Both, and lists of splits (split_lists.h), for images in folders of classes: from tables in `root` and in the folders
// that lead to `base`, where the classes lie. Returns the files that were read, relative to the root, and split.csv.
std::set<std::string> look_beside(const std::filesystem::path& root, const std::string& base,
                                  const DataOptions& options, Contents& data,
                                  std::vector<std::filesystem::path>& files);

// data.splits by any table with a column that names data.paths and one of splits. Throws FileError for an image that
// it does not name, one that it names twice differently, and a table without such columns.
void read_split_file(const std::string& file, const DataOptions& options, Contents& data);

// Gives data.splits, where the source has none, by folders in the paths of a table, as it writes them or as they are on
// disk below `root`: where each image has one that names a split, and two splits occur. Said in the notes.
void splits_from_paths(const std::filesystem::path& root, const std::vector<std::filesystem::path>& files,
                       const DataOptions& options, Contents& data);

}  // namespace skew
