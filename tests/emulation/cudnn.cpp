// Everything up to the plan is the real libcudnn; this file defines the few entry points that need a GPU, and runs the
// graph that the real, finalised plan reports (as JSON) on the CPU, on the emulated stream. A program's own symbols
// precede those of a shared library, so the code under test is not changed for it.
#include <cudnn.h>
#include <dlfcn.h>

#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/emulation/control.h"
#include "tests/emulation/described_devices.h"
#include "tests/emulation/grid.h"

namespace {

using nlohmann::json;

struct Handle {
  cudaStream_t stream = nullptr;
};
Handle* of(cudnnHandle_t handle) { return reinterpret_cast<Handle*>(handle); }

// What a program has said about a pack of addresses.
struct Pack {
  std::vector<int64_t> uids;
  std::vector<void*> addresses;
  char* workspace = nullptr;
};
std::map<cudnnBackendDescriptor_t, Pack>& packs() {
  static auto* const all = new std::map<cudnnBackendDescriptor_t, Pack>;
  return *all;
}

#ifdef __SANITIZE_ADDRESS__
// cuDNN loads and unloads it: what it leaks would belong to no module, and no suppression could name it
[[maybe_unused]] void* const held = dlopen("libnvrtc.so.13", RTLD_LAZY);
#endif

[[noreturn]] void refuse(const std::string& what) { throw emu::Fault("cuDNN: " + what); }

// A float tensor of the plan: its elements in logical order between load and store.
struct Elements {
  std::vector<int64_t> lengths, strides;
  float* address = nullptr;
  std::vector<float> values{};

