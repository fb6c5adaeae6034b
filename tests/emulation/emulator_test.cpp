// The emulator against kernels and calls that are wrong on purpose: each fault is caught, and called by its name. What
// it cannot see (README.md) is not here.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "tests/emulation/control.h"
#include "tests/emulation/device_code.h"

using Catch::Contains;

namespace {

constexpr int block_size = 64;

template <class... P, class... A> cudaError_t run(void (*kernel)(P...), A... arguments) {
  return emu::launch(kernel, dim3(1), dim3(block_size), 0, nullptr, P(arguments)...);
}
template <class... P, class... A> void run_now(void (*kernel)(P...), A... arguments) {
  REQUIRE(run(kernel, arguments...) == cudaSuccess);
  cudaDeviceSynchronize();
}

// Device memory of n floats.
struct Floats {
  float* p = nullptr;
  explicit Floats(size_t n) { REQUIRE(cudaMalloc(reinterpret_cast<void**>(&p), n * sizeof(float)) == cudaSuccess); }
  ~Floats() { cudaFree(p); }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  float at(size_t i) const {
    float value = 0;
    REQUIRE(cudaMemcpyAsync(&value, p + i, sizeof value, cudaMemcpyDeviceToHost, nullptr) == cudaSuccess);
    return value;
  }
};

// Settings of the emulator, put back at the end of a case.
struct Settings {
  emu::Control before = emu::control;
  ~Settings() { emu::control = before; }
};

// ---- kernels
__global__ void good(float* y) {
  SHARED_ARRAY(float, all, block_size);
  all[threadIdx.x] = float(threadIdx.x);
  __syncthreads();
  y[threadIdx.x] = all[block_size - 1 - threadIdx.x];
}
__global__ void without_barrier(float* y) {
  SHARED_ARRAY(float, all, block_size);
  all[threadIdx.x] = float(threadIdx.x);
  y[threadIdx.x] = all[block_size - 1 - threadIdx.x];
}
#ifdef __SANITIZE_THREAD__
__global__ void writes_too_early(float* y) {
  SHARED_ARRAY(float, all, block_size);
  all[threadIdx.x] = float(threadIdx.x);
  __syncthreads();
  y[threadIdx.x] = all[block_size - 1 - threadIdx.x];
  all[threadIdx.x] = 0;
}
__global__ void sums_too_early(float* y) {
  SHARED_ARRAY(float, all, block_size);
  all[threadIdx.x] = 1;
  __syncthreads();
  for (unsigned half = block_size / 2; half > 0; half /= 2)
    if (threadIdx.x < half) all[threadIdx.x] += all[threadIdx.x + half];
  y[threadIdx.x] = all[0];
}
__global__ void sums(float* y) {
  SHARED_ARRAY(float, all, block_size);
  all[threadIdx.x] = 1;
  __syncthreads();
  for (unsigned half = block_size / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) all[threadIdx.x] += all[threadIdx.x + half];
    __syncthreads();
  }
  y[threadIdx.x] = all[0];
}
#endif
__global__ void early_exit(float* y) {
  if (threadIdx.x == 3) return;
  __syncthreads();
  y[threadIdx.x] = 1;
}
__global__ void two_barriers(float* y) {
  if (threadIdx.x < 7) __syncthreads();
  else __syncthreads();
  y[threadIdx.x] = 1;
}
__global__ void missing_lane(float* y) {
  if (threadIdx.x != 5) __syncwarp();
  y[threadIdx.x] = 1;
}
__global__ void wrong_mask(float* y) {
  __syncwarp(1);
  y[threadIdx.x] = 1;
}
__global__ void fill(float* y, int n, float value) {
  for (int i = int(threadIdx.x); i < n; i += block_size) y[i] = value;
}
__global__ void copy(const float* x, float* y) { y[threadIdx.x] = x[threadIdx.x]; }
struct Pair {
  const float* x;
  float* y;
};
[[maybe_unused]] __global__ void copy_pair(Pair pair) { pair.y[threadIdx.x] = pair.x[threadIdx.x]; }

