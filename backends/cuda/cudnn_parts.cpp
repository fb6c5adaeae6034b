// The files of cuDNN in this process.
#include "backends/cuda/cudnn_parts.h"

#include <cudnn.h>
#include <dlfcn.h>
#include <link.h>

#include <filesystem>

#include "backends/cuda/versions.h"
#include "core/error.h"

namespace skew::gpu {
namespace {

namespace fs = std::filesystem;

constexpr const char* otherwise = ", or take --device cpu";

#define SKEW_TEXT_OF(x) #x
#define SKEW_TEXT(x) SKEW_TEXT_OF(x)
constexpr const char* ending = ".so." SKEW_TEXT(CUDNN_MAJOR);

// Those that convolutions need.
constexpr const char* parts[] = {"libcudnn_graph",
                                 "libcudnn_ops",
                                 "libcudnn_cnn",
                                 "libcudnn_heuristic",
                                 "libcudnn_engines_precompiled",
                                 "libcudnn_engines_runtime_compiled"};

fs::path resolved(const fs::path& file) {
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  return failed ? file : real;
}

// The file that a part is loaded from, which then stays loaded; empty: none.
fs::path loaded_file(const fs::path& beside, const std::string& name) {
  void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);  // as cuDNN does
  if (!handle) handle = dlopen((beside / name).c_str(), RTLD_LAZY | RTLD_LOCAL);
  link_map* map = nullptr;
  if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return {};
  return resolved(map->l_name);
}

}  // namespace

std::string why_no_cudnn() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&cudnnGetVersion), &info) == 0 || !info.dli_fname) return {};
  const fs::path library = resolved(info.dli_fname), folder = library.parent_path();
  for (const char* part : parts) {
    const std::string name = std::string(part) + ending;
    if (!fs::exists(folder / name))
      return text("cuda: ", (folder / name).string(), " is missing, a part of cuDNN that ", library.filename().string(),
                  " beside it needs; install cuDNN anew, all of it", otherwise);
    const fs::path found = loaded_file(folder, name);
    if (found.empty())
      return text("cuda: ", (folder / name).string(), " cannot be loaded (", dlerror(),
                  "); install cuDNN anew, all of it", otherwise);
    if (found.parent_path() != folder)
      return text("cuda: two cuDNNs: ", library.string(), " would take its part ", found.string(),
                  "; leave one of them out of LD_LIBRARY_PATH", otherwise);
  }
  const size_t version = cudnnGetVersion();
  if (version / 10000 == CUDNN_MAJOR && version >= size_t(CUDNN_VERSION)) return {};
  return text("cuda: ", library.string(), " is cuDNN ", dnn_version_text(version), ", this skew was built for ",
              CUDNN_MAJOR, '.', CUDNN_MINOR, '.', CUDNN_PATCHLEVEL, "; install that or a newer ", CUDNN_MAJOR, ".x",
              otherwise);
}

}  // namespace skew::gpu
