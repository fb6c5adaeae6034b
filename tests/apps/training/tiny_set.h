// A labelled set so small that a whole training run takes a fraction of a second.
#pragma once
#include "apps/formats/csv.h"
#include "apps/formats/csv_text.h"
#include "tests/apps/cli/run_program.h"

namespace skew {

// `n` grey 16×16 images with three labels under folder/set, all splits present.
inline void write_tiny_set(const ScratchFolder& folder, int n = 96) {
  std::string csv = "path,split,cat,dog,fox\n";
  for (int i = 0; i < n; ++i) {
    const std::string name = "images/" + std::to_string(i) + ".png";
    folder.png("set/" + name, 16, 16, 1, i);
    csv += name +
           (i % 6 == 4   ? ",val,"
            : i % 6 == 5 ? ",test,"
                         : ",train,") +
           (i % 2 ? "1," : "0,") + (i % 3 ? "0," : "1,") + (i % 7 ? "0\n" : "1\n");
  }
  folder.write("set/labels.csv", csv);
}

// `table` with its column `name` left out.
inline std::string without_column(const std::string& table, const std::string& name) {
  const CsvTable all(table, "table");
  std::string out;
  for (int64_t row = -1; row < all.rows(); ++row) {
    std::vector<std::string> fields;
    for (int64_t c = 0; c < int64_t(all.columns().size()); ++c)
      if (all.columns()[size_t(c)] != name)
        fields.emplace_back(row < 0 ? all.columns()[size_t(c)] : std::string(all.at(row, c)));
    out += csv_line(fields) + "\n";
  }
  return out;
}

inline const std::string tiny_run = "train --data set --model small_cnn -b 8 --threads 1 -q ";

}  // namespace skew
