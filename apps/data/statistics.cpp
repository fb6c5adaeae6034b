// First every image is summed up on its own (in parallel), then the summaries are compared (in order).
#include "apps/data/statistics.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "apps/data/resize.h"
#include "core/error.h"

namespace skew {
namespace {

constexpr int64_t thumb_side = 16;

struct Summary {
  std::string why;  // unreadable
  std::string size;
  uint64_t hash = 0;  // of shape and pixels
  bool constant = false;
  std::vector<float> thumbnail;  // thumb_side², mean 0, length 1
};

uint64_t hash_of(const Image& image) {
  uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a; equal hashes are compared pixel by pixel afterwards
  const auto add = [&](uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3u; };
  for (const int64_t n : {image.channels, image.height, image.width, int64_t(image.bits)})
    for (int b = 0; b < 4; ++b) add(uint8_t(n >> (8 * b)));
  for (const uint8_t byte : image.bytes) add(byte);
  return hash;
}

bool is_constant(const Image& image) {
  const size_t step = size_t(image.channels * image.bits / 8);
  return std::equal(image.bytes.begin() + ptrdiff_t(step), image.bytes.end(), image.bytes.begin());
}

std::vector<float> thumbnail_of(const Image& image) {
  const Image small = resize(convert_channels(image, 1), thumb_side, thumb_side);
  std::vector<float> out;
  for (size_t i = 0; i < size_t(thumb_side * thumb_side); ++i)
    out.push_back(small.bits == 16 ? float(small.bytes[2 * i + 1]) : float(small.bytes[i]));  // the high byte suffices
  double mean = 0, length = 0;
  for (const float v : out) mean += v / double(out.size());
  for (float& v : out) {
    v -= float(mean);
    length += double(v) * v;
  }
  for (float& v : out) v = length > 0 ? float(v / std::sqrt(length)) : 0;
  return out;
}

Summary summarise(const Dataset& data, int64_t i) {
  Summary out;
  try {
    const Image image = data.read(i);
    out.size = text(image.width, "x", image.height, image.channels >= 3 ? " colour " : " grey ", image.bits, " bit");
    out.hash = hash_of(image);
    out.constant = is_constant(image);
    out.thumbnail = thumbnail_of(image);
  } catch (const std::exception& error) {
    out.why = error.what();
  }
  return out;
}

std::vector<Summary> summarise_all(const Dataset& data, int workers) {
  std::vector<Summary> out(size_t(data.size()));
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < out.size(); i = next++) out[i] = summarise(data, int64_t(i));
  };
  std::vector<std::jthread> threads;
  for (int t = 1; t < workers; ++t) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  return out;
}

void count_labels(const Dataset& data, DataStatistics& out) {
  const size_t classes = data.classes().size();
  out.together.assign(classes, std::vector<int64_t>(classes));
  for (size_t s = 0; s < 3; ++s) {
    out.positives[s].resize(classes);
    out.unknown[s].resize(classes);
  }
  std::vector<size_t> positive;
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto target = data.target(i);
    const size_t s = size_t(data.split_of(i));
    positive.clear();
    for (size_t c = 0; c < classes; ++c) {
      if (target[c] == 1) positive.push_back(c);
      else out.unknown[s][c] += std::isnan(target[c]);
    }
    for (const size_t c : positive) {
      ++out.positives[s][c];
      for (const size_t d : positive) ++out.together[c][d];
    }
    ++out.images[s];
    out.unlabelled[s] += positive.empty();
  }
}

void count_patients(const Dataset& data, DataStatistics& out) {
  if (!data.has_patients()) return;
  const size_t classes = data.classes().size();
  std::array<std::unordered_set<std::string_view>, 3> of_split;
  std::vector<std::unordered_set<std::string_view>> of_class(classes);
  for (int64_t i = 0; i < data.size(); ++i) {
    const std::string& patient = data.patient(i);
    out.without_patient += patient.empty();
    if (patient.empty()) continue;
    of_split[size_t(data.split_of(i))].insert(patient);
    for (size_t c = 0; c < classes; ++c)
      if (data.target(i)[c] == 1) of_class[c].insert(patient);
  }
  for (size_t s = 0; s < 3; ++s) out.patients[s] = std::ssize(of_split[s]);
  for (const auto& set : of_class) out.class_patients.push_back(std::ssize(set));
}

// Whether one says yes where the other says no.
bool differ(std::span<const float> a, std::span<const float> b) {
  for (size_t c = 0; c < a.size(); ++c)
    if (!std::isnan(a[c]) && !std::isnan(b[c]) && a[c] != b[c]) return true;
  return false;
}

