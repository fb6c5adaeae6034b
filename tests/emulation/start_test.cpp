// What is asked before a device is used, and what is said of it: the sentence fits what the driver answered, versions
// are those of the libraries that were loaded, and what was sent may change at once on every kind of device.
#include <catch2/catch.hpp>

#include "backends/cuda/runtime.h"
#include "backends/cuda/versions.h"
#include "core/device_library.h"
#include "core/memory.h"
#include "core/storage.h"
#include "tests/emulation/control.h"

using namespace skew;
using Catch::Contains;

namespace {

struct Settings {
  emu::Control before = emu::control;
  ~Settings() { emu::control = before; }
};

}  // namespace

TEST_CASE("why there is no device is what the driver says") {
  const Settings settings;
  CHECK(gpu::why_no_device().empty());
  emu::control.device_count_error = cudaErrorNoDevice;
  CHECK_THAT(gpu::why_no_device(), Contains("the driver shows no GPU"));
  emu::control.device_count_error = cudaErrorSystemNotReady;
  CHECK_THAT(gpu::why_no_device(), Contains("cudaErrorSystemNotReady, system not yet initialized"));
  CHECK_THAT(gpu::why_no_device(), !Contains("shows no GPU"));
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE("another build is advised where this one has no code for the GPU, and nowhere else") {
  const Settings settings;
  CHECK(gpu::why_no_kernel().empty());
  const auto said = [&](cudaError_t error) {
    emu::control.fail_launch_at = 1;
    emu::control.launch_error = error;
    return gpu::why_no_kernel();
  };
  for (const cudaError_t error :
       {cudaErrorNoKernelImageForDevice, cudaErrorUnsupportedPtxVersion, cudaErrorInvalidDeviceFunction})
    CHECK_THAT(said(error), Contains("sm_90") && Contains("-DCMAKE_CUDA_ARCHITECTURES"));
  CHECK_THAT(said(cudaErrorLaunchOutOfResources),
             Contains("cannot be used now (probe: CUDA says cudaErrorLaunchOutOfResources") && Contains("free it") &&
                 !Contains("ARCHITECTURES"));
  release_cached_memory();
  emu::control.fail_malloc_at = 1;
  emu::control.failing_mallocs = 100;
  CHECK_THAT(gpu::why_no_kernel(), Contains("cannot be used now") && Contains("bytes on 'cuda'") &&
                                       Contains("--device cpu") && !Contains("ARCHITECTURES"));
}

TEST_CASE("versions are those of the libraries that were loaded") {
  const Settings settings;
  emu::control.cublas_patch = 77;
  CHECK(gpu::cublas_version().ends_with(".77"));
  CHECK_THAT(kernel_library(Device::cuda), Contains(".77") && Contains(gpu::cudnn_version()));
  CHECK_THAT(report_of(Device::cuda), Contains(gpu::cublas_version()));
}

TEST_CASE("what was sent may change at once, also where the device reads the host's memory late") {
  const Settings settings;
  for (const bool late : {false, true}) {
    emu::control.reads_pageable = late;
    std::vector<float> sent(1000, 3), back(1000);
    const Storage block(sizeof(float) * sent.size(), Device::cuda);
    upload(Device::cuda, block.address(), sent.data(), block.bytes());
    std::fill(sent.begin(), sent.end(), -1.f);
    download(Device::cuda, back.data(), block.address(), block.bytes());
    INFO("late: " << late);
    CHECK(back == std::vector<float>(1000, 3));
  }
}
