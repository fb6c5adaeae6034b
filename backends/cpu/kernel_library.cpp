// What computes on the cpu: the library with its version, and the instruction set of the vectorised loops.
#include "core/kernel.h"

#include "backends/cpu/isa.h"
#include "backends/cpu/onednn.h"
#include "backends/host/host.h"
#include "core/error.h"

namespace skew {

constinit const bool reference_serves_cpu = false;

namespace {

std::string library() {
  const dnnl_version_t* v = dnnl_version();
  return text("oneDNN ", v->major, ".", v->minor, ".", v->patch, ", ", isa_name());
}

const bool filled = kernel_library.set(Device::cpu, library);

}  // namespace
}  // namespace skew