// The signal that ends a child which runs f; 0 where it ends by itself.
template <class F> int signal_of(const F& f) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    std::signal(SIGBUS, SIG_DFL);
    f();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("a sound kernel gives its result in every order of threads") {
  const Settings settings;
  for (const emu::Order order : {emu::Order::forward, emu::Order::reverse, emu::Order::random}) {
    emu::control.order = order;
    const Floats y(block_size);
    run_now(good, y.p);
    CHECK(y.at(0) == block_size - 1);
    CHECK(y.at(block_size - 1) == 0);
  }
}

#ifdef __SANITIZE_THREAD__
// Each kernel runs in a program of its own: a report fails the one that it is in, and a child that only forks would
// not be watched.
TEST_CASE("ThreadSanitizer finds each missing barrier, and nothing where none is missing") {
  const std::map<std::string, void (*)(float*)> kernels = {{"without_barrier", without_barrier},
                                                           {"writes_too_early", writes_too_early},
                                                           {"sums_too_early", sums_too_early},
                                                           {"good", good},
                                                           {"sums", sums}};
  if (const char* const asked = std::getenv("EMU_KERNEL")) {
    const Floats y(block_size);
    return run_now(kernels.at(asked), y.p);
  }
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  for (const auto& [name, kernel] : kernels) {
    std::FILE* const output = popen(("EMU_KERNEL=" + name + " '" + program + "' 'ThreadSan*' 2>&1").c_str(), "r");
    std::string text;
    for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) text += char(c);
    INFO(name << ": " << text);
    const bool is_sound = name == "good" || name == "sums";
    CHECK((pclose(output) == 0) == is_sound);
    CHECK((text.find("data race") == text.npos) == is_sound);
  }
}
#else
TEST_CASE("a missing barrier shows: shared memory is NaN until it is written") {
  const Floats y(block_size);
  run_now(without_barrier, y.p);
  CHECK(std::isnan(y.at(0)));  // written by the last thread, which had not run
}
#endif

TEST_CASE("barriers that not all threads reach are called so") {
  const Floats y(block_size);
  CHECK_THROWS_WITH(run_now(early_exit, y.p), Contains("divergent barrier: 1 threads have left"));
  CHECK_THROWS_WITH(run_now(two_barriers, y.p),
                    Contains("wait at different barriers") && Contains("emulator_test.cpp"));
  CHECK_THROWS_WITH(run_now(missing_lane, y.p), Contains("lanes of a warp's mask never arrive"));
  CHECK_THROWS_WITH(run_now(wrong_mask, y.p), Contains("not in its own mask"));
  run_now(good, y.p);  // a kernel that was given up leaves nothing behind
  CHECK(y.at(0) == block_size - 1);
}

#ifndef __SANITIZE_ADDRESS__  // which ends the program at the write itself
TEST_CASE("a write behind a block is found when the block is given back") {
  float* block = nullptr;
  REQUIRE(cudaMalloc(reinterpret_cast<void**>(&block), 100 * sizeof(float)) == cudaSuccess);
  run_now(fill, block, 101, 1.f);
  CHECK_THROWS_WITH(cudaFree(block), Contains("written behind a block of 400 bytes"));
  CHECK(cudaFree(block) == cudaSuccess);
}
#endif

