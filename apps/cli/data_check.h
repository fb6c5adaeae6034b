// What `skew data check` prints: the findings of apps/data/statistics.h as tables and sentences.
#pragma once
#include <string>

#include "apps/data/statistics.h"

namespace skew {

std::string check_report(const DataStatistics& statistics, const Dataset& data, bool styled);

}  // namespace skew
