// Matching names and shapes, decoding types, and one message for all that does not fit.
#include "models/weights/module_weights.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/nonfinite.h"
#include "models/weights/stored_values.h"

namespace skew {
namespace {

std::string text_of(const std::vector<int64_t>& shape) {
  std::string s;
  for (const int64_t length : shape) s += (s.empty() ? "" : ", ") + std::to_string(length);
  return "[" + s + "]";
}

bool same_shape(const std::vector<int64_t>& stored, const Shape& shape) {
  return std::equal(stored.begin(), stored.end(), shape.begin(), shape.end());
}

bool is_counter(const std::string& name) { return name.ends_with("num_batches_tracked"); }

// The file's tensors by the names they have in the module.
std::map<std::string, const StoredTensor*> renamed(const SafetensorsFile& file, const LoadArgs& args) {
  std::map<std::string, const StoredTensor*> by_name;
  for (const StoredTensor& t : file.tensors()) {
    if (t.name.starts_with(checkpoint_prefix)) continue;
    std::string name = t.name;
    for (const auto& [from, to] : args.prefixes)
      if (name.starts_with(from)) {
        name = to + name.substr(from.size());
        break;
      }
    if (const auto [at, fresh] = by_name.emplace(name, &t); !fresh)
      throw FileError(text(file.path(), ": both '", at->second->name, "' and '", t.name, "' would become '", name,
                           "'; change the prefixes"));
  }
  return by_name;
}

// The first five of a list, and how many more there are.
void describe(std::string& message, const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  message += text(message.empty() ? "" : "; ", names.size(), ' ', what, " (");
  for (size_t i = 0; i < std::min<size_t>(names.size(), 5); ++i) message += (i ? ", " : "") + names[i];
  if (names.size() > 5) message += text(", … and ", names.size() - 5, " more");
  message += ')';
}

[[noreturn]] void refuse(const SafetensorsFile& file, const LoadReport& report, bool strict) {
  std::string differences;
  describe(differences, "missing", report.missing);
  describe(differences, "unexpected", report.unexpected);
  describe(differences, "of another shape", report.other_shape);
  std::string message = text(file.path(), ": the weights do not fit the model: ",
                             differences.empty() ? std::string("the file has none") : differences);
  if (const auto at = file.metadata().find("model"); at != file.metadata().end())
    message += text("; the file says it is for model '", at->second, "'");
  throw FileError(message + (strict ? "; build that model, or load only what fits" : "; nothing fits"));
}

// The stored numbers as a row-major tensor of the type and on the device of `like`.
Tensor decoded(const StoredTensor& stored, const Tensor& like) {
  const Tensor values = is_floating(like.dtype()) ? Tensor::from(to_doubles(stored), like.shape(), Device::reference)
                                                  : Tensor::from(to_integers(stored), like.shape(), Device::reference);
  return values.to(like.dtype()).to(like.device());
}

// One of the module's tensors and what the file has for it.
struct StoredPair {
  Tensor tensor;
  const StoredTensor* stored;
  Tensor values;
};

// Refuses what a network would not show: a relu behind a convolution makes 0 of NaN, and of two values for one tensor
// the later would hold.
void check(const StoredPair& pair, const std::vector<StoredPair>& before, const std::string& path) {
  if (!all_finite(pair.values))
    throw FileError(text(path, ": '", pair.stored->name,
                         "' holds NaN or infinity: the file is damaged, or its training diverged; use an earlier one"));
  for (const StoredPair& other : before)
    if (other.tensor.same_as(pair.tensor) && other.values.doubles() != pair.values.doubles())
      throw FileError(text(path, ": '", other.stored->name, "' and '", pair.stored->name,
                           "' differ, and the model has one tensor for both"));
}

}  // namespace

LoadReport load_weights(Module& m, const SafetensorsFile& file, const LoadArgs& args) {
  std::map<std::string, const StoredTensor*> stored = renamed(file, args);
  LoadReport report;
  std::vector<StoredPair> pairs;
  std::vector<NamedState> missing;
  for (const NamedState& s : m.state()) {
    const auto at = stored.find(s.name);
    if (at == stored.end()) {
      missing.push_back(s);
      continue;
    }
    const StoredTensor& t = *at->second;
    if (same_shape(t.shape, s.tensor.shape())) pairs.push_back({s.tensor, &t, {}});
    else report.other_shape.push_back(text(s.name, ": expected ", s.tensor.shape(), ", got ", text_of(t.shape)));
    stored.erase(at);
  }
  for (const NamedState& s : missing) {
    const bool shared = std::ranges::any_of(pairs, [&](const StoredPair& p) { return p.tensor.same_as(s.tensor); });
    if (!shared && !is_counter(s.name)) report.missing.push_back(text(s.name, ' ', s.tensor.shape()));
  }
  for (const auto& [name, t] : stored) report.unexpected.push_back(text(t->name, ' ', text_of(t->shape)));

  const bool fits = report.missing.empty() && report.unexpected.empty() && report.other_shape.empty();
  if (pairs.empty() || (args.strict && !fits)) refuse(file, report, args.strict);
  std::vector<StoredPair> read;  // all of them before the first is written
  for (StoredPair& pair : pairs) {
    pair.values = decoded(*pair.stored, pair.tensor).to(pair.tensor.layout());
    check(pair, read, file.path());
    read.push_back(pair);
  }
  for (StoredPair& pair : read) pair.tensor.assign(pair.values, "load_weights");
  report.loaded = read.size();
  return report;
}

}  // namespace skew
