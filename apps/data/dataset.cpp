// The checks and completions that all sources share.
#include "apps/data/dataset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>

#include "apps/data/beside_tables.h"
#include "apps/data/label_noise.h"
#include "apps/data/option_words.h"
#include "apps/data/split.h"
#include "apps/formats/csv_text.h"
#include "apps/formats/utf8.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/file.h"
#include "models/weights/integrity.h"

namespace skew {
namespace fs = std::filesystem;

namespace {

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

Dataset::Dataset(Contents contents, const DataOptions& options)
    : lenient_(options.lenient), group_col_(options.group_col), data_(std::move(contents)) {
  const size_t n = data_.paths.size(), classes = data_.classes.size();
  if (n == 0) throw FileError(text(data_.name, ": no images in it"));
  if (classes == 0)
    throw FileError(text(data_.name, ": no classes in it; a label column or a folder a class is needed"));
  if (data_.targets.size() != n * classes || (!data_.splits.empty() && data_.splits.size() != n) ||
      (!data_.patients.empty() && data_.patients.size() != n))
    throw ValueError(text(data_.name, ": contents of unequal length"));
  check_names();
  patients_are_blank_ = has_patients() && std::ranges::all_of(data_.patients, [](const auto& p) { return p.empty(); });
  if (patients_are_blank_) data_.patients.clear();
  if (options.one_split) data_.splits.assign(n, *options.one_split);
  else if (!options.split_file.empty()) read_split_file(options.split_file, options, data_);
  fingerprint_ = fingerprint_of(data_);
  complete_splits(options);
  for (size_t i = 0; i < n; ++i) indices_[size_t(data_.splits[i])].push_back(int64_t(i));
  check_patients();
  check_labels();
  if (options.label_noise == 0) return;
  if (task() == Task::single_label)
    throw UsageError(text(data_.name, ": missing labels are for several labels an image; here each has exactly one"));
  dropped_positives_ = drop_positives(data_.targets, data_.splits, int64_t(classes), options.label_noise, options.seed);
}

void Dataset::complete_splits(const DataOptions& options) {
  const int64_t classes = int64_t(data_.classes.size());
  const char* grouped = has_patients() ? "grouped by patient, " : "";
  if (patients_are_blank_) grouped = "image by image as every patient is blank, ";
  if (data_.splits.empty()) {
    data_.splits = stratified_split(data_.patients, data_.targets, classes, size(), {}, options.seed);
    std::array<int64_t, 3> made{};
    for (const Split split : data_.splits) ++made[size_t(split)];
    split_note_ = text("no splits in ", data_.name, ": made ", made[0], "/", made[1], "/", made[2], " of 70/10/20 %, ",
                       grouped, "stratified, seed ", options.seed);
    std::fill(std::begin(made_), std::end(made_), true);
    return;
  }
  std::vector<int64_t> train;
  if (options.one_split) return;
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
  split_note_ = text("no val in ", data_.name, ": took ", std::ranges::count(part, Split::val), " of ", train.size(),
                     " train images, 10 %, ", grouped, "stratified, seed ", options.seed);
  made_[size_t(Split::train)] = made_[size_t(Split::val)] = true;
}

std::vector<Dataset::TornPatient> Dataset::torn_patients() const {
  std::unordered_map<std::string_view, int64_t> first;
  std::unordered_set<std::string_view> told;
  std::vector<TornPatient> torn;
  for (int64_t i = 0; i < size(); ++i) {
    if (patient(i).empty()) continue;
    const int64_t other = first.try_emplace(patient(i), i).first->second;
    if (split_of(other) != split_of(i) && told.insert(patient(i)).second) torn.push_back({patient(i), other, i});
  }
  return torn;
}

void Dataset::refuse(const std::string& why) {
  if (!lenient_) throw FileError(why);
  data_.faults.push_back(why);
}

void Dataset::check_names() {
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : data_.classes)
    if (!seen.insert(name).second) throw UsageError(text(option("classes"), ": the class '", name, "' is named twice"));
  for (const std::string& name : data_.classes) {
    const std::u32string readable = report::decode_printable(name);
    if (report::encode(readable) != name && readable.find(U'\uFFFD') != readable.npos)
      refuse(text(data_.name, ": the class name '", report::encode(readable),
                  "' is not UTF-8; save the table as UTF-8 (spreadsheets call it CSV UTF-8), or rename the folder"));
  }
}

void Dataset::check_patients() {
  const std::vector<TornPatient> torn = torn_patients();
  if (torn.empty()) return;
  const TornPatient& t = *std::ranges::min_element(torn, {}, &TornPatient::first);
  const size_t begin = data_.patients_from.find('\'') + 1, end = data_.patients_from.find('\'', begin);
  const std::string column = shell_word(data_.patients_from.substr(begin, end - begin));
  const bool from_table = data_.patients_from.ends_with("'");  // a column of the table itself
  refuse(text(data_.name, ": patient '", t.patient, "' (", data_.patients_from, ") is in two splits: ", path(t.first),
              " in ", split_name(split_of(t.first)), ", ", path(t.second), " in ", split_name(split_of(t.second)), " (",
              torn.size(), " such patients); a test on known patients flatters, so divide anew: `skew data split ",
              shell_word(data_.name), group_col_.empty() ? "" : " " + option("group_col", shell_word(group_col_)), "`",
              from_table ? "; or keep these splits, without patients: " + option("ignore", column) : ""));
}

void Dataset::check_labels() {
  const std::vector<int64_t>& train = indices(Split::train);
  if (train.empty() && lenient_)  // to evaluate, other splits are enough
    refuse(text(data_.name, ": no image is in the train split; check the split column, or drop it to have one made"));
  if (train.empty()) return;
  for (const int64_t i : train)
    for (const float y : target(i))
      if (!std::isnan(y)) return;
  refuse(text(data_.name, ": no label is known of the ", train.size(),
              " images in train: -1 and blanks mean unknown; if they mean no: ", option("unknown_as", "0")));
}

std::vector<std::string> Dataset::gaps() const {
  std::vector<std::string> out;
  const size_t classes = data_.classes.size();
  for (const Split split : {Split::train, Split::val, Split::test}) {
    if (indices(split).empty()) {
      out.push_back(text("no image is in ", split_name(split)));
      continue;
    }
    std::vector<int64_t> yes(classes), no(classes);
    for (const int64_t i : indices(split))
      for (size_t c = 0; c < classes; ++c) {
        yes[c] += target(i)[c] == 1;
        no[c] += target(i)[c] == 0;
      }
    std::vector<std::string> without, always;
    for (size_t c = 0; c < classes; ++c) {
      if (yes[c] == 0) without.push_back(data_.classes[c]);
      else if (no[c] == 0) always.push_back(data_.classes[c]);
    }
    if (!without.empty()) out.push_back(no_positive(split, without, classes));
    if (!always.empty() && task() == Task::multi_label && split == Split::train)
      out.push_back(text("no known negative in ", split_name(split), ": ", listed(always), " (", always.size(), " of ",
                         classes, " classes): if -1 or blanks mean no: ", option("unknown_as", "0")));
  }
  return out;
}

std::string no_positive(Split split, const std::vector<std::string>& without, size_t classes) {
  return text("no positive in ", split_name(split), ": ", listed(without), " (", without.size(), " of ", classes,
              " classes)");
}

std::span<const float> Dataset::target(int64_t i) const {
  path(i);  // checks i
  return std::span(data_.targets).subspan(size_t(i) * data_.classes.size(), data_.classes.size());
}

int64_t Dataset::class_index(int64_t i) const {
  if (data_.task != Task::single_label) return -1;
  const std::span<const float> row = target(i);
  const auto one = std::ranges::find(row, 1.0f);
  return one == row.end() ? -1 : one - row.begin();
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

void write_split(const Dataset& data, const fs::path& file) {
  CsvText table({"path", "split"});
  for (int64_t i = 0; i < data.size(); ++i) table.add({data.path(i), std::string(split_name(data.split_of(i)))});
  write_file(file.string(), table.str());
}

}  // namespace skew
