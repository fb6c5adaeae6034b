// A module's tensors into and out of a weights file. Not the file itself: models/weights/safetensors.h.
// Files of other programs load too, when their names are those of the module, possibly after a change of prefix.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "models/modules/module.h"
#include "models/weights/safetensors.h"

namespace skew {

// Names under this prefix hold a training run's other state in a checkpoint and are no weights.
constexpr std::string_view checkpoint_prefix = "state/";

struct LoadArgs {
  bool strict = true;  // the file has every tensor of the module, in its shape, and no other; else what fits is taken
  // {"module.", ""} reads the file's module.conv1.weight as conv1.weight; the first that fits a name is replaced.
  std::vector<std::pair<std::string, std::string>> prefixes = {};
};

struct LoadReport {
  size_t loaded = 0;
  // Names with shapes; all empty when strict.
  std::vector<std::string> missing, unexpected, other_shape;
};

// Copies the file's values into the module's tensors, in their type, memory order and device; whatever type the file
// has them in. A missing num_batches_tracked is no error: nothing is computed from it. Of a tensor that two modules
// share one name is enough.
// Throws FileError, and changes nothing, when strict is not fulfilled (the message lists what is missing, unexpected or
// of another shape, and the file's own `model` metadata), when nothing fits at all, when two names become one, for NaN
// and infinity, and for two different values of a shared tensor.
LoadReport load_weights(Module& m, const SafetensorsFile& file, const LoadArgs& args = {});

}  // namespace skew
