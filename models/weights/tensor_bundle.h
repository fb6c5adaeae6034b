// Tensors on their way into a safetensors file and back, in their own number types: weights, and the state of a
// training run. Not the file itself: models/weights/safetensors.h. Loading by a module's names: module_weights.h.
#pragma once
#include <string>

#include "models/modules/module.h"
#include "models/weights/safetensors.h"

namespace skew {

// Collects tensors for one file, as they are when they are added.
class TensorBundle {
 public:
  void add(const std::string& name, const Tensor& t);   // row-major, from whatever device
  void add(Module& m, const std::string& prefix = "");  // the module's state(), in its order
  const std::vector<StoredTensor>& tensors() const { return stored_; }
  void write(const std::string& path, const Metadata& metadata = {}) const {
    write_safetensors(path, stored_, metadata);
  }

 private:
  Tensors kept_;  // own the bytes that stored_ points at
  std::vector<StoredTensor> stored_;
};

// A stored tensor on the reference, in its own type. Throws FileError that names `path` for a type that no tensor has.
Tensor tensor_of(const StoredTensor& stored, const std::string& path);

}  // namespace skew
