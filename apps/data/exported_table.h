// What labels.skew.json says of the table beside it: shared by export.cpp, which writes both, and read_export.cpp.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

struct ExportedTable {
  static constexpr auto format = "skew data export 1";

  Task task = Task::multi_label;
  std::vector<std::string> classes = {};
  std::string path = "path", split = "split", patient = "", original = "", label = "";  // columns; "": none

  // All columns, in their order.
  std::vector<std::string> names() const;
};

// DIR/labels.skew.json of DIR/labels.csv or DIR/labels.csv.gz.
std::filesystem::path description_of(std::filesystem::path table);

}  // namespace skew
