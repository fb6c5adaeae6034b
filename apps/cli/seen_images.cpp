// Looking images up in split.csv.
#include "apps/cli/seen_images.h"

#include <filesystem>
#include <unordered_map>

#include "apps/cli/trained_run.h"
#include "apps/formats/csv.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew {

std::string SeenImages::words() const {
  std::string where = train > 0 ? text(train, " in train") : "";
  if (val > 0) where += text(train > 0 ? ", " : "", val, " in val");
  return text(train + val, " of the ", report::counted(measured, "image", "images"), " measured (", where, ")");
}

SeenImages seen_images(const std::string& given, const Dataset& data, Split split) {
  SeenImages out;
  out.measured = std::ssize(data.indices(split));
  const std::string run = run_of(given);
  const std::filesystem::path file = std::filesystem::path(run) / "split.csv";
  out.known = !run.empty() && std::filesystem::exists(file);
  if (split == Split::train || !out.known) return out;
  const CsvTable table = read_csv(file.string());
  const int64_t path = table.column("path"), of = table.column("split");
  if (path < 0 || of < 0) return out;
  std::unordered_map<std::string, std::string> splits;
  for (int64_t row = 0; row < table.rows(); ++row) splits[std::string(table.at(row, path))] = table.at(row, of);
  for (const int64_t i : data.indices(split)) {
    const auto found = splits.find(data.path(i));
    if (found == splits.end()) continue;
    out.train += found->second == "train";
    out.val += found->second == "val" && split != Split::val;
  }
  return out;
}

}  // namespace skew
