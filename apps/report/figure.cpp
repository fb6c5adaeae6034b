// Writing a figure.
#include "apps/report/figure.h"

#include <string_view>

#include "core/file.h"

namespace skew::report {

void write_figure(const std::string& stem, const Figure& figure) {
  write_file(stem + ".csv", figure.csv);
  write_file(stem + ".svg", figure.svg);
}

}  // namespace skew::report
