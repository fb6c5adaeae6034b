// The checks and completions that all sources share, and the choice of the source by the look of SRC.
#include "apps/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_map>

#include "apps/data/class_folders.h"
#include "apps/formats/csv.h"
#include "apps/formats/csv_text.h"
#include "apps/data/fashion_mosaic.h"
#include "apps/data/labels_csv.h"
#include "apps/data/medmnist.h"
#include "apps/data/missing_labels.h"
#include "apps/data/split.h"
#include "apps/data/synth_shapes.h"
#include "apps/formats/utf8.h"
#include "core/error.h"
#include "core/file.h"
#include "models/weights/integrity.h"

namespace skew {
const char* const kSkipAdvice = "; to leave such images out of training: --bad-images skip";
namespace fs = std::filesystem;

std::string_view split_name(Split split) {
  constexpr std::string_view names[] = {"train", "val", "test"};
  return names[size_t(split)];
}

std::optional<Split> parse_split(std::string_view word) {
  if (word == "train") return Split::train;
  if (word == "val" || word == "valid" || word == "validation") return Split::val;
  if (word == "test") return Split::test;
  return {};
}

namespace {

void read_split_file(Contents& data, const std::string& file) {
  const CsvTable table = read_csv(file);
  const int64_t path = table.column("path"), split = table.column("split");
  if (path < 0 || split < 0) throw FileError(text(table.file(), ": expected the columns path,split"));
  std::unordered_map<std::string_view, Split> known;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const auto value = parse_split(table.at(row, split));
    if (!value)
      throw FileError(text(table.where(row), ": split '", table.at(row, split), "'; expected train, val or test"));
    known[table.at(row, path)] = *value;
  }
  data.splits.clear();
  for (const std::string& name : data.paths) {
    const auto found = known.find(name);
    if (found == known.end())
      throw FileError(text(file, ": no row for ", name,
                           ", so it divides other images; give the --split-file of these, "
                           "made by skew data split, or add a column split to their table"));
    data.splits.push_back(found->second);
  }
}

std::string fingerprint_of(const Contents& data) {
  uint32_t sum = 0;
  auto add = [&](const void* bytes, size_t count) { sum = crc32_of({static_cast<const uint8_t*>(bytes), count}, sum); };
  add(&data.task, sizeof data.task);
  for (const auto* names : {&data.classes, &data.paths})
    for (const std::string& name : *names) add(name.c_str(), name.size() + 1);
  add(data.splits.data(), data.splits.size() * sizeof(Split));
  std::vector<uint8_t> labels(data.targets.size());
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = std::isnan(data.targets[i]) ? 2 : data.targets[i] == 1;
  add(labels.data(), labels.size());
  return hex_digits(sum);
}

}  // namespace

Dataset::Dataset(Contents contents, const DataOptions& options) : data_(std::move(contents)) {
  const size_t n = data_.paths.size(), classes = data_.classes.size();
  if (n == 0) throw FileError(text(data_.name, ": no images in it"));
  if (classes == 0)
    throw FileError(text(data_.name, ": no classes in it; a label column or a folder a class is needed"));
  if (data_.targets.size() != n * classes || (!data_.splits.empty() && data_.splits.size() != n) ||
      (!data_.patients.empty() && data_.patients.size() != n))
    throw ValueError(text(data_.name, ": contents of unequal length"));
  for (const std::string& name : data_.classes) {
    const std::u32string readable = report::decode_printable(name);
    if (report::encode(readable) != name && readable.find(U'\uFFFD') != readable.npos && !options.lenient)
      throw FileError(
          text(data_.name, ": the class name '", report::encode(readable),
               "' is not UTF-8; save the table as UTF-8 (spreadsheets call it CSV UTF-8), or rename the folder"));
  }
  patients_are_blank_ = has_patients() && std::all_of(data_.patients.begin(), data_.patients.end(),
                                                      [](const auto& p) { return p.empty(); });
  if (patients_are_blank_) data_.patients.clear();
  if (!options.split_file.empty()) read_split_file(data_, options.split_file);
  fingerprint_ = fingerprint_of(data_);
  complete_splits(options);
  if (has_patients() && !options.lenient) check_patients();
  for (size_t i = 0; i < n; ++i) indices_[size_t(data_.splits[i])].push_back(int64_t(i));
  if (options.missing_labels == 0) return;
  if (task() == Task::single_label)
    throw UsageError(text(data_.name, ": missing labels are for several labels an image; here each has exactly one"));
  dropped_positives_ =
      drop_positives(data_.targets, data_.splits, int64_t(classes), options.missing_labels, options.seed);
}

