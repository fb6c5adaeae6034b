// Our own threads: number, who does which chunk, and errors that leave a loop.
//
// A loop waits for nobody who has not begun: the caller takes chunks like everybody else, and when none is left only
// those who hold one are waited for. So a thread that another process keeps from running costs its share of the work
// and no more, where a team that meets at a barrier (OpenMP's) waits for its slowest.
#include "core/parallel.h"

#include <omp.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

// oneDNN's plan for more threads than OpenMP gives waits for them for ever.
int most_threads() { return std::min(omp_get_thread_limit(), 1024); }

int initial_threads() {
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
thread_local int index = 0;
thread_local bool inside = false;

// One loop. Its chunks are dealt out in equal runs, one a thread, so that in the next loop a thread finds in its cache
// what it wrote in this one; who is through with its own run helps the others.
class Loop {
 public:
  Loop(ptrdiff_t chunks, int helpers, int threads, void (*body)(void*, ptrdiff_t), void* context)
      : threads(threads), places(helpers), runs_(std::min(helpers + 1, most_runs)), body_(body), context_(context) {
    for (int r = 0; r < runs_; ++r) {
      run_[size_t(r)].next = chunks * r / runs_;
      run_[size_t(r)].end = chunks * (r + 1) / runs_;
    }
  }
  void work(int thread) {
    for (int k = 0; k < runs_; ++k) {
      Run& run = run_[size_t((thread + k) % runs_)];
      for (ptrdiff_t i; (i = run.next.fetch_add(1, std::memory_order_relaxed)) < run.end;) call(i);
    }
  }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

  const int threads;  // only those with a smaller index may take part: the caller's buffers are for as many
  // Under the pool's mutex:
  int places;                    // for how many threads more there is work
  std::atomic<int> working = 0;  // threads of the pool inside work()

 private:
  static constexpr int most_runs = 64;
  struct alignas(64) Run {
    std::atomic<ptrdiff_t> next = 0;
    ptrdiff_t end = 0;
  };

  void call(ptrdiff_t i) {
    try {
      body_(context_, i);
    } catch (...) {
      const std::lock_guard lock(errors_);
      if (!first_) first_ = std::current_exception();
    }
  }

  std::array<Run, most_runs> run_;
  int runs_;
  void (*body_)(void*, ptrdiff_t);
  void* context_;
  std::mutex errors_;
  std::exception_ptr first_;
};

// How long one looks before one sleeps: longer than the gap between two loops, shorter than a scheduler's slice.
template <class F> bool comes_soon(F come) {
  constexpr auto patience = std::chrono::microseconds(300);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!come())
    if (std::chrono::steady_clock::now() > until) return false;
  return true;
}

class Pool {
 public:
  void run(Loop& loop) {
    {
      const std::lock_guard lock(mutex_);
      grow(loop.places);
      loops_.push_back(&loop);
      ++posted_;
      wake(loop);
    }
    loop.work(0);
    {
      const std::lock_guard lock(mutex_);
      std::erase(loops_, &loop);
    }
    const auto done = [&] { return loop.working.load(std::memory_order_acquire) == 0; };
    if (comes_soon(done)) return;
    std::unique_lock lock(mutex_);
    left_.wait(lock, done);
  }

  // Those who look for a next loop sleep at once: their cores are wanted.
  void rest() { ++rests_; }

 private:
  struct Worker {  // its index is its place in the list + 1
    std::condition_variable wake;
    bool asleep = false;
  };

  void grow(int helpers) {
    while (int(workers_.size()) < helpers) {
      workers_.emplace_back();
      try {
        std::thread([this, id = int(workers_.size())] { serve(id); }).detach();
      } catch (const std::exception&) {
        workers_.pop_back();
        return;  // no more to be had: the loop is done by fewer
      }
    }
  }

  // By name, for whoever else was woken might not be allowed to help.
  void wake(const Loop& loop) {
    const size_t allowed = std::min(workers_.size(), size_t(loop.threads - 1));
    int places = loop.places;
    for (size_t i = 0; i < allowed && places > 0; ++i) {
      if (!workers_[i].asleep) continue;
      workers_[i].asleep = false;
      workers_[i].wake.notify_one();
      --places;
    }
  }

  Loop* take(int id) {
    for (Loop* loop : loops_)
      if (loop->places > 0 && id < loop->threads) {
        --loop->places;
        ++loop->working;
        return loop;
      }
    return nullptr;
  }

  [[noreturn]] void serve(int id) {
    index = id;
    inside = true;
    std::unique_lock lock(mutex_);
    Worker& self = workers_[size_t(id - 1)];
    while (true) {
      if (Loop* loop = take(id)) {
        lock.unlock();
        loop->work(id);
        lock.lock();
        if (--loop->working == 0) left_.notify_all();
        continue;
      }
      if (id < count()) {  // else the next loop is none for this thread
        const uint64_t seen = posted_, rested = rests_;
        lock.unlock();
        comes_soon([&] { return posted_ != seen || rests_ != rested; });
        lock.lock();
        if (posted_ != seen) continue;
      }
      self.asleep = true;
      self.wake.wait(lock, [&] { return !self.asleep; });
    }
  }

  std::mutex mutex_;
  std::condition_variable left_;
  std::deque<Worker> workers_;
  std::vector<Loop*> loops_;  // those that still may have chunks
  std::atomic<uint64_t> posted_ = 0, rests_ = 0;
};

Pool& pool() {
  static Pool* pool = new Pool;  // its threads outlive main()
  return *pool;
}

}  // namespace

int threads() { return count(); }

void set_threads(int n) {
  if (n < 1 || n > most_threads())
    throw ValueError(text("threads: expected 1..", most_threads(), ", got ", n,
                          most_threads() < 1024 ? "; OMP_THREAD_LIMIT allows no more" : ""));
  count() = n;
}

int use_threads() {
  const int n = in_parallel_loop() ? 1 : threads();
  if (omp_get_max_threads() != n) omp_set_num_threads(n);
  if (omp_get_dynamic()) omp_set_dynamic(0);  // else OpenMP gives fewer on a busy machine
  if (n > 1) pool().rest();
  return n;
}

SerialScope::SerialScope(bool when) : before_(inside) { inside = before_ || when; }
SerialScope::~SerialScope() { inside = before_; }

bool in_parallel_loop() { return inside || omp_in_parallel(); }
int thread_index() { return index; }

void run_chunks(ptrdiff_t chunks, void (*body)(void*, ptrdiff_t), void* context) {
  const int most = threads(), helpers = int(std::min<ptrdiff_t>(most, chunks)) - 1;
  if (in_parallel_loop() || helpers < 1) {
    for (ptrdiff_t i = 0; i < chunks; ++i) body(context, i);
    return;
  }
  Loop loop(chunks, helpers, most, body, context);
  {
    const SerialScope chunks_of_this_thread;
    pool().run(loop);
  }
  loop.rethrow();
}

}  // namespace skew
