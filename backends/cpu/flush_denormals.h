// While one lives, float results of this thread below 1.2e-38 are 0 (on x86; elsewhere it does nothing). On many
// processors an operation that makes a denormal, or reads one, takes a hundred cycles more, and confident logits
// (e^−30·x) make them by the thousand. Not for numbers that are divided by, or whose logarithm is taken, later on.
#pragma once
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace skew {

class FlushDenormals {
#if defined(__SSE2__)
  unsigned before = _mm_getcsr();

 public:
  explicit FlushDenormals(bool wanted = true) { _mm_setcsr(wanted ? before | _MM_FLUSH_ZERO_ON : before); }
  ~FlushDenormals() { _mm_setcsr(before); }
#else
 public:
  explicit FlushDenormals(bool = true) {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace skew
