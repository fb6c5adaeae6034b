// A strict double of the part of cuBLAS that backends/cuda/blas.cpp calls: types, leading dimensions and extents are
// checked, the sums are plain loops in double on the emulated stream.
#include <cublas_v2.h>

#include <algorithm>
#include <cmath>

#include "tests/emulation/control.h"
#include "tests/emulation/grid.h"

namespace {

struct Handle {
  cudaStream_t stream = nullptr;
  bool has_workspace = false;
};
Handle* of(cublasHandle_t handle) { return reinterpret_cast<Handle*>(handle); }

// A column-major matrix of a batch, of which `rows` × `columns` are touched.
void check_extent(const char* which, const void* first, int64_t rows, int64_t columns, int64_t leading, int64_t stride,
                  int64_t batch) {
  if (leading < std::max<int64_t>(1, rows))
    throw emu::Fault(std::string("cuBLAS: ") + which + ": leading dimension " + std::to_string(leading) + " < " +
                     std::to_string(rows) + " rows");
  const int64_t last = (batch - 1) * stride + (columns - 1) * leading + rows;
  if (emu::device_extent(first) < size_t(last) * sizeof(float))
    throw emu::Fault(std::string("cuBLAS: ") + which + " has " + std::to_string(emu::device_extent(first)) +
                     " bytes of device memory, the product needs " + std::to_string(size_t(last) * sizeof(float)));
}

}  // namespace

extern "C" {

cublasStatus_t cublasGetProperty(libraryPropertyType type, int* value) {
  const int patch = emu::control.cublas_patch;
  const int version[] = {CUBLAS_VER_MAJOR, CUBLAS_VER_MINOR, patch < 0 ? CUBLAS_VER_PATCH : patch};
  *value = version[type];
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  if (emu::finds_no_memory()) return CUBLAS_STATUS_ALLOC_FAILED;
  *handle = reinterpret_cast<cublasHandle_t>(new Handle);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  of(handle)->stream = stream;
  of(handle)->has_workspace = false;  // as the real one: a new stream forgets it
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  if (emu::device_extent(workspace) < bytes) return CUBLAS_STATUS_INVALID_VALUE;
  of(handle)->has_workspace = true;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t mode) {
  return mode == CUBLAS_DEFAULT_MATH ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}
const char* cublasGetStatusString(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "CUBLAS_STATUS_UNKNOWN";
  }
}

cublasStatus_t cublasGemmStridedBatchedEx_64(cublasHandle_t handle, cublasOperation_t transpose_a,
                                             cublasOperation_t transpose_b, int64_t m, int64_t n, int64_t k,
                                             const void* alpha, const void* a, cudaDataType type_a, int64_t lda,
                                             long long stride_a, const void* b, cudaDataType type_b, int64_t ldb,
                                             long long stride_b, const void* beta, void* c, cudaDataType type_c,
                                             int64_t ldc, long long stride_c, int64_t batch,
                                             cublasComputeType_t compute, cublasGemmAlgo_t) {
  if (const cudaError_t error = emu::planted(cudaErrorUnknown))
    return error == cudaErrorMemoryAllocation ? CUBLAS_STATUS_ALLOC_FAILED : CUBLAS_STATUS_EXECUTION_FAILED;
  if (m < 0 || n < 0 || k < 0 || batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
  if (type_a != CUDA_R_32F || type_b != CUDA_R_32F || type_c != CUDA_R_32F ||
      (compute != CUBLAS_COMPUTE_32F && compute != CUBLAS_COMPUTE_32F_FAST_TF32))
    return CUBLAS_STATUS_NOT_SUPPORTED;
  if (!of(handle)->has_workspace) throw emu::Fault("cuBLAS: no workspace was set, so it would allocate");
  const bool ta = transpose_a == CUBLAS_OP_T, tb = transpose_b == CUBLAS_OP_T;
  check_extent("a", a, ta ? k : m, ta ? m : k, lda, stride_a, batch);
  check_extent("b", b, tb ? n : k, tb ? k : n, ldb, stride_b, batch);
  check_extent("c", c, m, n, ldc, stride_c, batch);
  if (batch > 1 && stride_c < ldc * (n - 1) + m) throw emu::Fault("cuBLAS: the results of a batch overlap");
  const float factor = *static_cast<const float*>(alpha), keep = *static_cast<const float*>(beta);
  const float *const as = static_cast<const float*>(a), *const bs = static_cast<const float*>(b);
  float* const cs = static_cast<float*>(c);
  ++emu::control.library_calls;
  emu::enqueue(of(handle)->stream, [=] {
    for (int64_t i = 0; i < batch; ++i)
      for (int64_t column = 0; column < n; ++column)
        for (int64_t row = 0; row < m; ++row) {
          double sum = 0;
          for (int64_t j = 0; j < k; ++j)
            sum += double(emu::as_input(as[i * stride_a + (ta ? row * lda + j : j * lda + row)])) *
                   double(emu::as_input(bs[i * stride_b + (tb ? j * ldb + column : column * ldb + j)]));
          float& out = cs[i * stride_c + column * ldc + row];
          out = float(factor * sum + (keep != 0 ? keep * double(out) : 0));  // for 0 what lies there is not read
        }
  });
  return CUBLAS_STATUS_SUCCESS;
}
}
