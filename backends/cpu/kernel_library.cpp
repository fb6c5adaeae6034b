// The name and version of the library behind this backend.
#include "core/kernel_library.h"

#include "backends/cpu/onednn.h"
#include "core/error.h"

namespace skew::onednn {
namespace {

std::string library() {
  const dnnl_version_t* v = dnnl_version();
  return text("oneDNN ", v->major, ".", v->minor, ".", v->patch);
}

const bool filled = kernel_library.set(Device::cpu, library);

}  // namespace
}  // namespace skew::onednn
