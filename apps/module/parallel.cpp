// core/parallel.h for the WebAssembly module: one thread does everything.
#include "core/parallel.h"

namespace skew {

int threads() { return 1; }
void set_threads(int) {}
int use_threads() { return 1; }
bool in_parallel_loop() { return false; }
int thread_index() { return 0; }

SerialScope::SerialScope(bool) : before_(false) {}
SerialScope::~SerialScope() = default;

void run_chunks(ptrdiff_t chunks, void (*body)(void* context, ptrdiff_t i), void* context) {
  for (ptrdiff_t i = 0; i < chunks; ++i) body(context, i);
}

}  // namespace skew
