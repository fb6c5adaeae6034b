// What goes into last.safetensors under which name, and the way back, with a message for every mismatch.
#include "apps/training/checkpoint.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/weights/module_weights.h"
#include "models/weights/tensor_bundle.h"

namespace skew {
namespace {

constexpr const char* loss_state_key = "loss_state";  // a list of [name, value]
constexpr const char* data_key = "data";
constexpr const char* left_out_name = "state/left_out";  // where there is any

// Calls whole(member) and real(member) in the order in which state/counters and state/numbers hold them.
template <class P, class Whole, class Real> void for_each_number(P& position, Whole whole, Real real) {
  whole(position.epoch);
  whole(position.batch);
  whole(position.step);
  whole(position.best_epoch);
  whole(position.threads);
  whole(position.generator_position);
  whole(position.finished);
  real(position.loss_sum);
  real(position.best);
}

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
  TensorBundle bundle;
  bundle.add(network);
  bundle.write(path, to_metadata(info));
}

void save_checkpoint(const std::string& path, const TrainingState& s, const ModelInfo& info) {
  TensorBundle bundle;
  const bool averaged = s.average && s.average->started();
  if (averaged) {  // the plain names hold what thresholds and calibration were made for
    bundle.add(s.network, "state/unaveraged/");
    s.average->swap();
  }
  bundle.add(s.network);
  if (averaged) s.average->swap();
  for (const StateTensor& t : s.optimizer.state()) bundle.add("state/optimizer/" + t.name, t.tensor);
  if (s.average)
    for (const StateTensor& t : s.average->state()) bundle.add("state/average/" + t.name, t.tensor);
  const std::vector<double> heard = s.schedule.state();
  if (!heard.empty()) bundle.add("state/schedule", Tensor::from(heard, {ptrdiff_t(heard.size())}, Device::reference));
  std::vector<int64_t> whole;
  std::vector<double> real;
  for_each_number(
      s.position, [&](auto v) { whole.push_back(int64_t(v)); }, [&](double v) { real.push_back(v); });
  bundle.add("state/counters", Tensor::from(whole, {ptrdiff_t(whole.size())}, Device::reference));
  bundle.add("state/numbers", Tensor::from(real, {ptrdiff_t(real.size())}, Device::reference));
  if (s.position.left_out > 0)
    bundle.add(left_out_name, Tensor::from(std::vector<int64_t>{s.position.left_out}, {1}, Device::reference));
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
      if (n.name == raw.name && n.tensor.shape() == raw.tensor.shape())
        n.tensor.assign(raw.tensor.to(n.tensor.device()), "load_checkpoint");  // counts stay on the host
  try {
    s.optimizer.load_state(group_of(file, "optimizer", device));
    if (file.contains("state/schedule"))
      s.schedule.load_state(tensor_of(file.find("state/schedule"), file.path()).values<double>());
    if (s.average) s.average->load_state(group_of(file, "average", device));
  } catch (const ValueError& e) {
    throw FileError(text(file.path(), ": ", e.what()));
  }
  const std::vector<int64_t> whole = tensor_of(file.find("state/counters"), file.path()).values<int64_t>();
  const std::vector<double> real = tensor_of(file.find("state/numbers"), file.path()).values<double>();
  size_t wholes = 0, reals = 0;
  for_each_number(
      s.position,
      [&](auto& v) {
        if (wholes < whole.size()) v = static_cast<std::remove_reference_t<decltype(v)>>(whole[wholes]);
        ++wholes;
      },
      [&](double& v) {
        if (reals < real.size()) v = real[reals];
        ++reals;
      });
  if (file.contains(left_out_name))
    s.position.left_out = tensor_of(file.find(left_out_name), file.path()).values<int64_t>().at(0);
  if (wholes != whole.size() || reals != real.size() || s.position.epoch < 0 || s.position.batch < 0 ||
      s.position.step < 0 || s.position.left_out < 0 || s.position.trained() < 0)
    throw FileError(text(file.path(), ": its training state is not one that skew wrote"));
  const auto data = file.metadata().find(data_key);
  s.data = data == file.metadata().end() ? "" : data->second;
  try {
    const auto at = file.metadata().find(loss_state_key);
    if (at != file.metadata().end()) s.loss_state = nlohmann::json::parse(at->second).get<LossParameters>();
  } catch (const nlohmann::json::exception& e) {
    throw FileError(text(file.path(), ": the state of its loss does not parse: ", e.what()));
  }
}

}  // namespace skew
