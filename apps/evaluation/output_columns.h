// The columns of predictions.csv and `skew predict --format csv` that are no class's score. A class keeps its name as
// it is; the other words give way: where `path`, `true`, "CLASS calibrated" or "CLASS true" is itself the name of a
// class, the word gets a `_` (path_, "CLASS calibrated_" for all classes), as many as are needed.
#pragma once
#include <string>
#include <vector>

namespace skew {

struct OutputColumns {
  explicit OutputColumns(const std::vector<std::string>& classes);

  std::string path = "path", truth = "true";
  std::string calibrated_suffix = " calibrated", truth_suffix = " true";  // behind the name of each class
};

}  // namespace skew
