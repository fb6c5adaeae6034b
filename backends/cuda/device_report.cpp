// What the device and the libraries behind it are, as JSON, and the switch between float and TF32.
#include "core/device_properties.h"

#include <cuda_runtime_api.h>
#include <link.h>

#include <nlohmann/json.hpp>

#include "backends/cuda/dnn.h"
#include "backends/cuda/elements.h"
#include "backends/cuda/precision.h"
#include "backends/cuda/runtime.h"
#include "backends/cuda/versions.h"

namespace skew::gpu {
namespace {

#ifdef GPU_EMU
constexpr bool emulated = true;
#else
constexpr bool emulated = false;
#endif

using Json = nlohmann::ordered_json;

// All figures of the device as cuDNN describes them: the JSON that plans for it can be made from elsewhere.
Json properties() {
  if (!why_no_device().empty()) return nullptr;
  const dnn::Descriptor device = dnn::device_properties(0);
  std::string words(1 << 14, '\0');
  int64_t count = 0;
  dnn::check(cudnnBackendGetAttribute(device.get(), CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR,
                                      int64_t(words.size()), &count, words.data()),
             "the device's description");
  words.resize(size_t(count));
  return Json::parse(words.substr(0, words.find('\0')), nullptr, false);
}

// The names of NVIDIA's libraries in this process.
Json libraries() {
  Json files = Json::array();
  const auto look = [](dl_phdr_info* info, size_t, void* into) {
    const std::string path = info->dlpi_name, file = path.substr(path.rfind('/') + 1);  // paths name people
    for (const char* part : {"libcuda.so", "libcudnn", "libcublas", "libnvrtc"})
      if (file.find(part) != std::string::npos) {
        static_cast<Json*>(into)->push_back(file);
        break;
      }
    return 0;
  };
  dl_iterate_phdr(look, &files);
  return files;
}

std::string report() {
  size_t free = 0, total = 0;
  cudaMemGetInfo(&free, &total);
  cudaGetLastError();  // without a device these stay 0, which is what there is to report
  const Json figures = properties();
  const int64_t capability = figures.is_object() ? figures.value("deviceVer", int64_t(0)) : 0;
  const Json all = {{"name", figures.is_object() ? figures.value("deviceName", "GPU") : "GPU"},
                    {"emulated", emulated},
                    {"capability", text(capability / 100, '.', capability % 100 / 10)},
                    {"driver", driver_version()},
                    {"runtime", runtime_version()},
                    {"cudnn", cudnn_version()},
                    {"cublas", cublas_version()},
                    {"architectures", built_for()},
                    {"memory_total", total},
                    {"memory_free", free},
                    {"libraries", libraries()},
                    {"properties", figures}};
  return all.dump();
}

void set_tf32(bool on) { tf32_allowed = on; }

const bool filled = on_cuda(device_report, report) && on_cuda(allow_tf32, set_tf32);

}  // namespace
}  // namespace skew::gpu
