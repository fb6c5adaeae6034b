// Which class is taken for which: a row a true class, a column a predicted one, shaded by its share of the row.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "apps/report/figure.h"

namespace skew::report {

// counts[truth · names.size() + prediction]: images. Rows and columns stand in the order of `names`; columns are headed
// by the rows' numbers. CSV: true, predicted, images. Throws ValueError unless there is one count a pair, and a class.
Figure confusion_chart(const std::vector<std::string>& names, const std::vector<int64_t>& counts);

}  // namespace skew::report
