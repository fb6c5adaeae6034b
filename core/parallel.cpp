// The one OpenMP region: number of threads, and errors that leave it.
#include "core/parallel.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>

#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

// How many OpenMP will give: a plan for more threads than come waits for them for ever.
int most_threads() { return std::min(omp_get_thread_limit(), 1024); }

int initial_threads() {
  omp_set_dynamic(0);  // else OpenMP gives fewer on a busy machine
  const char* asked = std::getenv("SKEW_THREADS");
  if (!asked) return std::min(omp_get_max_threads(), most_threads());
  const std::optional<int64_t> n = parse_whole(asked);
  if (!n || *n < 1 || *n > most_threads())
    throw ValueError(text("SKEW_THREADS: expected a whole number in 1..", most_threads(), ", got '", asked, "'"));
  return int(*n);
}
std::atomic<int>& count() {
  static std::atomic<int> n = initial_threads();
  return n;
}
thread_local int index = 0;  // OpenMP's own would be another region's, where a caller has one

}  // namespace

int threads() { return count(); }

void set_threads(int n) {
  if (n < 1 || n > most_threads())
    throw ValueError(text("threads: expected 1..", most_threads(), ", got ", n,
                          most_threads() < 1024 ? "; OMP_THREAD_LIMIT allows no more" : ""));
  count() = n;
}

int use_threads() {
  const int n = omp_in_parallel() ? 1 : threads();
  if (omp_get_max_threads() != n) omp_set_num_threads(n);
  return n;
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
