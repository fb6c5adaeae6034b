// Fibers: stacks that a thread of the system switches between. Each carries one emulated thread after the other.
#pragma once
#include <cstddef>

namespace emu {

struct Fiber {
  void* stack_pointer = nullptr;
  char* mapping = nullptr;  // the stack, below it a page that faults
  // for AddressSanitizer and ThreadSanitizer, which follow the switches
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  size_t size = 0;
  void* tsan = nullptr;
};

// A fiber that will run `entry`, which never returns.
void make_fiber(Fiber& fiber, void (*entry)());
void free_fiber(Fiber& fiber);
void switch_fiber(Fiber& from, Fiber& to);
// The first thing that `entry` calls; `from`: where the switch came from.
void begin_fiber(Fiber& from);

// Happens-before edges for ThreadSanitizer: what was released at an address is seen after acquire.
void release_at(void* address);
void acquire_at(void* address);

}  // namespace emu
