// How a kernel runs: block after block, the threads of a block as fibers that stop at barriers. A barrier that not all
// threads of the block (the lanes of the mask) reach, or that they reach at different places, is a fault.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <numeric>
#include <vector>

#include "tests/emulation/control.h"
#include "tests/emulation/device_code.h"
#include "tests/emulation/fibers.h"
#include "tests/emulation/grid.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace emu {
namespace {

constexpr unsigned warp_size = 32;

enum class State { idle, running, ready, at_barrier, at_warp };

struct Carrier : Fiber {  // of one thread after the other
  State state = State::idle;
  unsigned thread = 0;
  Place place{};
};

// Lanes that meet: who has arrived at this warp's barrier, by the lowest lane of their mask, and where.
struct Meeting {
  unsigned arrived = 0;
  Place place{};
};

template <class T> std::vector<T> reserved() {
  std::vector<T> list;
  list.reserve(2048);
  return list;
}

struct Block {
  Fiber scheduler;
  // of more than a block's threads, made before there is a fiber: what one allocates belongs to it, for ThreadSanitizer
  std::vector<std::unique_ptr<Carrier>> carriers = reserved<std::unique_ptr<Carrier>>();
  std::vector<Carrier*> idle = reserved<Carrier*>(), retired = reserved<Carrier*>(), of_thread;
  Carrier* current = nullptr;
  std::vector<std::array<Meeting, warp_size>> warps;
  std::vector<unsigned> order;  // of the threads
  unsigned threads = 0, begun = 0, finished = 0;
  const std::function<void()>* body = nullptr;
  std::string fault;
  std::map<const void*, std::unique_ptr<char[]>> shared;
  char start_edge = 0, barrier_edge = 0, end_edge = 0;  // addresses for release_at and acquire_at
};
Block block;

std::string text_of(Place place) {
  const std::string file = place.file;
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(place.line);
}

void wait_as(State state, Place place) {
  Carrier* me = block.current;
  me->state = state;
  me->place = place;
  release_at(&block.end_edge);  // it may never come back
  switch_fiber(*me, block.scheduler);
  threadIdx = {me->thread, 0, 0};
}

// Called in the thread that is at fault. give_up() never comes back: what its callers hold then is never freed.
void note_fault(const std::string& what) {
  block.fault =
      "thread " + std::to_string(block.current->thread) + " of block " + std::to_string(blockIdx.x) + ": " + what;
}
void give_up() {
  release_at(&block.end_edge);
  switch_fiber(*block.current, block.scheduler);
}

void carry() {
  begin_fiber(block.scheduler);
  for (;;) {
    Carrier* me = block.current;
    acquire_at(&block.start_edge);
    while (block.begun < block.threads) {
      me->thread = block.order[block.begun++];
      block.of_thread[me->thread] = me;
      threadIdx = {me->thread, 0, 0};
      (*block.body)();
      ++block.finished;
#ifdef EMU_TSAN
      break;  // one fiber a thread, so that ThreadSanitizer tells the threads apart
#endif
    }
    release_at(&block.end_edge);
    me->state = State::idle;
#ifdef EMU_TSAN
    block.retired.push_back(me);  // another thread of this block must not look like this one
#else
    block.idle.push_back(me);
#endif
    switch_fiber(*me, block.scheduler);
  }
}

Carrier* free_carrier() {
  if (!block.idle.empty()) {
    Carrier* carrier = block.idle.back();
    block.idle.pop_back();
    return carrier;
  }
  block.carriers.push_back(std::make_unique<Carrier>());
  make_fiber(*block.carriers.back(), carry);
  return block.carriers.back().get();
}

// The fibers stand in the middle of a broken kernel: none can be used again.
[[noreturn]] void abandon(const std::string& what) {
  acquire_at(&block.end_edge);
  for (const auto& carrier : block.carriers) free_fiber(*carrier);
  block.carriers.clear();
  block.idle.clear();
  block.retired.clear();
  throw Fault(what);
}

void resume(Carrier* carrier) {
  block.current = carrier;
  carrier->state = State::running;
  switch_fiber(block.scheduler, *carrier);
  if (block.fault.empty()) return;
  acquire_at(&block.end_edge);
  abandon(block.fault);
}

std::string who_waits() {
  std::string list;
  for (const auto& carrier : block.carriers) {
    if (carrier->state != State::at_barrier && carrier->state != State::at_warp) continue;
    list += " [thread " + std::to_string(carrier->thread) + " at " + text_of(carrier->place) + "]";
    if (list.size() > 200) return list + " …";
  }
  return list;
}

// Nobody can go on: all wait at one barrier, or the kernel is wrong.
void open_barrier() {
  unsigned waiting = 0;
  const Carrier* first = nullptr;
  for (const auto& carrier : block.carriers)
    if (carrier->state == State::at_barrier) {
      ++waiting;
      if (!first) first = carrier.get();
    }
  if (waiting + block.finished != block.threads)
    abandon("lanes of a warp's mask never arrive, or wait at another barrier:" + who_waits());
  if (block.finished > 0)
    abandon("divergent barrier: " + std::to_string(block.finished) + " threads have left, others wait:" + who_waits());
  for (const auto& carrier : block.carriers)
    if (carrier->state == State::at_barrier && carrier->place.line != first->place.line)
      abandon("threads of a block wait at different barriers:" + who_waits());
  for (const auto& carrier : block.carriers)
    if (carrier->state == State::at_barrier) carrier->state = State::ready;
}

void run_block() {
  block.begun = block.finished = 0;
  block.fault.clear();
  block.shared.clear();
  block.idle.insert(block.idle.end(), block.retired.begin(), block.retired.end());
  block.retired.clear();
  block.warps.assign((block.threads + warp_size - 1) / warp_size, {});
  release_at(&block.start_edge);
  while (block.finished < block.threads) {
    bool moved = false;
    while (block.begun < block.threads) {
      resume(free_carrier());
      moved = true;
    }
    for (size_t i = 0; i < block.carriers.size(); ++i)
      if (block.carriers[i]->state == State::ready) {
        resume(block.carriers[i].get());
        moved = true;
      }
    if (!moved && block.finished < block.threads) open_barrier();
  }
  acquire_at(&block.end_edge);
}

}  // namespace

