// Switching stacks on x86-64: the registers that a call preserves are pushed, the stack pointer is exchanged.
#include "tests/emulation/fibers.h"

#include <sys/mman.h>

#include <cstdint>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#ifdef EMU_TSAN  // the emulator itself is compiled without -fsanitize=thread, the kernels with it
#include <sanitizer/tsan_interface.h>
#endif

#if !defined(__x86_64__)
#error "the emulator's fibers are written for x86-64"
#endif

extern "C" void emu_switch_stack(void** from, void* to);
asm(R"(.text
.globl emu_switch_stack
.type emu_switch_stack,@function
emu_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp,(%rdi)
  movq %rsi,%rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emu_switch_stack,.-emu_switch_stack)");

namespace emu {
namespace {

constexpr size_t stack_bytes = size_t(128) << 10, page = 4096;

}  // namespace

void make_fiber(Fiber& fiber, void (*entry)()) {
  static unsigned made = 0;
  void* const mapping =
      mmap(nullptr, stack_bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  fiber.mapping = static_cast<char*>(mapping);
  mprotect(fiber.mapping, page, PROT_NONE);
  fiber.bottom = fiber.mapping + page;
  fiber.size = stack_bytes;
#ifdef EMU_TSAN
  fiber.tsan = __tsan_create_fiber(0);
#endif
  // begins a little lower in each stack, so that they do not all fall into the same cache lines
  const size_t spread = made++ % 61 * 128;
  void** top = reinterpret_cast<void**>(fiber.mapping + page + stack_bytes - spread) - 2;
  *top = reinterpret_cast<void*>(entry);  // where the switch returns to
  fiber.stack_pointer = top - 6;          // six registers
}

void free_fiber(Fiber& fiber) {
#ifdef __SANITIZE_ADDRESS__  // frames that were given up have left their marks
  __asan_unpoison_memory_region(fiber.bottom, fiber.size);
#endif
  munmap(fiber.mapping, stack_bytes + page);
#ifdef EMU_TSAN
  __tsan_destroy_fiber(fiber.tsan);
#endif
}

void switch_fiber(Fiber& from, Fiber& to) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(&from.fake_stack, to.bottom, to.size);
#endif
#ifdef EMU_TSAN
  if (!from.tsan) from.tsan = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.tsan, __tsan_switch_to_fiber_no_sync);
#endif
  emu_switch_stack(&from.stack_pointer, to.stack_pointer);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#endif
}

void begin_fiber([[maybe_unused]] Fiber& from) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(nullptr, &from.bottom, &from.size);
#endif
}

void release_at([[maybe_unused]] void* address) {
#ifdef EMU_TSAN
  __tsan_release(address);
#endif
}
void acquire_at([[maybe_unused]] void* address) {
#ifdef EMU_TSAN
  __tsan_acquire(address);
#endif
}

}  // namespace emu
