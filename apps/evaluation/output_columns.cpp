// Each word longer by `_` until it names no class.
#include "apps/evaluation/output_columns.h"

#include <algorithm>

namespace skew {

OutputColumns::OutputColumns(const std::vector<std::string>& classes) {
  const auto taken = [&](const std::string& name) { return std::ranges::count(classes, name) > 0; };
  for (std::string* word : {&path, &truth})
    while (taken(*word)) *word += '_';
  for (std::string* suffix : {&calibrated_suffix, &truth_suffix})
    while (std::ranges::any_of(classes, [&](const std::string& c) { return taken(c + *suffix); })) *suffix += '_';
}

}  // namespace skew
