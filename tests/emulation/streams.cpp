// Streams are queues that run when somebody waits for them, so that a forgotten event shows; events, copies and
// launches join them. Copies are checked for direction and extent.
#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "tests/emulation/control.h"
#include "tests/emulation/device_code.h"
#include "tests/emulation/grid.h"
#include "tests/emulation/pinned.h"

namespace emu {
namespace {

struct Stream {
  std::deque<std::function<void()>> queue;
  bool blocking = true;  // waits for the null stream, and it for this one
};
struct Event {
  Stream* stream = nullptr;
  uint64_t recorded = 0, finished = 0;
};

Stream null_stream;
std::set<Stream*>& streams() {
  static auto* const all = new std::set<Stream*>;
  return *all;
}
std::set<const void*> pinned;

Stream* stream_of(cudaStream_t stream) { return stream ? reinterpret_cast<Stream*>(stream) : &null_stream; }
Event* event_of(cudaEvent_t event) { return reinterpret_cast<Event*>(event); }

bool step(Stream* stream) {
  if (stream->queue.empty()) return false;
  const std::function<void()> work = std::move(stream->queue.front());
  stream->queue.pop_front();
  const DeviceScope scope;
  work();
  return true;
}
void drain(Stream* stream) {
  if (stream->queue.empty()) return;
  const DeviceScope scope;  // once for all
  while (step(stream)) {
  }
}
void wait_for(Event* event, uint64_t ticket) {
  while (event->finished < ticket && step(event->stream)) {
  }
}

bool copy_is_possible(const void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  const bool into_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  return (into_device ? device_extent(to) >= bytes : device_extent(to) == 0) &&
         (from_device ? device_extent(from) >= bytes : device_extent(from) == 0);
}

}  // namespace

bool is_pinned(const void* p) { return pinned.count(p) > 0; }

void drain_all() {
  for (Stream* stream : streams()) drain(stream);
  drain(&null_stream);
}

void enqueue(cudaStream_t handle, std::function<void()> work) {
  Stream* const stream = stream_of(handle);
  if (stream == &null_stream) {
    for (Stream* other : streams())
      if (other->blocking) drain(other);
  } else if (stream->blocking) {
    drain(&null_stream);
  }
  stream->queue.push_back(std::move(work));
  if (control.streams == Streams::eager) drain(stream);
  if (control.streams != Streams::random) return;
  std::vector<Stream*> all(streams().begin(), streams().end());
  all.push_back(&null_stream);
  for (unsigned k = unsigned(chance()() % 4); k > 0; --k) step(all[chance()() % all.size()]);
}

cudaError_t enqueue_grid(dim3 grid, dim3 threads, size_t shared_bytes, cudaStream_t stream,
                         std::function<void()> body) {
  const bool one_axis = grid.y == 1 && grid.z == 1 && threads.y == 1 && threads.z == 1;  // all that the project uses
  if (!one_axis || grid.x == 0 || grid.x > 0x7fffffffu || threads.x == 0 || threads.x > 1024 || shared_bytes)
    return fail(cudaErrorInvalidConfiguration);
  if (const cudaError_t error = planted(cudaErrorLaunchOutOfResources)) return error;
  if (control.fail_launch_at > 0 && --control.fail_launch_at == 0) return fail(control.launch_error);
  ++control.launches;
  enqueue(stream, [=, body = std::move(body)] { run_grid(grid, threads, body); });
  return cudaSuccess;
}

}  // namespace emu

extern "C" {

cudaError_t cudaMallocHost(void** block, size_t bytes) {
  *block = std::malloc(bytes);
  std::memset(*block, 0xff, bytes);
  emu::pinned.insert(*block);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* block) {
  emu::pinned.erase(block);
  std::free(block);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  using namespace emu;
  if (const cudaError_t error = planted(cudaErrorInvalidValue)) return error;
  if (!copy_is_possible(to, from, bytes, kind)) return fail(cudaErrorInvalidValue);
  control.uploads += kind == cudaMemcpyHostToDevice;
  control.downloads += kind == cudaMemcpyDeviceToHost;
  if (kind == cudaMemcpyHostToDevice && !is_pinned(from) &&
      !control.reads_pageable) {  // from pageable memory: staged now, as the driver does
    const char* const first = static_cast<const char*>(from);
    auto staged = std::make_shared<std::vector<char>>(first, first + bytes);
    enqueue(stream, [=] { std::memcpy(to, staged->data(), bytes); });
  } else {
    enqueue(stream, [=] { std::memcpy(to, from, bytes); });
  }
  if (kind == cudaMemcpyDeviceToHost && !is_pinned(to)) drain(stream_of(stream));  // into pageable memory: waits
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = emu::planted(cudaErrorInvalidValue)) return error;
  if (emu::device_extent(to) < bytes) return emu::fail(cudaErrorInvalidValue);
  emu::enqueue(stream, [=] { std::memset(to, value, bytes); });
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  auto* const made = new emu::Stream;
  made->blocking = !(flags & cudaStreamNonBlocking);
  emu::streams().insert(made);
  *stream = reinterpret_cast<cudaStream_t>(made);
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  emu::drain(emu::stream_of(stream));
  emu::streams().erase(emu::stream_of(stream));
  delete emu::stream_of(stream);
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  emu::drain(emu::stream_of(stream));
  return emu::control.broken ? cudaErrorIllegalAddress : cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
  emu::drain_all();
  return emu::control.broken ? cudaErrorIllegalAddress : cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = reinterpret_cast<cudaEvent_t>(new emu::Event);
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete emu::event_of(event);
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t handle, cudaStream_t stream) {
  emu::Event* const event = emu::event_of(handle);
  const uint64_t ticket = ++event->recorded;
  event->stream = emu::stream_of(stream);
  emu::enqueue(stream, [=] { event->finished = ticket; });
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  emu::wait_for(emu::event_of(event), emu::event_of(event)->recorded);
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t handle, unsigned) {
  emu::Event* const event = emu::event_of(handle);
  if (const uint64_t ticket = event->recorded) emu::enqueue(stream, [=] { emu::wait_for(event, ticket); });
  return cudaSuccess;
}
}
