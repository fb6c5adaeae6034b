// The one OpenMP region: number of threads, and errors that leave it.
#include "core/parallel.h"

#include <omp.h>

#include <cstdlib>
#include <exception>
#include <mutex>

#include "core/error.h"

namespace skew {
namespace {

int initial_threads() {
  if (const char* asked = std::getenv("SKEW_THREADS")) {
    const int n = std::atoi(asked);
    if (n >= 1 && n <= 1024) omp_set_num_threads(n);
  }
  return omp_get_max_threads();
}
int& count() {
  static int n = initial_threads();
  return n;
}
thread_local int index = 0;  // OpenMP's own would be another region's, where a caller has one

}  // namespace

int threads() { return count(); }

void set_threads(int n) {
  if (n < 1 || n > 1024) throw ValueError(text("threads: expected 1..1024, got ", n));
  count() = n;
  omp_set_num_threads(n);
}

bool in_parallel_loop() { return omp_in_parallel(); }
int thread_index() { return index; }

void run_chunks(ptrdiff_t chunks, void (*body)(void*, ptrdiff_t), void* context) {
  if (in_parallel_loop()) {
    for (ptrdiff_t i = 0; i < chunks; ++i) body(context, i);
    return;
  }
  std::exception_ptr first;  // exceptions must not leave an OpenMP region
  std::mutex mutex;
#pragma omp parallel num_threads(threads())  // said here, because OpenMP's setting is each calling thread's own
  {
    index = omp_get_thread_num();
#pragma omp for schedule(static)
    for (ptrdiff_t i = 0; i < chunks; ++i) {
      try {
        body(context, i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
      }
    }
    index = 0;
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace skew
