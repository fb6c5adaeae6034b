// Which column of a table is what: asked for by an option, or found by the names that such columns usually have.
// Read next: apps/data/labels_csv.cpp, which reads the columns.
#pragma once
#include <string>
#include <vector>

#include "apps/data/contents.h"
#include "apps/data/image_finder.h"
#include "apps/formats/csv.h"

namespace skew {

struct TableRoles {
  int64_t path = -1, split = -1, patient = -1, labels = -1;  // numbers of columns; −1: none
};

// Names are compared without case, blanks and signs: "Image Index" is imageindex. A column that --classes or --ignore
// names has no other role. What is guessed beyond a usual name is added to `notes`.
// Throws UsageError for an asked-for column that the table lacks; FileError where no column names images, two do, or a
// column of patients holds nothing but 0 and 1.
TableRoles roles_of(const CsvTable& table, const DataOptions& options, ImageFinder& images,
                    std::vector<std::string>& notes);

int64_t path_column(const CsvTable& table, const DataOptions& options, ImageFinder& images,
                    std::vector<std::string>& notes);
int64_t patient_column(const CsvTable& table, const DataOptions& options);  // −1: none

// The usual column of patients that options.ignore names; −1: none.
int64_t ignored_patient_column(const CsvTable& table, const DataOptions& options);

// The column that the option `asker` names. Throws UsageError, with the names there are.
int64_t asked_column(const CsvTable& table, const std::string& asker, const std::string& name);

// Whether a column is called as those of class names are, beyond doubt: labels, label, dx, …
bool names_classes(const CsvTable& table);

// How many of the first cells of a column name images that are there, of how many looked at.
struct Hits {
  int64_t found = 0, of = 0;
  std::filesystem::path first;  // the first image that was found
  bool most() const { return of > 0 && 5 * found >= 4 * of; }
};
// by_name: the column is called as those of images are, so that a name of several files counts, too.
Hits names_images(const CsvTable& table, int64_t column, ImageFinder& images, bool by_name);

// Whether the table names images in `folder` (or options.images) and says more of them than their split.
bool lists_images(const CsvTable& table, const std::filesystem::path& folder, const DataOptions& options);
// Whether a column holds labels or names of classes; a table of patients' ages has none.
bool holds_classes(const CsvTable& table, const DataOptions& options);

// A list of names, as options take it, as one word of a shell.
std::string shell_list(const std::vector<std::string>& names);

}  // namespace skew
