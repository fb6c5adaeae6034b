// A small network trained on the device and on the cpu: the same curve of the loss, as far as rounding lets it be the
// same, twice equal bytes on the device, and a NaN refused by both. And its files: the same from either device, and
// training that goes on from one exactly.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "apps/selftest/section.h"
#include "apps/selftest/small_network.h"
#include "models/weights/module_weights.h"
#include "models/weights/tensor_bundle.h"

namespace skew::selftest {
namespace {

SmallNetwork::Size size_for(const Section& s) {
  return s.toy ? SmallNetwork::Size{4, 12, 4} : SmallNetwork::Size{32, 32, 16};
}

std::vector<double> curve(SmallNetwork& network, int steps, int first = 0) {
  std::vector<double> losses;
  for (int k = first; k < steps; ++k) losses.push_back(network.step(k).loss);
  return losses;
}

// Its file's bytes. The file lies in the system's folder for such and is gone afterwards.
class WeightsFile {
 public:
  WeightsFile()
      : path_((std::filesystem::temp_directory_path() / text("skew-selftest-", getpid(), ".safetensors")).string()) {}
  ~WeightsFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::string save(Module& net) {
    TensorBundle bundle;
    bundle.add(net);
    bundle.write(path_);
    std::stringstream bytes;
    bytes << std::ifstream(path_, std::ios::binary).rdbuf();
    return bytes.str();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

void training(Section& s) {
  const int steps = s.toy ? 12 : 200;
  SmallNetwork here(s.device, size_for(s)), again(s.device, size_for(s));
  // the oracle, and the same with its first weights moved by a rounding: how far curves drift apart by themselves
  const Device oracle = s.device == Device::cpu ? Device::reference : Device::cpu;
  SmallNetwork there(oracle, size_for(s)), moved(oracle, size_for(s), 0x1p-22);
  const std::vector<double> got = curve(here, steps), truth = curve(there, steps), drifted = curve(moved, steps);
  double drift = 0;
  bool follows = true;
  for (size_t k = 0; k < got.size(); ++k) {
    drift = std::max(drift, std::abs(drifted[k] - truth[k]));
    const double allowed = 10 * drift + 1e-5 * std::abs(truth[0]), off = std::abs(got[k] - truth[k]);
    if (follows && !(off <= allowed)) {
      follows = false;
      s.differ(text("step ", k + 1, ": a loss of ", got[k], ", on the ", oracle, " ", truth[k],
                    ", where rounding explains ", allowed));
    }
    ++s.record.checks;
  }
  s.check(got.back() < got[0], "the loss did not fall: ", got[0], " to ", got.back());
  s.check(curve(again, steps) == got && again.weights() == here.weights(), "two equal runs ended differently");
  s.record.details["loss"] = {{name_of(s.device), got}, {name_of(oracle), truth}};
  s.note("loss ", got[0], " to ", got.back(), " in ", steps, " steps; on the ", oracle, " to ", truth.back(),
         ", with first weights moved by 2⁻²² to ", drifted.back());

  const auto before = here.weights();
  const Fault fault = here.step_with_nan(7).fault, known = there.step_with_nan(7).fault;
  s.check(fault == known && fault != Fault::none, "a NaN among the pixels was not refused as on the ", oracle);
  s.check(here.weights() == before, "a step with a NaN changed the weights");
  s.check(std::isfinite(here.step(8).loss), "the step after a refused one is not finite");
}

void checkpoints(Section& s) {
  WeightsFile file;
  SmallNetwork whole(s.device, size_for(s)), resumed(s.device, size_for(s)), elsewhere(Device::cpu, size_for(s));
  curve(whole, 3);
  const std::string bytes = file.save(whole.net());
  const SavedState state = whole.optimizer().state();

  load_weights(resumed.net(), SafetensorsFile::read(file.path()));
  resumed.optimizer().load_state(state);
  load_weights(elsewhere.net(), SafetensorsFile::read(file.path()));
  elsewhere.optimizer().load_state(state);
  s.check(file.save(elsewhere.net()) == bytes, "weights of the device, saved by the cpu, are other bytes");
  s.check(file.save(resumed.net()) == bytes, "weights of the device, loaded and saved again, are other bytes");

  const std::vector<double> on = curve(whole, 6, 3);
  s.check(curve(resumed, 6, 3) == on && resumed.weights() == whole.weights(),
          "training that goes on from a checkpoint differs from one that was not interrupted");
  const double off = largest_difference(curve(elsewhere, 6, 3), on);
  s.check(off <= 1e-4, "the cpu goes on from the device's checkpoint with losses off by ", off);

  const std::string from_cpu = file.save(elsewhere.net());
  load_weights(resumed.net(), SafetensorsFile::read(file.path()));
  s.check(file.save(resumed.net()) == from_cpu, "weights of the cpu, loaded by the device and saved, are other bytes");
}

}  // namespace skew::selftest