void find_duplicates(const Dataset& data, const std::vector<Summary>& summaries, DataStatistics& out) {
  std::unordered_map<uint64_t, std::vector<int64_t>> groups;
  for (int64_t i = 0; i < data.size(); ++i) {
    if (!summaries[size_t(i)].why.empty()) continue;
    std::vector<int64_t>& group = groups[summaries[size_t(i)].hash];
    int64_t across = -1, within = -1, other_label = -1;
    for (const int64_t other : group) {
      int64_t& place = data.split_of(other) == data.split_of(i) ? within : across;
      if ((place >= 0 && other_label >= 0) || data.read(other).bytes != data.read(i).bytes) continue;
      if (place < 0) place = other;
      if (other_label < 0 && differ(data.target(other), data.target(i))) other_label = other;
    }
    if (other_label >= 0) out.contradictions.push_back({"", other_label, i});
    if (across >= 0) out.duplicates.push_back({"", across, i});
    out.duplicates_within += within >= 0;
    if (within < 0 || other_label >= 0) group.push_back(i);  // one of each split is enough to compare with
  }
}

double product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * b[i];
  return sum;
}

void find_inverted(const Dataset& data, const std::vector<Summary>& summaries, DataStatistics& out) {
  std::vector<float> mean(size_t(thumb_side * thumb_side));
  for (const Summary& s : summaries)
    for (size_t k = 0; k < s.thumbnail.size(); ++k) mean[k] += s.thumbnail[k];
  const double length = std::sqrt(product(mean, mean));
  std::vector<double> correlations;
  for (const Summary& s : summaries)
    correlations.push_back(s.thumbnail.empty() || length == 0 ? 0 : product(s.thumbnail, mean) / length);
  std::vector<double> sorted = correlations;
  std::nth_element(sorted.begin(), sorted.begin() + std::ptrdiff_t(sorted.size() / 2), sorted.end());
  if (sorted[sorted.size() / 2] < 0.5) return;
  for (size_t i = 0; i < correlations.size(); ++i)
    if (correlations[i] < -0.3) out.inverted.push_back(data.path(int64_t(i)));
}

}  // namespace

bool DataStatistics::faultless() const {
  return unreadable.empty() && torn_patients.empty() && duplicates.empty() && constant.empty() && faults.empty();
}

DataStatistics check_data(const Dataset& data, int workers) {
  DataStatistics out;
  count_labels(data, out);
  count_patients(data, out);
  out.faults = data.faults();
  for (const auto& t : data.torn_patients()) out.torn_patients.push_back({t.patient, t.first, t.second});
  const std::vector<Summary> summaries = summarise_all(data, workers);
  for (size_t i = 0; i < summaries.size(); ++i) {
    const std::string& path = data.path(int64_t(i));
    if (!summaries[i].why.empty()) out.unreadable.push_back({path, summaries[i].why});
    else ++out.sizes[summaries[i].size];
    if (summaries[i].constant) out.constant.push_back(path);
  }
  find_duplicates(data, summaries, out);
  find_inverted(data, summaries, out);
  return out;
}

nlohmann::json to_json(const DataStatistics& statistics, const Dataset& data) {
  using nlohmann::json;
  json out = {{"name", data.name()},
              {"task", data.task() == Task::single_label ? "single_label" : "multi_label"},
              {"classes", data.classes()},
              {"together", statistics.together},
              {"sizes", statistics.sizes},
              {"constant", statistics.constant},
              {"inverted", statistics.inverted},
              {"duplicates_within", statistics.duplicates_within},
              {"notes", data.notes()},
              {"gaps", data.gaps()},
              {"faults", statistics.faults},
              {"faultless", statistics.faultless()}};
  for (size_t s = 0; s < 3; ++s)
    out["splits"][std::string(split_name(Split(s)))] = {{"images", statistics.images[s]},
                                                        {"patients", statistics.patients[s]},
                                                        {"unlabelled", statistics.unlabelled[s]},
                                                        {"positives", statistics.positives[s]},
                                                        {"unknown", statistics.unknown[s]}};
  out["unreadable"] = json::array();
  for (const auto& bad : statistics.unreadable) out["unreadable"].push_back({{"path", bad.path}, {"why", bad.why}});
  const auto pairs = [&](const std::vector<DataStatistics::Pair>& list) {
    json array = json::array();
    for (const auto& pair : list)
      array.push_back({{"patient", pair.what},
                       {"first", data.path(pair.first)},
                       {"second", data.path(pair.second)},
                       {"splits", {split_name(data.split_of(pair.first)), split_name(data.split_of(pair.second))}}});
    return array;
  };
  out["torn_patients"] = pairs(statistics.torn_patients);
  out["duplicates"] = pairs(statistics.duplicates);
  out["contradictions"] = pairs(statistics.contradictions);
  return out;
}

}  // namespace skew
