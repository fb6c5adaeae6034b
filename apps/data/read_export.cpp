// The table of an export, read by what its description says of each column.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "apps/data/export.h"
#include "apps/data/exported_table.h"
#include "apps/data/option_words.h"
#include "apps/data/source_folder.h"
#include "apps/formats/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

int64_t place(const Names& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  return at == names.end() ? -1 : at - names.begin();
}

ExportedTable described(const fs::path& file) {
  try {
    const std::vector<uint8_t> bytes = read_file(file.string(), 1 << 26);
    const nlohmann::json in = nlohmann::json::parse(bytes.begin(), bytes.end());
    if (in.at("format") != ExportedTable::format)
      throw FileError(text(file.string(), ": written by another version of skew; export the data again"));
    ExportedTable t;
    set_field({"", "task"}, t.task, in.at("task").get<std::string>(), finite());
    t.classes = in.at("classes").get<Names>();
    t.path = in.at("path");
    t.split = in.at("split");
    t.original = in.value("original", "");
    t.patient = in.value("patient", "");
    t.label = in.value("label", "");
    return t;
  } catch (const nlohmann::json::exception& e) {
    throw FileError(text(file.string(), ": not a description that skew data export wrote (", e.what(),
                         "); remove it to have the table beside it read as any other"));
  } catch (const ValueError& e) {
    throw FileError(text(file.string(), ": ", e.what()));
  }
}

// The export's table with the columns that it should have, and which of its classes are wanted.
class Reader {
 public:
  Reader(const fs::path& file, const DataOptions& options)
      : options_(options), table_(read_csv(file)), about_(described(description_of(file))), file_(file) {
    if (table_.rows() == 0) throw FileError(text(table_.file(), ": no rows below the header"));
    const std::string advice = text("; to have the table read as any other, remove ", description_of(file).string());
    for (const std::string& name : about_.names())
      if (table_.column(name) < 0)
        throw FileError(text(table_.file(), ":1: no column '", name, "', which its description names", advice));
    for (const std::string& name : table_.columns())
      if (place(about_.names(), name) < 0)
        throw FileError(text(table_.file(), ":1: column '", name, "' is not of the export; remove it", advice));
    choose_classes();
    keep_rows();
  }

  Contents contents() {
    Contents data;
    const fs::path parent = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
    data.name = file_.filename().string().starts_with("labels.csv") ? parent.string() : file_.string();
    data.task = options_.task.value_or(about_.task);
    data.classes = classes_;
    std::vector<fs::path> files = find_images(parent, data.paths);
    const int64_t split = column("split_col", options_.split_col, about_.split);
    const int64_t patient = column("group", options_.group_col, about_.patient);
    for (const int64_t row : rows_) {
      data.splits.push_back(split_of(row, split));
      if (patient >= 0) data.patients.emplace_back(table_.at(row, patient));
      add_targets(row, data.targets);
    }
    if (patient >= 0) data.patients_from = text("column '", table_.columns()[size_t(patient)], "'");
    if (data.task == Task::single_label) check_one_class(data);
    set_files(data, std::move(files), options_);
    return data;
  }

 private:
  bool by_name() const { return !about_.label.empty(); }

  // The column that somebody asked for, else the described one; −1 where there is none.
  int64_t column(const char* field, const std::string& asked, const std::string& own) const {
    if (asked.empty()) return own.empty() ? -1 : table_.column(own);
    const int64_t at = table_.column(asked);
    if (at < 0) throw UsageError(text(option(field), ": ", unknown_word("column", asked, table_.columns())));
    return at;
  }

  void choose_classes() {
    const bool of_model = !options_.model_classes.empty();
    const auto known = [&](const char* field, const Names& names) {
      for (const std::string& name : names)
        if (place(about_.classes, name) < 0)
          throw UsageError(text(option(field), ": ", unknown_word("class", name, about_.classes)));
    };
    if (!of_model) known("classes", options_.classes);
    if (!of_model) known("ignore", options_.ignore);
    classes_ = options_.classes.empty() ? about_.classes : options_.classes;
    if (of_model) classes_ = options_.model_classes;
    for (const std::string& name : options_.ignore)
      if (!of_model) std::erase(classes_, name);
    const bool none = std::ranges::none_of(classes_, [&](const auto& c) { return place(about_.classes, c) >= 0; });
    if (none) throw FileError(text(table_.file(), ": none of its classes is wanted: ", joined(about_.classes, ", ")));
    for (const std::string& name : classes_) columns_.push_back(by_name() ? -1 : table_.column(name));
    label_ = by_name() ? table_.column(about_.label) : -1;
  }

