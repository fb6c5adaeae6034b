// A join counts what it matched: silence would make strangers of all patients.
#include "apps/data/patients.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <unordered_map>

#include "apps/data/folder_listing.h"
#include "apps/data/option_words.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

// metadata.csv, or a table beside the labels that names patients.
std::string table_of_patients(const fs::path& folder, const std::string& labels, const DataOptions& options) {
  const std::vector<std::string> tables = list_tables(folder);
  if (std::ranges::find(tables, "metadata.csv") != tables.end()) return "metadata.csv";
  for (const std::string& name : tables) {
    if (name == labels || lower_case(name) == "split.csv") continue;
    try {
      const CsvTable table = read_csv(folder / name);
      if (patient_column(table, options) >= 0 && lists_images(table, folder, {})) return name;
    } catch (const Error&) {  // no table, or none about patients
    }
  }
  return "";
}

std::string stem_of(std::string_view path) { return fs::path(path).stem().string(); }

}  // namespace

bool names_a_patient(const std::string& folder) {
  const std::string name = lower_case(folder);
  for (const std::string word : {"patient", "subject", "person", "case"}) {
    if (!name.starts_with(word)) continue;
    const size_t at = name.find_first_not_of(" _-", word.size());
    return at != name.npos && name.find_first_not_of("0123456789", at) == name.npos;
  }
  return false;
}

std::string join_patients(const fs::path& folder, const std::string& labels, const DataOptions& options,
                          Contents& data) {
  const std::string name_of_table = table_of_patients(folder, labels, options);
  const fs::path file = folder / (name_of_table.empty() ? "metadata.csv" : name_of_table);
  const bool asked = !options.group_col.empty();
  if (name_of_table.empty()) {
    if (!asked) return "";
    throw UsageError(text(option("group_col"), ": no column '", options.group_col, "' and no ", file.string(),
                          ", which would name the patient of each image (path,", options.group_col, ")"));
  }
  const CsvTable table = read_csv(file);
  const int64_t patient = patient_column(table, options);
  if (asked && patient < 0) asked_column(table, option("group_col"), options.group_col);  // throws
  if (patient < 0) return "";
  ImageFinder images(folder);
  DataOptions usual;
  const int64_t path = path_column(table, usual, images, data.notes);
  std::unordered_map<std::string, int64_t> by_path, by_stem;  // row; −1: several images have this stem
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string name(trimmed(table.at(row, path)));
    const auto [at, fresh] = by_path.try_emplace(name, row);
    if (!fresh && trimmed(table.at(at->second, patient)) != trimmed(table.at(row, patient)))
      throw FileError(text(table.where(row), ": ", name, " belongs to '", trimmed(table.at(row, patient)),
                           "' here and to '", trimmed(table.at(at->second, patient)), "' on line ",
                           table.line(at->second), "; keep one row an image"));
    if (fresh && !by_stem.try_emplace(stem_of(name), row).second) by_stem[stem_of(name)] = -1;
  }
  std::unordered_map<std::string, int64_t> stems;
  for (const std::string& name : data.paths) ++stems[stem_of(name)];
  int64_t known = 0;
  std::vector<std::string> patients;
  for (const std::string& name : data.paths) {
    int64_t row = -1;
    if (const auto at = by_path.find(name); at != by_path.end()) row = at->second;
    else if (const auto stem = by_stem.find(stem_of(name)); stem != by_stem.end() && stems[stem_of(name)] == 1)
      row = stem->second;
    known += row >= 0;
    patients.emplace_back(row < 0 ? "" : trimmed(table.at(row, patient)));
  }
  const std::string& column = table.columns()[size_t(patient)];
  const std::string count = text(known, " of ", data.paths.size(), " images are in it");
  if (known == 0 && asked)
    throw FileError(text(file.string(), ": none of the ", data.paths.size(), " images is in it, such as ",
                         data.paths.empty() ? "" : data.paths[0], "; its column '", table.columns()[size_t(path)],
                         "' must name them so"));
  data.notes.push_back(text("patients: column '", column, "' of ", name_of_table, "; ", count));
  if (known == 0) return name_of_table;
  data.patients = std::move(patients);
  data.patients_from = text("column '", column, "' of ", name_of_table);
  return name_of_table;
}

void patients_from_paths(Contents& data) {
  std::vector<std::string> patients;
  std::set<std::string> different;
  for (const std::string& path : data.paths) {
    std::string patient;
    for (const fs::path& part : fs::path(path).parent_path())
      if (patient.empty() && names_a_patient(part.string())) patient = part.string();  // not a case of his
    if (patient.empty()) return;
    different.insert(patient);
    patients.push_back(std::move(patient));
  }
  if (different.size() < 2) return;
  data.patients = std::move(patients);
  data.patients_from = text("folders such as ", *different.begin());
  data.notes.push_back(text("patients: ", different.size(), ", by ", data.patients_from));
}

}  // namespace skew
