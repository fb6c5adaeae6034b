// Descriptors of cuDNN's graph API.
#include "backends/cuda/dnn.h"

namespace skew::gpu::dnn {

std::string last_sentence() {
  char sentence[1024] = {};
  cudnnGetLastErrorString(sentence, sizeof sentence);
  return sentence;
}

void check(cudnnStatus_t status, const char* what) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  const std::string sentence = text("cuDNN: ", what, ": ", cudnnGetErrorString(status), "; ", last_sentence());
  if (is_short_of_memory(status)) throw MemoryError(sentence + "; use a smaller batch or image size");
  if (CUDNN_STATUS_CATEGORY(status) == CUDNN_STATUS_NOT_SUPPORTED) throw NoEngine(sentence);
  throw DeviceError(sentence);
}

bool is_short_of_memory(cudnnStatus_t status) {
  return status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ||
         status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED;
}

Descriptor::Descriptor(cudnnBackendDescriptorType_t type) {
  check(cudnnBackendCreateDescriptor(type, &raw_), "a descriptor");
}
Descriptor::~Descriptor() {
  if (raw_) cudnnBackendDestroyDescriptor(raw_);
}

Descriptor& Descriptor::set(Attribute name, cudnnBackendAttributeType_t type, int64_t count, const void* values) {
  check(cudnnBackendSetAttribute(raw_, name, type, count, values), "an attribute");
  return *this;
}

Descriptor& Descriptor::finalize(const char* what) {
  check(cudnnBackendFinalize(raw_), what);
  return *this;
}

int64_t Descriptor::number(Attribute name) const {
  int64_t value = 0, count = 0;
  check(cudnnBackendGetAttribute(raw_, name, CUDNN_TYPE_INT64, 1, &count, &value), "an attribute");
  return value;
}

std::string Descriptor::words(Attribute name) const {
  int64_t count = 0;
  check(cudnnBackendGetAttribute(raw_, name, CUDNN_TYPE_CHAR, 0, &count, nullptr), "a text");
  std::string text(size_t(count), ' ');
  check(cudnnBackendGetAttribute(raw_, name, CUDNN_TYPE_CHAR, count, &count, text.data()), "a text");
  return text;
}

Descriptor device_properties(int device) {
  Descriptor properties(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  const int32_t id = device;
  properties.set(CUDNN_ATTR_DEVICEPROP_DEVICE_ID, CUDNN_TYPE_INT32, 1, &id).finalize("the device's properties");
  return properties;
}

Descriptor described_device(const std::string& json) {
  Descriptor properties(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  properties.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, int64_t(json.size()), json.data())
      .finalize("a described device");
  return properties;
}

}  // namespace skew::gpu::dnn