void block_barrier(Place place) {
  release_at(&block.barrier_edge);
  wait_as(State::at_barrier, place);
  acquire_at(&block.barrier_edge);
}

void warp_barrier(unsigned mask, Place place) {
  const unsigned warp = block.current->thread / warp_size, lane = block.current->thread % warp_size;
  Meeting& meeting = block.warps[warp][mask ? unsigned(__builtin_ctz(mask)) : 0];
  if (!(mask >> lane & 1)) note_fault("a lane that is not in its own mask at " + text_of(place));
  else if (meeting.arrived && meeting.place.line != place.line)
    note_fault("lanes of a warp meet at different places: " + text_of(place) + " and " + text_of(meeting.place));
  if (!block.fault.empty()) give_up();
  meeting.place = place;
  meeting.arrived |= 1u << lane;
  release_at(&meeting);
  if (meeting.arrived != mask) {
    wait_as(State::at_warp, place);
  } else {
    meeting.arrived = 0;
    for (unsigned i = 0; i < warp_size; ++i)
      if (i != lane && mask >> i & 1) block.of_thread[warp * warp_size + i]->state = State::ready;
  }
  acquire_at(&meeting);
}

void* shared_array(const void* tag, size_t bytes) {
  std::unique_ptr<char[]>& array = block.shared[tag];
  if (!array) {
    array.reset(new char[bytes]);
    std::memset(array.get(), 0xff, bytes);  // NaN: what is read before it was written shows
    release_at(&array);
  }
  acquire_at(&array);
  return array.get();
}

void run_grid(dim3 grid, dim3 threads, const std::function<void()>& body) {
  gridDim = grid;
  blockDim = threads;
  block.threads = threads.x;
  block.body = &body;
  block.of_thread.assign((threads.x + warp_size - 1) / warp_size * warp_size, nullptr);
  block.order.resize(threads.x);
  std::iota(block.order.begin(), block.order.end(), 0u);
  if (control.order == Order::reverse) std::reverse(block.order.begin(), block.order.end());
  for (unsigned x = 0; x < grid.x; ++x) {
    blockIdx = {x, 0, 0};
    if (control.order == Order::random) std::shuffle(block.order.begin(), block.order.end(), chance());
    run_block();
  }
  control.threads += uint64_t(grid.x) * threads.x;
}

}  // namespace emu
