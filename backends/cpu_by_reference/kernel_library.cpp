// The cpu of a build without oneDNN: every kernel is the reference's loop (backends/host/host.h, on_reference).
#include "core/kernel.h"

#include "backends/host/host.h"

namespace skew {

constinit const bool reference_serves_cpu = true;

namespace {

const bool filled = kernel_library.set(Device::cpu, [] { return std::string("no oneDNN, the reference loops"); });

}  // namespace
}  // namespace skew
