// Loops over threads: the only place that starts any, but for oneDNN, whose own run under OpenMP (use_threads).
// A child of fork() has neither kind: it should exec, or exit.
// Kernels cut their work into chunks that do not depend on the number of threads, so neither do their results.
#pragma once
#include <algorithm>
#include <cstddef>

namespace skew {

// How many a loop may use; default: SKEW_THREADS or OMP_NUM_THREADS or the processors we may run on, at most what
// OMP_THREAD_LIMIT allows. Throws ValueError for a SKEW_THREADS that is none.
int threads();
// For all threads of this process, ours and oneDNN's; throws ValueError unless it can be had. Call it while none
// computes: kernels size their buffers by threads(), and oneDNN waits for as many as it planned for.
void set_threads(int n);
// For a library that runs OpenMP loops itself: how many threads it gets here (1 inside a region, a caller's too), told
// to OpenMP, whose setting is each calling thread's own.
int use_threads();
bool in_parallel_loop();  // true inside a chunk
// As though inside a chunk: loops are serial and libraries get one thread while it lives. To plan there what chunks do,
// and `when` there is too little to do for two.
class SerialScope {
 public:
  explicit SerialScope(bool when = true);
  ~SerialScope();
  SerialScope(const SerialScope&) = delete;
  SerialScope& operator=(const SerialScope&) = delete;

 private:
  bool before_;
};
int thread_index();  // which thread of run_chunks this is: 0 ≤ it < threads(); 0 outside and on callers' own threads

// Calls body(context, i) for i in 0 … chunks−1, in any order, on any thread. An exception of a chunk is rethrown here
// (the first one) after all have ended. Runs serially inside another loop.
void run_chunks(ptrdiff_t chunks, void (*body)(void* context, ptrdiff_t i), void* context);

// Cuts [0, n) into pieces of `grain` and calls f(begin, end) for each. Choose a grain worth ≥ 20 µs: starting a region
// costs a few microseconds.
template <class F> void parallel_for(ptrdiff_t n, ptrdiff_t grain, F&& f) {
  grain = std::max<ptrdiff_t>(grain, 1);
  const ptrdiff_t chunks = (n + grain - 1) / grain;
  if (chunks <= 1 || threads() == 1) {
    for (ptrdiff_t i = 0; i < chunks; ++i) f(i * grain, std::min(n, (i + 1) * grain));
    return;
  }
  auto body = [&](ptrdiff_t i) { f(i * grain, std::min(n, (i + 1) * grain)); };
  run_chunks(
      chunks, [](void* context, ptrdiff_t i) { (*static_cast<decltype(body)*>(context))(i); }, &body);
}

}  // namespace skew
