// Tables with a column of class names: "rust;scab", one name a row, or one row a name and several rows an image.
// Read next: apps/data/labels_csv.cpp.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apps/data/contents.h"
#include "apps/data/table_roles.h"

namespace skew {

// Fills data.classes and data.targets. rows[i]: the rows of image i. Classes are options.model_classes, else
// options.classes, else all names met, less options.ignore: whole numbers in their order, names in byte order. What
// nobody's name is (blank, nan, none, No Finding) stands for no class; where every image has exactly one entry, none
// and No Finding are classes like others. Throws UsageError for a class that is not met; FileError where an image of a
// trained model's data has a class that the model has not. Whether every image has exactly one name: then those whose
// class is left out have no place in the set.
bool read_label_names(const CsvTable& table, const DataOptions& options, int64_t column,
                      const std::vector<std::vector<int64_t>>& rows, Contents& data);

// OpenImages' column Confidence, of 0 and 1: 0 in a row says that the class was looked for and is not there. −1: none.
int64_t confidence_column(const CsvTable& table, const DataOptions& options);

// Sorted as numbers if all are whole numbers, else by bytes; for folders that are classes too.
void sort_class_names(std::vector<std::string>& names);
// "'Rust' and 'rust' differ only in case or blanks" for each such pair.
void note_similar_names(const std::vector<std::string>& names, std::vector<std::string>& notes);

// The classes of a trained model for names that differ from them in capitals, blanks and signs alone: Cat for cat.
class ModelNames {
 public:
  explicit ModelNames(const std::vector<std::string>& classes);
  const std::string& meant(const std::string& name) const;  // the model's class, or `name`
  std::string note() const;  // "'Cat' is taken for the model's class 'cat'"; "" where every name was the model's own

 private:
  std::map<std::string, std::string> by_letters_;  // "" where two classes have the same letters
  std::set<std::string> classes_;
  mutable std::map<std::string, std::string> guessed_;
};

}  // namespace skew
