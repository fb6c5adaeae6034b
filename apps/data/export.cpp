// Images first, the table last.
#include "apps/data/export.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "apps/formats/csv_text.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

void check_columns(const Dataset& data) {
  for (const char* taken : {"path", "image", "file", "Image Index", "split", "patient_id", "patient", "Patient ID",
                            "labels", "Finding Labels"})
    if (std::find(data.classes().begin(), data.classes().end(), taken) != data.classes().end())
      throw FileError(text("a class is called '", taken, "', which labels.csv uses for something else; rename it"));
}

std::vector<std::string> table_row(const Dataset& data, int64_t i, const std::string& path) {
  std::vector<std::string> row = {path, std::string(split_name(data.split_of(i)))};
  if (data.has_patients()) row.push_back(data.patient(i));
  for (const float y : data.target(i)) row.push_back(std::isnan(y) ? "" : y == 1 ? "1" : "0");
  return row;
}

}  // namespace

void export_data(const Dataset& data, const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error)))
    throw FileError(text(folder.string(), ": not an empty folder; name a new one"));
  check_columns(data);
  fs::create_directories(folder / "images", error);
  if (error) throw FileError(text(folder.string(), ": cannot make the folder: ", error.message()));
  std::vector<std::string> columns = {"path", "split"};
  if (data.has_patients()) columns.push_back("patient_id");
  columns.insert(columns.end(), data.classes().begin(), data.classes().end());
  CsvText table(columns);
  for (int64_t i = 0; i < data.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "images/%06lld.png", static_cast<long long>(i));
    write_png(folder / name, data.read(i));
    table.add(table_row(data, i, name));
  }
  write_file((folder / "labels.csv").string(), table.str());
}

}  // namespace skew
