// The one place that calls cuBLAS. Its matrices are column-major: a row-major y = a·b is its yᵀ = bᵀ·aᵀ.
#include "backends/cuda/blas.h"

#include <cublas_v2.h>

#include <mutex>

#include "backends/cuda/elements.h"
#include "backends/cuda/precision.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

bool is_short_of_memory(cublasStatus_t status) { return status == CUBLAS_STATUS_ALLOC_FAILED; }
// cublasCreate says NOT_INITIALIZED where its own first kernels find no memory.
bool may_be_short_of_memory(cublasStatus_t status) {
  return is_short_of_memory(status) || status == CUBLAS_STATUS_NOT_INITIALIZED;
}

void check_blas(cublasStatus_t status, const char* op, const std::string& sizes = {}) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  check_behind(op);
  const std::string sentence = text(op, ": cuBLAS says ", cublasGetStatusString(status), sizes);
  if (is_short_of_memory(status)) throw MemoryError(sentence + "; use a smaller batch or image size");
  throw DeviceError(sentence);
}

struct Blas {
  cublasHandle_t handle = nullptr;
  Storage workspace{size_t(32) << 20, Device::cuda};  // as much as cuBLAS asks for on Hopper
  std::mutex mutex;

  Blas() {
    check_blas(with_room([this] { return cublasCreate(&handle); }, may_be_short_of_memory), "gemm");
    check_blas(cublasSetStream(handle, stream()), "gemm");
    check_blas(cublasSetWorkspace(handle, workspace.address(), workspace.bytes()), "gemm");
    check_blas(cublasSetMathMode(handle, CUBLAS_DEFAULT_MATH), "gemm");
  }
};

}  // namespace

void multiply(const char* op, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const Matrix& a, const Matrix& b, float beta,
              const Matrix& y, ptrdiff_t batch) {
  check_alive(op);
  static Blas* const blas = new Blas;  // never destroyed: the driver may be gone at the end of a program
  const std::lock_guard lock(blas->mutex);
  const float one = 1;
  const cublasComputeType_t compute = tf32_allowed ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
  const auto flag = [](const Matrix& matrix) { return matrix.transpose ? CUBLAS_OP_T : CUBLAS_OP_N; };
  const auto queue = [&] {
    return cublasGemmStridedBatchedEx_64(blas->handle, flag(b), flag(a), n, m, k, &one, b.first, CUDA_R_32F, b.leading,
                                         b.stride, a.first, CUDA_R_32F, a.leading, a.stride, &beta, y.first, CUDA_R_32F,
                                         y.leading, y.stride, batch, compute, CUBLAS_GEMM_DEFAULT);
  };
  const cublasStatus_t status = with_room(queue, is_short_of_memory);
  check_blas(status, op, text(" (", batch, " products of ", m, "×", k, " and ", k, "×", n, ")"));
}

}  // namespace skew::gpu
