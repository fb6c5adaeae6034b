// What the tests of reference data share: its JSON and tensors, the distance between two tensors, and the
// line that says how a file went. Only for files that the tests are given; models/weights/safetensors.h is the reader
// that trusts nobody. The README beside the data is normative.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/args.h"
#include "core/tensor.h"
#include "tests/fast_device.h"
#include "tests/golden_folder.h"

namespace skew::golden {

using nlohmann::json;

constexpr double infinity = std::numeric_limits<double>::infinity();

// NaN is null, infinities are strings.
inline double number(const json& value) {
  if (value.is_null()) return std::nan("");
  if (value.is_string()) return value == "-inf" ? -infinity : infinity;
  return value.get<double>();
}

// A loss's parameter by our name, where the data keep a reference's.
inline std::string parameter_word(const std::string& key) {
  static const std::map<std::string, std::string> ours = {
      {"lamb", "lambda"}, {"Tp", "t_pos"}, {"Tn", "t_neg"}, {"cum_samples_before", "cum_samples"}};
  return ours.contains(key) ? ours.at(key) : key;
}

// `args` of a case as the registry takes them. Numbers in nested lists do not occur.
inline Args args_of(const json& object) {
  Args args;
  for (const auto& [name, value] : object.items()) {
    if (value.is_null()) args.set(name, nullptr);
    else if (value.is_boolean()) args.set(name, value.get<bool>());
    else if (value.is_number()) args.set(name, value.get<double>());
    else if (value.is_string()) args.set(name, value.get<std::string>());
    else args.set(name, value.get<std::vector<double>>());
  }
  return args;
}

inline Shape shape_of(const json& list) {
  const auto lengths = list.get<std::vector<ptrdiff_t>>();
  return Shape(std::span<const ptrdiff_t>(lengths));
}

// The tensors of one safetensors file, widened to float64; integers stay int64. All on the reference.
class StoredTensors {
 public:
  explicit StoredTensors(const std::string& path) : bytes_(slurp(path)) {
    if (bytes_.size() < 8) return;
    uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), 8);
    header_ = json::parse(bytes_.substr(8, length));
    data_ = 8 + size_t(length);
  }
  bool has(const std::string& name) const { return header_.contains(name); }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    for (const auto& [name, entry] : header_.items())
      if (name != "__metadata__") list.push_back(name);
    return list;
  }
  Tensor get(const std::string& name) const {
    if (!has(name)) throw std::runtime_error("no tensor '" + name + "' in the file");
    const json& entry = header_.at(name);
    const Shape shape = shape_of(entry.at("shape"));
    const char* first = bytes_.data() + data_ + entry.at("data_offsets")[0].get<size_t>();
    if (entry.at("dtype") == "F32") return values<float>(first, shape).to(DType::float64);
    if (entry.at("dtype") == "F64") return values<double>(first, shape);
    return values<int64_t>(first, shape);
  }

 private:
  template <class T> static Tensor values(const char* first, const Shape& shape) {
    Tensor t = Tensor::empty(shape, dtype_of<T>, Device::reference);
    std::memcpy(t.fill<T>(), first, size_t(shape.count()) * sizeof(T));
    return t;
  }
  std::string bytes_;
  json header_ = json::object();
  size_t data_ = 0;
};

// The two ways every file is run.
struct Run {
  Device device;
  DType type;
  bool single() const { return type == DType::float32; }
};
// In double on the reference, in float on the device under test.
inline std::vector<Run> both_runs() { return {{Device::reference, DType::float64}, {fast_device(), DType::float32}}; }

// A floating tensor rounded to the run's type, on its device; integers only move.
inline Tensor put(const Tensor& t, const Run& run) {
  return (is_floating(t.dtype()) ? t.to(run.type) : t).to(run.device);
}

inline std::vector<double> doubles(const Tensor& t) { return t.doubles(); }

// max|a−b| / floor and max|b|, over the finite elements; infinite when lengths, NaNs or infinities sit elsewhere.
inline double distance(const Tensor& a, const Tensor& b, double floor_of_scale) {
  if (!(a.shape() == b.shape())) return infinity;
  const std::vector<double> x = doubles(a), y = doubles(b);
  double worst = 0, scale = floor_of_scale;
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(y[i])) {
      if (!std::isfinite(x[i])) return infinity;
      worst = std::max(worst, std::abs(x[i] - y[i])), scale = std::max(scale, std::abs(y[i]));
    } else if (!(x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i])))) {
      return infinity;
    }
  }
  return worst == 0 ? 0 : worst / scale;
}

// Counts a file's cases and prints its line.
class Tally {
 public:
  explicit Tally(std::string file) : file_(std::move(file)) {}

  void ran(double error, double tolerance) {
    ++cases_;
    if (worst_tolerance_ != 0 && !(error * worst_tolerance_ > worst_error_ * tolerance)) return;
    worst_error_ = error, worst_tolerance_ = tolerance;
  }
  void refused() { ++cases_; }
  void skipped(const std::string& name) { ++cases_, names_.push_back(name); }
  void missing_op(const std::string& op) { ++cases_, ++missing_[op]; }

  ~Tally() {
    size_t skipped = names_.size();
    std::string names;
    for (const std::string& name : names_) names += (names.empty() ? "" : ", ") + name;
    for (const auto& [op, count] : missing_) {
      names += (names.empty() ? "" : ", ") + op + " ×" + std::to_string(count);
      skipped += count;
    }
    std::cout << "golden " << file_ << ": " << cases_ << " cases, " << skipped << " skipped (" << names
              << "), worst error " << worst_error_ << " of tolerance " << worst_tolerance_ << '\n';
  }

 private:
  std::string file_;
  size_t cases_ = 0;
  double worst_error_ = 0, worst_tolerance_ = 0;
  std::vector<std::string> names_;
  std::map<std::string, size_t> missing_;
};

}  // namespace skew::golden
