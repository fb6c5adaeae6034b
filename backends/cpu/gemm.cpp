// Matrix products through oneDNN's matmul, which is twice as fast as the distribution's BLAS. A transposed operand is
// the same memory with its strides exchanged; nothing is copied. Naive twin: backends/reference/gemm.cpp.
#include "ops/gemm.h"

#include "backends/cpu/onednn.h"

namespace skew {
namespace {

using namespace onednn;

// The last two axes exchanged or not, as oneDNN sees them.
Md operand(const Tensor& t, bool transpose) {
  Dims dims = dims_of(t.shape()), strides = row_major_strides(dims);
  const size_t rank = dims.size();
  if (transpose) {
    std::swap(dims[rank - 1], dims[rank - 2]);
    std::swap(strides[rank - 1], strides[rank - 2]);
  }
  return Md(dims, type_of(t.dtype()), strides);
}

Tensor multiply(const Tensor& a, const Tensor& b, const Tensor& bias, const GemmArgs& args) {
  const Md left = operand(a, args.transpose_a), right = operand(b, args.transpose_b);
  const int rank = a.shape().rank();
  const ptrdiff_t rows = a.shape()[args.transpose_a ? rank - 1 : rank - 2];
  const ptrdiff_t columns = b.shape()[args.transpose_b ? rank - 2 : rank - 1];
  const ptrdiff_t inner = a.shape()[args.transpose_a ? rank - 2 : rank - 1];
  const Shape shape = rank == 3 ? Shape{a.shape()[0], rows, columns} : Shape{rows, columns};
  Tensor y = Tensor::empty(shape, a.dtype());
  if (shape.count() == 0) return y;
  if (inner == 0) {  // an empty sum: the bias, or zero
    y = Tensor::zeros(shape, a.dtype());
    for (ptrdiff_t i = 0; bias.defined() && i < y.count(); ++i) y.fill<float>()[i] = bias.data<float>()[i % columns];
    return y;
  }
  Dims bias_dims(size_t(rank), 1);
  bias_dims.back() = columns;
  const Type type = type_of(a.dtype());
  const Md out = plain(dims_of(shape), type), offset = bias.defined() ? plain(bias_dims, type) : Md();
  const bool small = rows * columns * inner <= ptrdiff_t(1) << 21;  // multiplications: 50 µs
  const SerialScope alone(small && shape.count() == rows * columns);
  const auto& product = held<dnnl::matmul::primitive_desc>(Key("gemm", left, right, bias.defined()), [&] {
    return bias.defined() ? make_pd<dnnl::matmul>("gemm", left, right, offset, out)
                          : make_pd<dnnl::matmul>("gemm", left, right, out);
  });
  Arguments arguments = {
      {DNNL_ARG_SRC, memory_of(a, left)}, {DNNL_ARG_WEIGHTS, memory_of(b, right)}, {DNNL_ARG_DST, memory_of(y, out)}};
  if (bias.defined()) arguments.emplace(DNNL_ARG_BIAS, memory_of(bias, offset));
  run("gemm", product.primitive, product.pd.scratchpad_desc(), std::move(arguments));
  return y;
}

const bool filled = gemm.set(Device::cpu, multiply);

}  // namespace
}  // namespace skew