TEST_CASE("addresses that are not the device's are refused, in arguments and inside structures") {
  const Floats y(block_size);
  std::vector<float> host(block_size);
  CHECK_THROWS_WITH(run(copy, host.data(), y.p), Contains("argument 0 is no pointer to device memory"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // numbers look like addresses there
  CHECK_THROWS_WITH(run(copy_pair, Pair{host.data(), y.p}),
                    Contains("argument 0 holds at byte 0 an address of the host"));
#endif
  float* freed = nullptr;
  REQUIRE(cudaMalloc(reinterpret_cast<void**>(&freed), block_size * sizeof(float)) == cudaSuccess);
  REQUIRE(cudaFree(freed) == cudaSuccess);
  CHECK_THROWS_WITH(run(copy, freed, y.p), Contains("argument 0 is no pointer to device memory"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK_THROWS_WITH(run(copy_pair, Pair{freed, y.p}), Contains("device memory that was freed"));
#endif
  CHECK(cudaFree(freed) != cudaSuccess);  // a second time
  cudaGetLastError();
}

#ifndef __SANITIZE_ADDRESS__  // there the memory is the C library's
TEST_CASE("the host cannot touch device memory") {
  const Floats y(block_size);
  CHECK(signal_of([&] { *const_cast<volatile float*>(y.p) = 1; }) == SIGSEGV);
  CHECK(signal_of([&] { fill(y.p, 0, 1); }) == 0);
}
#endif

TEST_CASE("new memory holds NaN, and memory that was given back too") {
  const Floats y(block_size);
  CHECK(std::isnan(y.at(7)));
  run_now(fill, y.p, block_size, 3.f);
  CHECK(y.at(7) == 3);
}

TEST_CASE("copies in a wrong direction or of a wrong extent fail") {
  const Floats y(8);
  std::vector<float> host(100);
  const size_t bytes = 8 * sizeof(float);
  CHECK(cudaMemcpyAsync(y.p, host.data(), bytes, cudaMemcpyHostToDevice, nullptr) == cudaSuccess);
  CHECK(cudaMemcpyAsync(y.p, host.data(), bytes, cudaMemcpyDeviceToHost, nullptr) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(y.p, host.data(), bytes, cudaMemcpyDeviceToDevice, nullptr) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(y.p, host.data(), bytes + 4, cudaMemcpyHostToDevice, nullptr) == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE("a forgotten event is caught, an event is kept") {
  const Settings settings;
  cudaStream_t first, second;
  REQUIRE(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking) == cudaSuccess);
  REQUIRE(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking) == cudaSuccess);
  cudaEvent_t event;
  REQUIRE(cudaEventCreateWithFlags(&event, cudaEventDisableTiming) == cudaSuccess);
  for (const bool waits : {false, true}) {
    const Floats x(block_size), y(block_size);
    emu::control.streams = emu::Streams::lazy;
    emu::launch(fill, dim3(1), dim3(block_size), 0, first, x.p, block_size, 2.f);
    cudaEventRecord(event, first);
    if (waits) cudaStreamWaitEvent(second, event, 0);
    emu::launch(copy, dim3(1), dim3(block_size), 0, second, static_cast<const float*>(x.p), y.p);
    cudaStreamSynchronize(second);
    CHECK(std::isnan(y.at(0)) == !waits);
  }
  cudaEventDestroy(event);
  cudaStreamDestroy(first);
  cudaStreamDestroy(second);
}

TEST_CASE("failures can be planted: no memory, a launch that fails, limits") {
  const Settings settings;
  void* block = nullptr;
  emu::control.fail_malloc_at = 2;
  REQUIRE(cudaMalloc(&block, 64) == cudaSuccess);
  void* none = nullptr;
  CHECK(cudaMalloc(&none, 64) == cudaErrorMemoryAllocation);
  CHECK(cudaFree(block) == cudaSuccess);
  const Floats y(block_size);
  emu::control.fail_launch_at = 1;
  CHECK(run(good, y.p) == cudaErrorLaunchOutOfResources);
  CHECK(run(good, y.p) == cudaSuccess);
  CHECK(emu::launch(good, dim3(1), dim3(2048), 0, nullptr, y.p) == cudaErrorInvalidConfiguration);
  CHECK(emu::launch(good, dim3(0), dim3(32), 0, nullptr, y.p) == cudaErrorInvalidConfiguration);
  cudaDeviceSynchronize();
  cudaGetLastError();
}

TEST_CASE("a leak is counted") {
  const size_t before = emu::live_allocations();
  void* block = nullptr;
  REQUIRE(cudaMalloc(&block, 64) == cudaSuccess);
  CHECK(emu::live_allocations() == before + 1);
  REQUIRE(cudaFree(block) == cudaSuccess);
  CHECK(emu::live_allocations() == before);
}