  // Images of a class that is not wanted have no class.
  void keep_rows() {
    for (int64_t row = 0; row < table_.rows(); ++row) {
      if (!by_name()) {
        rows_.push_back(row);
        continue;
      }
      const std::string_view name = table_.at(row, label_);
      if (place(about_.classes, name) < 0)
        throw FileError(text(table_.where(row), ": ", unknown_word("class", name, about_.classes)));
      const bool wanted = place(classes_, name) >= 0;
      if (!wanted && !options_.model_classes.empty())
        throw FileError(
            text(table_.where(row), ": the class '", name, "' is not one of the model's; leave its images out"));
      if (wanted) rows_.push_back(row);
    }
  }

  std::vector<fs::path> find_images(const fs::path& parent, Names& names) {
    SourceFolder folder(parent);
    const int64_t path = column("path_col", options_.path_col, about_.path);
    std::unordered_map<std::string, int64_t> seen;
    std::vector<fs::path> files;
    std::vector<int64_t> missing;
    for (const int64_t row : rows_) {
      const std::string name(table_.at(row, path));
      const auto file = folder.find(name, table_.where(row));
      if (!file) missing.push_back(row);
      const auto [entry, fresh] = seen.try_emplace(name, row);
      if (!fresh)
        throw FileError(text(table_.where(row), ": ", name, " is already listed on line ", table_.line(entry->second),
                             "; keep one row an image"));
      names.push_back(name);
      files.push_back(file.value_or(parent / name));
    }
    const bool passable = options_.lenient || (options_.skip_missing && missing.size() < rows_.size());
    if (!missing.empty() && !passable)
      throw FileError(text(table_.where(missing[0]), ": ", table_.at(missing[0], path), ": no such file in ",
                           parent.string(), " (", missing.size(), " of ", rows_.size(), " are missing)",
                           skip_advice()));
    return files;
  }

  Split split_of(int64_t row, int64_t at) const {
    const auto split = parse_split(table_.at(row, at));
    if (!split)
      throw FileError(text(table_.where(row), ": column '", table_.columns()[size_t(at)], "' holds '",
                           table_.at(row, at), "'; expected train, val or test"));
    return *split;
  }

  void add_targets(int64_t row, std::vector<float>& targets) const {
    for (size_t c = 0; c < classes_.size(); ++c) {
      if (by_name()) {
        targets.push_back(table_.at(row, label_) == classes_[c] ? 1.0f : 0.0f);
        continue;
      }
      const std::string_view cell = columns_[c] < 0 ? "" : table_.at(row, columns_[c]);
      if (cell != "1" && cell != "0" && cell != "" && cell != "-1")
        throw FileError(text(table_.where(row), ": column '", classes_[c], "' holds '", cell,
                             "'; expected 1, 0, or blank for unknown"));
      const bool known = cell == "1" || cell == "0";
      targets.push_back(known ? float(cell == "1") : std::numeric_limits<float>::quiet_NaN());
    }
  }

  void check_one_class(const Contents& data) const {
    for (size_t i = 0; i < rows_.size(); ++i) {
      const auto row = data.targets.begin() + ptrdiff_t(i * classes_.size());
      const auto ones = std::count(row, row + ptrdiff_t(classes_.size()), 1.0f);
      if (ones != 1)
        throw FileError(text(table_.where(rows_[i]), ": ", ones,
                             " classes are 1; a single-label task needs one, or use ", option("task", "multi")));
    }
  }

  const DataOptions& options_;
  CsvTable table_;
  ExportedTable about_;
  fs::path file_;
  Names classes_;
  std::vector<int64_t> columns_, rows_;  // of the classes; that are kept
  int64_t label_ = -1;                   // the column of names
};

}  // namespace

Names ExportedTable::names() const {
  Names out = {path, split};
  if (!patient.empty()) out.push_back(patient);
  if (!original.empty()) out.push_back(original);
  if (!label.empty()) out.push_back(label);
  else out.insert(out.end(), classes.begin(), classes.end());
  return out;
}

fs::path description_of(fs::path table) {
  if (table.extension() == ".gz") table.replace_extension();
  return table.replace_extension(".skew.json");
}

std::optional<Contents> read_export(const fs::path& table, const DataOptions& options) {
  std::error_code ignored;
  if (!fs::exists(description_of(table), ignored)) return {};
  return Reader(table, options).contents();
}

}  // namespace skew
