// The arena: one mapping, a bump pointer (the engine's cache keeps what is given back), and its protection.
#include "tests/arena_device.h"

#include <sys/mman.h>

#include <catch2/catch.hpp>
#include <cstring>

namespace skew::arena {
namespace {

constexpr size_t arena_bytes = size_t(256) << 20;
char* arena = nullptr;
size_t used = 0;
ptrdiff_t openings = 0, depth = 0;

void protect(int how) { REQUIRE(mprotect(arena, arena_bytes, how) == 0); }

void* allocate(size_t bytes) {
  const size_t rounded = (bytes + 63) / 64 * 64;
  if (used + rounded > arena_bytes) return nullptr;
  used += rounded;
  return arena + used - rounded;
}

void copy(void* to, const void* from, size_t bytes) {
  const Open open;
  if (bytes) std::memcpy(to, from, bytes);
}

void fill(Tensor t, double value) {
  const Open open;
  fill_elements(Device::reference, here(t), value);
}

Tensor convert(const Tensor& x, DType type) {
  const Open open;
  return there(convert_elements(Device::reference, here(x), type));
}

bool finite(Inputs list) {
  const Open open;
  return all_elements_finite(Device::reference, Argument<Inputs>(list).get());
}

}  // namespace

Open::Open() {
  if (depth++ == 0) protect(PROT_READ | PROT_WRITE);
  ++openings;
}
Open::~Open() {
  if (--depth == 0) protect(PROT_NONE);
}
ptrdiff_t open_count() { return openings; }

bool memory() {
  arena = static_cast<char*>(mmap(nullptr, arena_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (arena == MAP_FAILED) return false;
  device_facts[size_t(device)] = {};  // memory of its own, row-major alone, no double
  return allocate_memory.set(device, allocate) && release_memory.set(device, [](void*) {}) &&
         upload.set(device, copy) && download.set(device, copy) && copy_memory.set(device, copy) &&
         fill_elements.set(device, fill) && convert_elements.set(device, convert) &&
         all_elements_finite.set(device, finite) &&
         seconds_on_device.set(device, [] { return seconds_on_device(Device::reference); });
}

}  // namespace skew::arena
