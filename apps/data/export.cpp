// Images first, the table last.
#include "apps/data/export.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/data/exported_table.h"
#include "apps/formats/csv_text.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

// Images of an archive, and generated ones, have a number for a path.
bool came_from_files(const Dataset& data) { return data.has_headers(); }

// The columns of the set's table: each word longer by `_` until no class has that name.
ExportedTable columns_for(const Dataset& data) {
  ExportedTable t{.task = data.task(), .classes = data.classes()};
  t.patient = data.has_patients() ? "patient_id" : "";
  t.original = came_from_files(data) ? "original" : "";
  t.label = data.task() == Task::single_label ? "label" : "";
  const auto is_class = [&](const std::string& name) { return std::ranges::count(data.classes(), name) > 0; };
  for (std::string* column : {&t.path, &t.split, &t.patient, &t.original})
    while (t.label.empty() && !column->empty() && is_class(*column)) *column += '_';
  return t;
}

std::vector<std::string> table_row(const Dataset& data, int64_t i, const std::string& path) {
  std::vector<std::string> row = {path, std::string(split_name(data.split_of(i)))};
  if (data.has_patients()) row.push_back(data.patient(i));
  if (came_from_files(data)) row.push_back(data.path(i));
  if (data.task() == Task::single_label) {
    row.push_back(data.classes().at(size_t(data.class_index(i))));
    return row;
  }
  for (const float y : data.target(i)) {
    const char* known = y == 1 ? "1" : "0";
    row.push_back(std::isnan(y) ? "" : known);
  }
  return row;
}

std::string description(const ExportedTable& t) {
  nlohmann::ordered_json out = {{"format", ExportedTable::format},
                                {"task", words_of(t.task)[size_t(t.task)]},
                                {"classes", t.classes},
                                {"path", t.path},
                                {"split", t.split}};
  if (!t.original.empty()) out["original"] = t.original;
  if (!t.patient.empty()) out["patient"] = t.patient;
  if (!t.label.empty()) out["label"] = t.label;
  return out.dump(1) + "\n";
}

}  // namespace

void export_data(const Dataset& data, const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder, error) || !fs::is_empty(folder, error)))
    throw FileError(text(folder.string(), ": not an empty folder; name a new one"));
  fs::create_directories(folder / "images", error);
  if (error) throw FileError(text(folder.string(), ": cannot make the folder: ", error.message()));
  const ExportedTable columns = columns_for(data);
  CsvText table(columns.names());
  for (int64_t i = 0; i < data.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "images/%06lld.png", static_cast<long long>(i));
    write_png(folder / name, data.read(i));
    table.add(table_row(data, i, name));
  }
  const fs::path labels = folder / "labels.csv";
  write_file(description_of(labels).string(), description(columns));
  write_file(labels.string(), table.str());
}

}  // namespace skew
