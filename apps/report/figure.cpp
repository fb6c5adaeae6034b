// Writing a figure.
#include "apps/report/figure.h"

#include <string_view>

#include "core/file.h"

namespace skew::report {

void write_figure(const std::string& stem, const Figure& figure) {
  write_file(stem + ".csv", std::string_view(figure.csv));
  write_file(stem + ".svg", std::string_view(figure.svg));
}

}  // namespace skew::report
