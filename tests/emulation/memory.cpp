// The device's memory: an arena that the host cannot touch (PROT_NONE) while no kernel runs, filled with NaN when it is
// handed out and when it is given back. With AddressSanitizer every block is the C library's, so that overruns show.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>

#include "tests/emulation/control.h"
#include "tests/emulation/device_code.h"
#include "tests/emulation/grid.h"
#include "tests/emulation/pinned.h"

namespace emu {

Control control;

namespace {

std::map<const char*, size_t>& blocks() {  // never destroyed: static tensors give theirs back last
  static auto* const all = new std::map<const char*, size_t>;
  return *all;
}

size_t rounded(size_t bytes) { return (bytes + 255) / 256 * 256; }

// Behind each block lie at least this many bytes that nobody may write.
constexpr size_t guard_bytes = 256;

size_t taken() {
  size_t sum = 0;
  for (const auto& [address, bytes] : blocks()) sum += bytes;
  return sum;
}

#ifndef __SANITIZE_ADDRESS__
constexpr size_t arena_bytes = size_t(8) << 30, page = 4096, huge_page = size_t(2) << 20;
char* arena = nullptr;
size_t used = 0;
std::multimap<size_t, char*> free_blocks;
#endif
int depth = 0;

void protect([[maybe_unused]] int how) {
#ifndef __SANITIZE_ADDRESS__
  if (arena)
    mprotect(arena, (used + huge_page - 1) / huge_page * huge_page, control.guard ? how : PROT_READ | PROT_WRITE);
#endif
}

char* get(size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  char* block = static_cast<char*>(std::aligned_alloc(256, rounded(bytes)));
#else
  if (!arena) {
    void* const mapped =
        mmap(nullptr, arena_bytes + huge_page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    arena = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(mapped) + huge_page - 1) / huge_page * huge_page);
    madvise(arena, arena_bytes, MADV_HUGEPAGE);  // few entries to change whenever a kernel runs
  }
  const size_t size = rounded(bytes);
  char* block = nullptr;
  if (const auto at = free_blocks.find(size); at != free_blocks.end()) {
    block = at->second;
    free_blocks.erase(at);
  } else {
    if (used + size + page > arena_bytes) return nullptr;
    block = arena + used;
    used = (used + size + guard_bytes + page - 1) / page * page;
    if (depth > 0) protect(PROT_READ | PROT_WRITE);
  }
#endif
  const DeviceScope scope;
#ifdef __SANITIZE_ADDRESS__
  std::memset(block, 0xff, rounded(bytes));
#else
  std::memset(block, 0xff, rounded(bytes) + guard_bytes);
#endif
  return block;
}

bool was_overrun([[maybe_unused]] const char* block, [[maybe_unused]] size_t bytes) {
#ifndef __SANITIZE_ADDRESS__
  const DeviceScope scope;
  for (size_t i = bytes; i < rounded(bytes) + guard_bytes; ++i)
    if (static_cast<unsigned char>(block[i]) != 0xff) return true;
#endif
  return false;
}

void clear_guard([[maybe_unused]] char* block, [[maybe_unused]] size_t bytes) {
#ifndef __SANITIZE_ADDRESS__
  const DeviceScope scope;
  std::memset(block + bytes, 0xff, rounded(bytes) + guard_bytes - bytes);
#endif
}

void give_back(char* block, [[maybe_unused]] size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  std::free(block);
#else
  const DeviceScope scope;
  std::memset(block, 0xff, rounded(bytes) + guard_bytes);
  free_blocks.emplace(rounded(bytes), block);
#endif
}

}  // namespace

DeviceScope::DeviceScope() {
  if (depth++ == 0) protect(PROT_READ | PROT_WRITE);
}
DeviceScope::~DeviceScope() {
  if (--depth == 0) protect(PROT_NONE);
}

size_t device_extent(const void* p) {
  const char* const address = static_cast<const char*>(p);
  auto at = blocks().upper_bound(address);
  if (at == blocks().begin()) return 0;
  --at;
  const size_t offset = size_t(address - at->first);
  return offset < at->second ? at->second - offset : 0;
}
size_t live_allocations() { return blocks().size(); }

void check_pointer(const void* pointer, int position) {
  if (!pointer || device_extent(pointer) || is_pinned(pointer)) return;
  throw Fault("kernel argument " + std::to_string(position) + " is no pointer to device memory");
}

// Pointers inside structures: an aligned word that is the address of mapped memory of the host, or of the arena where
// no block lies (freed, or never given), is a fault.
void check_words(const void* argument, size_t bytes, int position) {
  for (size_t i = 0; i + sizeof(uintptr_t) <= bytes; i += sizeof(uintptr_t)) {
    uintptr_t word;
    std::memcpy(&word, static_cast<const char*>(argument) + i, sizeof word);
    void* const address = reinterpret_cast<void*>(word);
    if (word >> 32 == 0 || word >> 47 != 0 || device_extent(address) || is_pinned(address)) continue;
    const std::string where = "kernel argument " + std::to_string(position) + " holds at byte " + std::to_string(i);
#ifndef __SANITIZE_ADDRESS__
    if (arena && word >= uintptr_t(arena) && word < uintptr_t(arena) + used)
      throw Fault(where + " the address of device memory that was freed, or of none");
#endif
    unsigned char resident;
    if (mincore(reinterpret_cast<void*>(word & ~uintptr_t(4095)), 1, &resident) == 0)
      throw Fault(where + " an address of the host");
  }
}

}  // namespace emu

extern "C" {

cudaError_t cudaMalloc(void** block, size_t bytes) {
  using namespace emu;
  if (breaks_here()) return fail(cudaErrorIllegalAddress);
  ++control.allocations;
  bool planted = control.fail_malloc_at > 0 && --control.fail_malloc_at == 0;
  if (planted && --control.failing_mallocs > 0) control.fail_malloc_at = 1;  // the next one, too
  if (planted || (control.memory && taken() + bytes > control.memory)) return fail(cudaErrorMemoryAllocation);
  char* const got = get(bytes);
  if (!got) return fail(cudaErrorMemoryAllocation);
  blocks()[got] = bytes;
  *block = got;
  return cudaSuccess;
}

cudaError_t cudaFree(void* block) {
  using namespace emu;
  if (!block) return cudaSuccess;
  const auto at = blocks().find(static_cast<char*>(block));
  if (at == blocks().end()) return fail(cudaErrorInvalidValue);
  drain_all();  // cudaFree waits for the device
  if (was_overrun(at->first, at->second)) {
    clear_guard(const_cast<char*>(at->first), at->second);
    throw Fault("memory was written behind a block of " + std::to_string(at->second) + " bytes");
  }
  give_back(static_cast<char*>(block), at->second);
  blocks().erase(at);
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* left, size_t* total) {
  using namespace emu;
  *total = control.memory ? control.memory : size_t(8) << 30;
  *left = *total - std::min(*total, taken());
  return cudaSuccess;
}
}
