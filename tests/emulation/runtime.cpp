// The rest of the fake runtime: one described device, and errors.
#include <cuda_runtime_api.h>

#include <bit>
#include <cmath>
#include <limits>

#include "tests/emulation/control.h"
#include "tests/emulation/grid.h"

namespace emu {
namespace {
cudaError_t last = cudaSuccess;
}

cudaError_t fail(cudaError_t error) {
  last = error;
  return error;
}

std::mt19937& chance() {
  static unsigned seed = 0;
  static std::mt19937 random;
  if (seed != control.seed) random.seed(seed = control.seed);
  return random;
}

// The call after the one that broke the device is the first to be told, as with a kernel that went wrong.
bool breaks_here() {
  if (control.broken) return true;
  if (control.break_at > 0 && --control.break_at == 0) control.broken = true;
  return false;
}
cudaError_t planted(cudaError_t once) {
  if (breaks_here()) return fail(cudaErrorIllegalAddress);
  if (control.fail_call_at > 0 && --control.fail_call_at == 0) return fail(once);
  if (finds_no_memory()) return fail(cudaErrorMemoryAllocation);
  return cudaSuccess;
}
bool finds_no_memory() {
  if (control.short_call_at <= 0 || --control.short_call_at > 0) return false;
  if (--control.short_calls > 0) control.short_call_at = 1;  // the next one, too
  return true;
}

float as_input(float v) {
  const int dropped = 23 - control.input_bits;
  if (dropped <= 0) return v;
  if (std::abs(v) > control.input_limit) return std::copysign(std::numeric_limits<float>::infinity(), v);
  const uint32_t half = uint32_t(1) << (dropped - 1);
  return std::bit_cast<float>((std::bit_cast<uint32_t>(v) + half) & ~(2 * half - 1));
}

}  // namespace emu

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t error = emu::last;
  emu::last = cudaSuccess;
  return emu::control.broken ? cudaErrorIllegalAddress : error;
}
cudaError_t cudaPeekAtLastError() { return emu::control.broken ? cudaErrorIllegalAddress : emu::last; }
cudaError_t cudaGetDeviceCount(int* count) {
  *count = emu::control.device_count_error == cudaSuccess;
  return emu::fail(emu::control.device_count_error);
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : emu::fail(cudaErrorInvalidDevice); }
cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {  // an H100's
    case cudaDevAttrComputeCapabilityMajor: *value = 9; return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; return cudaSuccess;
    case cudaDevAttrMultiProcessorCount: *value = 132; return cudaSuccess;
    case cudaDevAttrPageableMemoryAccess: *value = emu::control.reads_pageable; return cudaSuccess;
    default: return emu::fail(cudaErrorInvalidValue);
  }
}
const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration: return "cudaErrorInvalidConfiguration";
    case cudaErrorLaunchOutOfResources: return "cudaErrorLaunchOutOfResources";
    case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
    case cudaErrorSystemNotReady: return "cudaErrorSystemNotReady";
    case cudaErrorNoKernelImageForDevice: return "cudaErrorNoKernelImageForDevice";
    default: return "cudaErrorUnknown";
  }
}
const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorInvalidValue: return "invalid argument";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInvalidConfiguration: return "invalid configuration argument";
    case cudaErrorLaunchOutOfResources: return "too many resources requested for launch";
    case cudaErrorIllegalAddress: return "an illegal memory access was encountered";
    case cudaErrorSystemNotReady: return "system not yet initialized";
    case cudaErrorNoKernelImageForDevice: return "no kernel image is available for execution on the device";
    default: return "unknown error";
  }
}
}
