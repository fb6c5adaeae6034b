// While one lives, float results of this thread below 1.2e-38 are 0. On many processors an operation that makes or reads
// a denormal takes a hundred cycles more, and confident logits (e^−30·x) make them by the thousand.
#pragma once
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace skew {

class FlushDenormals {
#if defined(__SSE2__)
  unsigned before = _mm_getcsr();

 public:
  FlushDenormals() { _mm_setcsr(before | _MM_FLUSH_ZERO_ON); }
  ~FlushDenormals() { _mm_setcsr(before); }
#else
 public:
  FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace skew
