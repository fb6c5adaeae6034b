// Finding, loading and asking libskew_cuda.so, which lies beside the library that this file is in.
#include "core/device_library.h"

#include <dlfcn.h>

#include <cstring>
#include <filesystem>

#include "core/device_properties.h"
#include "core/error.h"
#include "core/memory.h"

namespace skew {
namespace {

namespace fs = std::filesystem;

constexpr const char* library_name = "libskew_cuda.so.0";
constexpr const char* otherwise = "; --device cpu needs none of it";

fs::path own_folder() {
  static const char here = 0;  // a place in this library; of a function the program may have an address of its own
  Dl_info info;
  const bool known = dladdr(&here, &info) != 0 && info.dli_fname;
  return known ? fs::path(info.dli_fname).parent_path() : fs::path(".");
}

// dlerror's "libcudnn.so.9: cannot open shared object file: No such file or directory" in a sentence of ours.
std::string why_not_loaded(const fs::path& library, const std::string& said) {
  const std::string what = said.substr(0, said.find(':'));
  const bool itself = what.find(library_name) != std::string::npos;
  if (!itself && said.find("cannot open shared object file") != std::string::npos)
    return text("cuda: ", what, " is not installed, and ", library.string(),
                " needs it; install NVIDIA's package of it", otherwise);
  return text("cuda: ", library.string(), " cannot be loaded (", said, "); ",
              itself ? "build it again" : "install what it names again", otherwise);
}

bool built_without_cuda() {
#ifdef SKEW_CUDA
  return false;
#else
  return !allocate_memory.has(Device::cuda) && !fs::exists(own_folder() / library_name);
#endif
}

std::string load() {
  if (allocate_memory.has(Device::cuda)) return {};  // linked in
  if (built_without_cuda())
    return text("cuda: this skew was built without CUDA; `./quickstart cuda` builds one with it", otherwise);
  const fs::path library = own_folder() / library_name;
  if (!fs::exists(library))
    return text("cuda: ", library.string(), " is missing; build the target skew_cuda, or install it there", otherwise);
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return why_not_loaded(library, dlerror());
  if (!allocate_memory.has(Device::cuda))  // its slots are not ours
    return text("cuda: ", library.string(), " was built by another compiler than this program; build both with one g++",
                otherwise);
  using Start = const char* (*)();
  const auto start = reinterpret_cast<Start>(dlsym(handle, "skew_cuda_start"));
  if (!start) return text("cuda: ", library.string(), " is of another version of skew; build it again", otherwise);
  const char* const why = start();
  return why ? why : "";
}

}  // namespace

const std::string& why_unusable(Device device) {
  static const std::string nothing;
  if (device != Device::cuda) return nothing;
  static const std::string why = load();
  return why;
}

std::string about_automatic_device() {
  const std::string& why = why_unusable(Device::cuda);
  if (why.empty()) return text("device cuda, ", kernel_library(Device::cuda));
  return built_without_cuda() ? "" : text("device cpu: ", why);
}

std::string report_of(Device device) { return device_report.has(device) ? device_report(device) : std::string(); }

void use_tf32(Device device, bool on) {
  if (allow_tf32.has(device)) return allow_tf32(device, on);
  if (on)
    throw ValueError(text("--tf32 is for cuda, and this would run on the ", device,
                          ", which computes in float32; leave it out, or take --device cuda"));
}

}  // namespace skew