  int64_t count() const {
    int64_t n = 1;
    for (const int64_t length : lengths) n *= length;
    return n;
  }
  int64_t span() const {
    int64_t last = 0;
    for (size_t k = 0; k < lengths.size(); ++k) last += (lengths[k] - 1) * strides[k];
    return last + 1;
  }
  int64_t place(int64_t i) const {
    int64_t at = 0;
    for (size_t k = lengths.size(); k-- > 0; i /= lengths[k]) at += i % lengths[k] * strides[k];
    return at;
  }
  void load() {
    values.resize(size_t(count()));
    for (int64_t i = 0; i < count(); ++i) values[size_t(i)] = emu::as_input(address[place(i)]);
  }
  void store() const {
    for (int64_t i = 0; i < count(); ++i) address[place(i)] = values[size_t(i)];
  }
};

// What a convolution's node says of its windows.
struct Windows {
  std::vector<int64_t> before, stride, dilation;
  explicit Windows(const json& node)
      : before((node.contains("pad") ? node["pad"] : node["pad_lower"]).get<std::vector<int64_t>>()),
        stride(node["stride"].get<std::vector<int64_t>>()),
        dilation(node["dilation"].get<std::vector<int64_t>>()) {}
};

// Calls f(x, w, y) with the numbers of the elements of every product y += x·w.
template <class F>
void each_product(const Elements& x, const Elements& w, const Elements& y, const Windows& windows, const F& f) {
  const auto at = [](const Elements& t, int64_t a, int64_t b, int64_t c, int64_t d) {
    return size_t(((a * t.lengths[1] + b) * t.lengths[2] + c) * t.lengths[3] + d);
  };
  const int64_t channels = w.lengths[1], outputs = y.lengths[1] / (x.lengths[1] / channels);  // of a group
  for (int64_t n = 0; n < x.lengths[0]; ++n)
    for (int64_t o = 0; o < y.lengths[1]; ++o)
      for (int64_t i = 0; i < y.lengths[2]; ++i)
        for (int64_t j = 0; j < y.lengths[3]; ++j)
          for (int64_t c = 0; c < channels; ++c)
            for (int64_t p = 0; p < w.lengths[2]; ++p)
              for (int64_t q = 0; q < w.lengths[3]; ++q) {
                const int64_t h = i * windows.stride[0] - windows.before[0] + p * windows.dilation[0];
                const int64_t v = j * windows.stride[1] - windows.before[1] + q * windows.dilation[1];
                if (h < 0 || h >= x.lengths[2] || v < 0 || v >= x.lengths[3]) continue;
                f(at(x, n, o / outputs * channels + c, h, v), at(w, o, c, p, q), at(y, n, o, i, j));
              }
}

using Tensors = std::map<std::string, Elements>;

void convolve(const json& node, Tensors& tensors) {
  const std::string operation = node["operation"];
  const auto names = [&](const char* word) { return operation.find(word) != operation.npos; };
  const bool forward = names("FORWARD"), to_data = names("BACKWARD_DATA");
  if (!names("CONVOLUTION")) refuse("the plan holds " + operation + ", which the emulation does not know");
  Elements &x = tensors.at(node[to_data ? "dX" : "X"]), &w = tensors.at(node[forward || to_data ? "W" : "dW"]);
  Elements &y = tensors.at(node[forward ? "Y" : "dY"]), &gradient = to_data ? x : w, &result = forward ? y : gradient;
  const double alpha = node["alpha"], beta = node["beta"];
  for (Elements* t : {&x, &w, &y})
    if (t != &result || beta != 0) t->load();  // with beta 0 the result may hold NaN
  std::vector<double> sums(size_t(result.count()));
  each_product(x, w, y, Windows(node), [&](size_t in_x, size_t in_w, size_t in_y) {
    if (forward) sums[in_y] += double(x.values[in_x]) * double(w.values[in_w]);
    else if (to_data) sums[in_x] += double(y.values[in_y]) * double(w.values[in_w]);
    else sums[in_w] += double(x.values[in_x]) * double(y.values[in_y]);
  });
  result.values.resize(sums.size());
  for (size_t i = 0; i < sums.size(); ++i)
    result.values[i] = float(alpha * sums[i] + (beta != 0 ? beta * double(result.values[i]) : 0));
  result.store();
}

// The tensors of a plan's graph with the addresses of a pack, checked against the device's memory.
Tensors bound(const json& graph, const Pack& pack) {
  Tensors tensors;
  for (const json& t : graph["tensors"]) {
    const std::string name = t["name"];
    if (t["isVirtual"] || t["dataType"] != "CUDNN_DATA_FLOAT") refuse("tensor " + name + " is virtual or not float");
    Elements elements{t["dim"], t["stride"]};
    for (size_t k = 0; k < pack.uids.size(); ++k)
      if (std::to_string(pack.uids[k]) == name) elements.address = static_cast<float*>(pack.addresses[k]);
    if (!elements.address) refuse("no address for tensor " + name);
    if (reinterpret_cast<uintptr_t>(elements.address) % uintptr_t(t["ptrAlignment"]))
      refuse("tensor " + name + " is not aligned as promised");
    const size_t needed = size_t(elements.span()) * sizeof(float), has = emu::device_extent(elements.address);
    if (has < needed)
      refuse("tensor " + name + " has " + std::to_string(has) + " bytes of device memory, the plan needs " +
             std::to_string(needed));
    tensors.emplace(name, std::move(elements));
  }
  return tensors;
}

// The number of a plan's engine.
int64_t engine_of(cudnnBackendDescriptor_t plan) {
  const auto part = [](cudnnBackendDescriptor_t whole, cudnnBackendAttributeName_t name,
                       cudnnBackendDescriptorType_t type) {
    cudnnBackendDescriptor_t found = nullptr;
    int64_t count = 0;
    if (cudnnBackendCreateDescriptor(type, &found) != CUDNN_STATUS_SUCCESS ||
        cudnnBackendGetAttribute(whole, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &count, &found) != CUDNN_STATUS_SUCCESS)
      refuse("a plan that does not say its engine");
    return found;
  };
  cudnnBackendDescriptor_t configuration =
      part(plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  cudnnBackendDescriptor_t engine = part(configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  int64_t index = -1, count = 0;
  cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1, &count, &index);
  cudnnBackendDestroyDescriptor(engine);
  cudnnBackendDestroyDescriptor(configuration);
  return index;
}

}  // namespace

extern "C" {

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  if (emu::finds_no_memory()) return CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED;
  *handle = reinterpret_cast<cudnnHandle_t>(new Handle);
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  of(handle)->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, int64_t count, const void* values) {
  static const auto real =
      reinterpret_cast<decltype(&cudnnBackendSetAttribute)>(dlsym(RTLD_NEXT, "cudnnBackendSetAttribute"));
  if (name == CUDNN_ATTR_DEVICEPROP_DEVICE_ID) {  // there is none: a described one stands in
    static const std::string h100 = emu::described_device("H100");
    return real(descriptor, CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, int64_t(h100.size()),
                h100.data());
  }
  const auto list = [&](auto zero) {
    using T = decltype(zero);
    return std::vector<T>(static_cast<const T*>(values), static_cast<const T*>(values) + count);
  };
  if (name == CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS) packs()[descriptor].uids = list(int64_t());
  if (name == CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS) packs()[descriptor].addresses = list(static_cast<void*>(nullptr));
  if (name == CUDNN_ATTR_VARIANT_PACK_WORKSPACE) packs()[descriptor].workspace = *static_cast<char* const*>(values);
  return real(descriptor, name, type, count, values);
}

cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor) {
  static const auto real =
      reinterpret_cast<decltype(&cudnnBackendDestroyDescriptor)>(dlsym(RTLD_NEXT, "cudnnBackendDestroyDescriptor"));
  packs().erase(descriptor);
  return real(descriptor);
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  static const auto real = reinterpret_cast<decltype(&cudnnBackendFinalize)>(dlsym(RTLD_NEXT, "cudnnBackendFinalize"));
  return emu::control.planning_fails ? CUDNN_STATUS_INTERNAL_ERROR : real(descriptor);
}

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan, cudnnBackendDescriptor_t pack) {
  if (const cudaError_t error = emu::planted(cudaErrorUnknown))
    return error == cudaErrorMemoryAllocation ? CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED
                                              : CUDNN_STATUS_EXECUTION_FAILED;
  const auto get = [&](cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t wanted, void* into) {
    int64_t count = 0;
    if (cudnnBackendGetAttribute(plan, name, type, wanted, &count, into) != CUDNN_STATUS_SUCCESS)
      refuse("a plan that does not say what it is");
    return count;
  };
  std::string words(size_t(get(CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, 0, nullptr)), ' ');
  get(CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION, CUDNN_TYPE_CHAR, int64_t(words.size()), words.data());
  int64_t workspace = 0;
  get(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &workspace);
  const json graph = json::parse(words)["operationGraph"];
  if (emu::control.engine_fails && emu::control.engine_fails(engine_of(plan))) return CUDNN_STATUS_EXECUTION_FAILED;
  const Pack addresses = packs().at(pack);
  if (workspace && emu::device_extent(addresses.workspace) < size_t(workspace))
    refuse("the workspace has " + std::to_string(emu::device_extent(addresses.workspace)) + " bytes, the plan needs " +
           std::to_string(workspace));
  ++emu::control.library_calls;
  auto tensors = std::make_shared<Tensors>(bound(graph, addresses));
  emu::enqueue(of(handle)->stream, [=, nodes = graph["nodes"]] {
    if (workspace) std::memset(addresses.workspace, 0xff, size_t(workspace));  // whoever keeps data there loses it
    for (const json& node : nodes) convolve(node, *tensors);
  });
  return CUDNN_STATUS_SUCCESS;
}
}
