// The table of ops, filled while the library is loaded.
#include "core/registry.h"

#include <algorithm>

#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace {

std::map<std::string, OpRow>& table() {
  static std::map<std::string, OpRow> rows;
  return rows;
}

// "ops/conv2d.cpp" of however the compiler was told of it.
std::string_view below_root(std::string_view file) {
  for (const std::string_view room : {"/ops/", "/losses/"})
    if (const size_t at = file.rfind(room); at != file.npos) return file.substr(at + 1);
  return file;
}

std::vector<double> values_of(const SampleInput& in, Generator& random) {
  std::vector<double> v(size_t(in.shape.count()));
  const std::vector<int64_t> order = random.permutation(int64_t(v.size()));
  for (size_t i = 0; i < v.size(); ++i) {
    switch (in.fill) {
      case Fill::normal: v[i] = random.normal(); break;
      // a grid of step .1 around 0, moved off the whole and half numbers where ops have kinks
      case Fill::apart:
        v[i] = double(order[i] - int64_t(v.size() / 2)) * 0.1 + 0.05 + 0.02 * (random.uniform() - .5);
        break;
      case Fill::positive: v[i] = 0.5 + 1.5 * random.uniform(); break;
      case Fill::unit: v[i] = 0.05 + 0.9 * random.uniform(); break;
      case Fill::index: v[i] = double(random.below(in.below)); break;
      case Fill::binary: v[i] = double(random.below(2)); break;
    }
  }
  return v;
}

}  // namespace

bool register_op(OpRow row, const char* file, int line) {
  const std::string name = row.name;
  if (row.place.empty()) row.place = text(below_root(file), ':', line);
  if (!table().emplace(name, std::move(row)).second) throw ValueError(text("registry: two rows named '", name, "'"));
  return true;
}

const std::map<std::string, OpRow>& registered_ops() { return table(); }

const std::vector<std::string>& inputs_of(const OpRow& row) {
  return row.inputs.empty() ? row.differentiable : row.inputs;
}

std::string back_of(const OpRow& row, const std::string& input) {
  const bool listed = row.differentiable.size() > 1 && row.differentiable[0] == "x0";
  for (const auto& [name, rule] : row.back)
    if (name == input || (listed && name == "x0")) return rule;
  return "";
}

bool has_op(const OpRow& row, Device device) {
  return std::all_of(row.slots.begin(), row.slots.end(), [&](const Slot* slot) { return slot->has(device); });
}

Sample Sample::with(SampleInput more) const {
  Sample s = *this;
  s.inputs.push_back(std::move(more));
  return s;
}

NamedTensors make_inputs(const Sample& sample, Device device, uint64_t seed) {
  NamedTensors out;
  uint64_t stream = 0;
  for (const SampleInput& in : sample.inputs) {
    Generator random(seed, stream++);
    const Tensor t = Tensor::from(values_of(in, random), in.shape, Device::reference);
    out[in.name] = in.fill == Fill::index        ? t.to(DType::int64).to(device)
                   : device == Device::reference ? t
                                                 : t.to(DType::float32).to(device);
  }
  return out;
}

const Tensor& input(const NamedTensors& inputs, const std::string& name, const std::string& op) {
  const auto at = inputs.find(name);
  if (at == inputs.end()) throw ValueError(text(op, ": expected an input named '", name, "'"));
  return at->second;
}

Tensor optional_input(const NamedTensors& inputs, const std::string& name, bool wanted) {
  const auto at = inputs.find(name);
  return wanted && at != inputs.end() ? at->second : Tensor();
}

}  // namespace skew
