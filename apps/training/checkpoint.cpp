#include "apps/training/checkpoint.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/weights/module_weights.h"

namespace skew {
namespace {

constexpr const char* loss_state_key = "loss_state";  // a list of [name, value]
constexpr const char* data_key = "data";

const char* stored_type(DType type) {
  switch (type) {
    case DType::float32:
      return "F32";
    case DType::float64:
      return "F64";
    case DType::int64:
      return "I64";
    case DType::uint8:
      return "U8";
  }
  return "?";
}

// Collects tensors for one file and keeps their row-major copies alive until it is written.
class Bundle {
 public:
  void add(const std::string& name, const Tensor& t) {
    const Tensor plain = t.to(Layout{});
    kept_.push_back(plain);
    stored_.push_back({name,
                       stored_type(t.dtype()),
                       {t.shape().begin(), t.shape().end()},
                       {static_cast<const uint8_t*>(plain.storage()->data()), plain.storage()->bytes()}});
  }
  void add_network(Module& network) {
    for (const NamedState& s : network.state()) add(s.name, s.tensor);
  }
  void write(const std::string& path, const Metadata& metadata) const { write_safetensors(path, stored_, metadata); }

 private:
  Tensors kept_;
  std::vector<StoredTensor> stored_;
};

// A stored tensor as one of ours, of its own type.
Tensor tensor_of(const StoredTensor& stored, const std::string& path) {
  DType type = DType::float32;
  for (const DType t : {DType::float32, DType::float64, DType::int64, DType::uint8})
    if (stored.dtype == stored_type(t)) type = t;
  if (stored.dtype != stored_type(type))
    throw FileError(
        text(path, ": tensor '", stored.name, "' has type ", stored.dtype, "; expected F32, F64, I64 or U8"));
  std::vector<ptrdiff_t> lengths(stored.shape.begin(), stored.shape.end());
  const Shape shape{std::span<const ptrdiff_t>(lengths)};
  Tensor t = Tensor::empty(shape, type, Device::reference);
  if (!stored.bytes.empty()) std::memcpy(t.storage()->data(), stored.bytes.data(), stored.bytes.size());
  return t;
}

Tensor doubles(const std::vector<double>& v) { return Tensor::from(v, {ptrdiff_t(v.size())}, Device::reference); }
Tensor integers(const std::vector<int64_t>& v) { return Tensor::from(v, {ptrdiff_t(v.size())}, Device::reference); }

// State entries "state/<group>/<name>", with their types kept.
SavedState group_of(const SafetensorsFile& file, const std::string& group, Device device) {
  SavedState out;
  const std::string start = std::string(checkpoint_prefix) + group + "/";
  for (const StoredTensor& t : file.tensors())
    if (t.name.rfind(start, 0) == 0) {
      const Tensor value = tensor_of(t, file.path());
      out.push_back({t.name.substr(start.size()),
                     value.dtype() == DType::float64 && device != Device::reference ? value : value.to(device)});
    }
  return out;
}

}  // namespace

void save_model(const std::string& path, Module& network, const ModelInfo& info) {
  Bundle bundle;
  bundle.add_network(network);
  bundle.write(path, to_metadata(info));
}

void save_checkpoint(const std::string& path, const TrainingState& s, const ModelInfo& info) {
  Bundle bundle;
  const bool averaged = s.average && s.average->started();
  if (averaged) {  // the plain names hold what thresholds and calibration were made for
    for (const NamedState& n : s.network.state()) bundle.add("state/unaveraged/" + n.name, n.tensor);
    s.average->swap();
  }
  bundle.add_network(s.network);
  if (averaged) s.average->swap();
  for (const StateTensor& t : s.optimizer.state()) bundle.add("state/optimizer/" + t.name, t.tensor);
  if (s.average)
    for (const StateTensor& t : s.average->state()) bundle.add("state/average/" + t.name, t.tensor);
  const Progress& p = s.progress;
  bundle.add("state/counters",
             integers({p.epoch, p.batch, p.step, p.best_epoch, p.threads, int64_t(p.generator_position), p.finished}));
  bundle.add("state/numbers", doubles({p.loss_sum, p.best}));
  Metadata metadata = to_metadata(info);
  metadata[loss_state_key] = nlohmann::json(s.loss_state).dump();
  metadata[data_key] = s.data;
  bundle.write(path, metadata);
}

void load_checkpoint(const SafetensorsFile& file, TrainingState& s) {
  if (!file.contains("state/counters"))
    throw FileError(text(
        file.path(), ": holds a model but no training state; --resume takes a run folder, --init a file of weights"));
  load_weights(s.network, file);
  const Device device = s.network.parameters().front().device();
  for (const StateTensor& raw : group_of(file, "unaveraged", device))
    for (NamedState& n : s.network.state())
      if (n.name == raw.name && n.tensor.shape() == raw.tensor.shape()) n.tensor.adopt(raw.tensor);
  try {
    s.optimizer.load_state(group_of(file, "optimizer", device));
    if (s.average) s.average->load_state(group_of(file, "average", device));
  } catch (const ValueError& e) {
    throw FileError(text(file.path(), ": ", e.what()));
  }
  const std::vector<int64_t> n = tensor_of(file.find("state/counters"), file.path()).values<int64_t>();
  const std::vector<double> x = tensor_of(file.find("state/numbers"), file.path()).values<double>();
  if (n.size() != 7 || x.size() != 2 || n[0] < 0 || n[1] < 0 || n[2] < 0)
    throw FileError(text(file.path(), ": its training state is not one that skew wrote"));
  const auto data = file.metadata().find(data_key);
  s.data = data == file.metadata().end() ? "" : data->second;
  try {
    const auto at = file.metadata().find(loss_state_key);
    if (at != file.metadata().end()) s.loss_state = nlohmann::json::parse(at->second).get<LossParameters>();
  } catch (const nlohmann::json::exception& e) {
    throw FileError(text(file.path(), ": the state of its loss does not parse: ", e.what()));
  }
  s.progress = {n[0], n[1], n[2], x[0], x[1], n[3], n[4], uint64_t(n[5]), n[6] != 0};
}

}  // namespace skew
