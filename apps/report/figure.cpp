// Writing a figure.
#include "apps/report/figure.h"

#include <string_view>

#include "apps/report/picture_file.h"
#include "core/file.h"

namespace skew::report {

void write_figure(const std::string& stem, const Figure& figure) {
  write_file(stem + ".csv", figure.csv);
  write_file(stem + ".svg", figure.svg);
}

std::string write_figure_file(const std::string& path, const Figure& figure) {
  const std::string table = path.substr(0, path.size() - 3) + "csv";
  write_picture(path, figure.svg);
  write_file(table, figure.csv);
  return path + " " + table;
}

}  // namespace skew::report
