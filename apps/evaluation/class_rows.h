// The numbers of each class, a column each, under the names that the table and the files of an evaluation give them.
// Read next: evaluation_table.cpp, evaluation_files.cpp.
#pragma once
#include <string>
#include <vector>

#include "apps/evaluation/evaluation.h"

namespace skew {

struct ClassRow {
  std::string name;
  std::vector<double> values;  // of each class; NaN where undefined
  bool count = false;          // whole numbers
};

// Of every class in the model's order, for per_class.csv and metrics.json.
std::vector<ClassRow> class_rows(const Evaluation& e, const ModelInfo& info,
                                 const std::vector<ClassThreshold>& thresholds);

std::vector<int64_t> predicted(const metrics::MulticlassMetrics& m);  // how many images as each class
int64_t occurring(const metrics::MulticlassMetrics& m);               // classes that have an image

}  // namespace skew