void Dataset::complete_splits(const DataOptions& options) {
  const int64_t classes = int64_t(data_.classes.size());
  const char* grouped = has_patients()        ? "grouped by patient, "
                        : patients_are_blank_ ? "image by image as every patient is blank, "
                                              : "";
  if (data_.splits.empty()) {
    data_.splits = stratified_split(data_.patients, data_.targets, classes, size(), {}, options.seed);
    split_note_ = text("no splits in ", data_.name, ": made 70/10/20, ", grouped, "stratified, seed ", options.seed);
    std::fill(std::begin(made_), std::end(made_), true);
    return;
  }
  std::vector<int64_t> train;
  for (int64_t i = 0; i < size(); ++i) {
    if (data_.splits[size_t(i)] == Split::val) return;
    if (data_.splits[size_t(i)] == Split::train) train.push_back(i);
  }
  std::vector<std::string> patients;
  std::vector<float> targets;
  for (const int64_t i : train) {
    if (has_patients()) patients.push_back(data_.patients[size_t(i)]);
    targets.insert(targets.end(), target(i).begin(), target(i).end());
  }
  const auto part = stratified_split(patients, targets, classes, int64_t(train.size()), {{0.9, 0.1, 0}}, options.seed);
  for (size_t k = 0; k < train.size(); ++k) data_.splits[size_t(train[k])] = part[k];
  if (train.empty()) return;
  split_note_ = text("no val in ", data_.name, ": took 10 % of train, ", grouped, "stratified, seed ", options.seed);
  made_[size_t(Split::train)] = made_[size_t(Split::val)] = true;
}

void Dataset::check_patients() const {
  std::unordered_map<std::string_view, int64_t> first;
  std::unordered_map<std::string_view, std::pair<int64_t, int64_t>> torn;  // an image of each side
  for (int64_t i = 0; i < size(); ++i) {
    if (patient(i).empty()) continue;
    const int64_t other = first.try_emplace(patient(i), i).first->second;
    if (split_of(other) != split_of(i)) torn.try_emplace(patient(i), other, i);
  }
  if (torn.empty()) return;
  int64_t a = size(), b = 0;
  for (const auto& [name, pair] : torn)
    if (pair.first < a) std::tie(a, b) = pair;
  throw FileError(
      text(data_.name, ": patient '", patient(a), "' is in two splits: ", path(a), " in ", split_name(split_of(a)),
           ", ", path(b), " in ", split_name(split_of(b)), " (", torn.size(),
           " such patients); a test on known patients flatters, so divide anew with skew data split --group"));
}

std::span<const float> Dataset::target(int64_t i) const {
  path(i);  // checks i
  return std::span(data_.targets).subspan(size_t(i) * data_.classes.size(), data_.classes.size());
}

int64_t Dataset::class_index(int64_t i) const {
  if (data_.task != Task::single_label) return -1;
  const auto row = target(i);
  for (size_t c = 0; c < row.size(); ++c)
    if (row[c] == 1) return int64_t(c);
  return -1;
}

const std::string& Dataset::patient(int64_t i) const {
  static const std::string unknown;
  path(i);
  return has_patients() ? data_.patients[size_t(i)] : unknown;
}

std::vector<int64_t> Dataset::class_counts(Split split) const {
  std::vector<int64_t> counts(data_.classes.size());
  for (const int64_t i : indices(split))
    for (size_t c = 0; c < counts.size(); ++c) counts[c] += target(i)[c] == 1;
  return counts;
}

int64_t Dataset::unknown_count(Split split) const {
  int64_t count = 0;
  for (const int64_t i : indices(split))
    for (const float y : target(i)) count += std::isnan(y);
  return count;
}

Image Dataset::read(int64_t i) const {
  const std::string& name = path(i);
  try {
    return data_.read(i);
  } catch (const Error& error) {
    const std::string why = error.what();
    if (why.find(name) != std::string::npos) throw;
    throw FileError(text(name, ": ", why));
  }
}

std::shared_ptr<Dataset> open_data(const std::string& src, const DataOptions& options) {
  const auto make = [&](Contents contents) { return std::make_shared<Dataset>(std::move(contents), options); };
  if (src.empty()) throw UsageError("no data named; give --data a folder, a .csv, a .npz or synth:shapes14");
  if (src.starts_with("synth:")) return make(synth_shapes(src, options));
  if (src == "fashion-mosaic") return make(fashion_mosaic(options));
  std::error_code ignored;
  const fs::path path = src;
  if (!fs::exists(path, ignored))
    throw FileError(text(src,
                         ": no such file or folder; give a folder with labels.csv or a folder a class, a .csv, a "
                         "MedMNIST .npz, synth:shapes14 or fashion-mosaic"));
  if (fs::is_directory(path, ignored)) {
    for (const char* table : {"labels.csv", "labels.csv.gz"})
      if (fs::exists(path / table, ignored)) return make(read_labels_csv(path / table, options));
    return make(read_class_folders(path, options));
  }
  if (src.ends_with(".csv") || src.ends_with(".csv.gz")) return make(read_labels_csv(path, options));
  if (src.ends_with(".npz")) return make(read_medmnist(path, options));
  throw FileError(
      text(src, ": expected a folder, .csv, .csv.gz or .npz; put single images into a folder with labels.csv"));
}

void measure(Contents& data, const std::vector<fs::path>& files, const DataOptions& options) {
  std::string why;
  for (const fs::path& file : files) {
    try {
      const ImageInfo info = probe_image(file);
      data.channels = info.channels >= 3 ? 3 : 1, data.height = info.height, data.width = info.width;
      return;
    } catch (const Error& error) {
      if (!options.lenient && !options.skip_missing) throw FileError(text(error.what(), kSkipAdvice));
      why = error.what();
    }
  }
  if (!options.lenient) throw FileError(text(data.name, ": none of its images can be read; the last: ", why));
}

void write_split(const Dataset& data, const fs::path& file) {
  CsvText table({"path", "split"});
  for (int64_t i = 0; i < data.size(); ++i) table.add({data.path(i), std::string(split_name(data.split_of(i)))});
  write_file(file.string(), table.str());
}

}  // namespace skew
