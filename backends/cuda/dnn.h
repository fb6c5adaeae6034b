// cuDNN's graph API: descriptors that clean up after themselves, and plans for convolutions. Which engine a plan may
// use is decided by cuDNN's notes about it: float stays float, equal runs give equal bits, nothing is compiled while a
// program runs. Read next: plan.h (the problem), plan.cpp (the choice), convolution_plans.h, conv2d.cu
// (the ops).
#pragma once
#include <cudnn.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace skew::gpu::dnn {

// cuDNN does not support a problem, or the rules leave no engine for it: the reasons.
struct NoEngine : DeviceError {
  using DeviceError::DeviceError;
};

// Throws unless it succeeded: cuDNN's status and its own last sentence, which names what it refused. NoEngine for what
// cuDNN does not support, MemoryError where it found no memory, DeviceError for all else.
void check(cudnnStatus_t status, const char* what);
bool is_short_of_memory(cudnnStatus_t status);
std::string last_sentence();

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(cudnnBackendDescriptorType_t type);
  Descriptor(Descriptor&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Descriptor();
  cudnnBackendDescriptor_t get() const { return raw_; }

  using Attribute = cudnnBackendAttributeName_t;
  Descriptor& set(Attribute name, cudnnBackendAttributeType_t type, int64_t count, const void* values);
  Descriptor& set(Attribute name, int64_t value) { return set(name, CUDNN_TYPE_INT64, 1, &value); }
  Descriptor& set(Attribute name, float value) { return set(name, CUDNN_TYPE_FLOAT, 1, &value); }
  Descriptor& set(Attribute name, cudnnDataType_t value) { return set(name, CUDNN_TYPE_DATA_TYPE, 1, &value); }
  Descriptor& set(Attribute name, const std::vector<int64_t>& values) {
    return set(name, CUDNN_TYPE_INT64, int64_t(values.size()), values.data());
  }
  Descriptor& set(Attribute name, const Descriptor& value) {
    const cudnnBackendDescriptor_t raw = value.get();
    return set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &raw);
  }
  bool try_set(Attribute name, cudnnBackendAttributeType_t type, int64_t count, const void* values) {
    return cudnnBackendSetAttribute(raw_, name, type, count, values) == CUDNN_STATUS_SUCCESS;
  }
  Descriptor& finalize(const char* what);  // throws DeviceError naming `what`
  bool try_finalize() { return cudnnBackendFinalize(raw_) == CUDNN_STATUS_SUCCESS; }

  int64_t number(Attribute name) const;
  std::string words(Attribute name) const;  // a text
  template <class Note> std::vector<Note> notes(Attribute name, cudnnBackendAttributeType_t type) const {
    std::vector<Note> list(32);
    int64_t count = 0;
    check(cudnnBackendGetAttribute(raw_, name, type, int64_t(list.size()), &count, list.data()), "notes");
    list.resize(size_t(count));
    return list;
  }

 private:
  cudnnBackendDescriptor_t raw_ = nullptr;
};

// The device that plans are made for: the one at hand, or one described by cuDNN's JSON of properties, for which plans
// are made without a GPU.
Descriptor device_properties(int device);
Descriptor described_device(const std::string& json);

}  // namespace skew::gpu::dnn
