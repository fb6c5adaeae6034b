// cuBLAS behind one function. Strict float unless TF32 is asked for (precision.h), and a workspace of
// our own, so that equal runs give equal bits.
#pragma once
#include <cstddef>

namespace skew::gpu {

// A row-major matrix as it is stored: rows `leading` elements apart, the next one of the batch `stride` further.
struct Matrix {
  float* first;
  ptrdiff_t leading, stride = 0;
  bool transpose = false;  // an operand counts as its transpose
};
inline Matrix operand(const float* first, ptrdiff_t leading, bool transpose, ptrdiff_t stride = 0) {
  return {const_cast<float*>(first), leading, stride, transpose};  // it is read alone
}

// y = a·b + beta·y for each of `batch` matrices: y (m, n), a counts as (m, k), b as (k, n). All lengths ≥ 1. With beta
// 0 what lies in y is not read. Throws DeviceError naming `op`.
void multiply(const char* op, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const Matrix& a, const Matrix& b, float beta,
              const Matrix& y, ptrdiff_t batch = 1);

}  // namespace skew::gpu
