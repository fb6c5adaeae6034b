// Matrix products: a plan makes vectors and batches into calls of gemm.
#include "ops/matmul.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/gemm.h"

namespace skew {
namespace {

// How two shapes multiply. Vectors have become matrices in `a` and `b`.
struct Plan {
  Shape a, b, batch;
  bool one_b;  // b is a single matrix: the rows of all of a's matrices multiply it at once
  Shape y;     // the result's

  Plan(const Shape& left, const Shape& right) {
    if (left.rank() < 1 || right.rank() < 1)
      throw ShapeError(
          text("matmul: expected operands of rank ≥ 1, got ", left, " and ", right, "; use mul for scalars"));
    a = left.rank() == 1 ? Shape{1, left[0]} : left;
    b = right.rank() == 1 ? Shape{right[0], 1} : right;
    if (a[a.rank() - 1] != b[b.rank() - 2])
      throw ShapeError(text("matmul: expected equal inner lengths, got ", left, " and ", right, "; transpose one?"));
    const Shape batch_a(std::span(a.begin(), size_t(a.rank() - 2))),
        batch_b(std::span(b.begin(), size_t(b.rank() - 2)));
    batch = broadcast(batch_a, batch_b, "matmul");
    one_b = batch_b.count() == 1 && batch == batch_a;
    std::vector<ptrdiff_t> lengths(batch.begin(), batch.end());
    if (left.rank() > 1) lengths.push_back(rows());
    if (right.rank() > 1) lengths.push_back(columns());
    y = Shape(lengths);
  }
  ptrdiff_t rows() const { return a[a.rank() - 2]; }
  ptrdiff_t inner() const { return a[a.rank() - 1]; }
  ptrdiff_t columns() const { return b[b.rank() - 1]; }
};

// t, of shape s, as one matrix for each of the batch.
Tensor matrices(const Tensor& t, const Shape& s, const Shape& batch) {
  const Shape stack{batch.count(), s[s.rank() - 2], s[s.rank() - 1]};
  return s.count() == stack.count() ? t.view(stack) : expand_matrices(t.device(), t.view(s), batch);
}

// The way back: the gradient of matrices(), in `shape` (which may be a vector's).
Tensor collapse(const Tensor& dy, const Shape& s, const Shape& batch, const Shape& shape) {
  return (s.count() == dy.count() ? dy : sum_matrices(dy.device(), dy, batch, s)).view(shape);
}

struct MatmulOp : Op {
  std::string_view name() const override { return "matmul"; }
  Shape shape(Inputs in) const override { return Plan(in[0].shape(), in[1].shape()).y; }

  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[0]);
    saved.keep(in[1]);
    const Plan p(in[0].shape(), in[1].shape());
    const Device device = in[0].device();
    if (p.one_b) {
      const Tensor a = in[0].view({p.batch.count() * p.rows(), p.inner()}), b = in[1].view({p.inner(), p.columns()});
      return gemm(device, a, b, {}, {}).view(p.y);
    }
    return gemm(device, matrices(in[0], p.a, p.batch), matrices(in[1], p.b, p.batch), {}, {}).view(p.y);
  }

  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Plan p(saved.shapes[0], saved.shapes[1]);
    const Device device = dy.device();
    Tensors grads(2);
    if (p.one_b) {
      const Shape all{p.batch.count() * p.rows(), p.inner()};
      const Tensor dys = dy.view({all[0], p.columns()});
      if (needs[0])
        grads[0] =
            gemm(device, dys, saved[1].view({p.inner(), p.columns()}), {}, {.transpose_b = true}).view(saved.shapes[0]);
      if (needs[1]) grads[1] = gemm(device, saved[0].view(all), dys, {}, {.transpose_a = true}).view(saved.shapes[1]);
      return grads;
    }
    const Tensor dys = dy.view({p.batch.count(), p.rows(), p.columns()});
    if (needs[0])
      grads[0] = collapse(gemm(device, dys, matrices(saved[1], p.b, p.batch), {}, {.transpose_b = true}), p.a, p.batch,
                          saved.shapes[0]);
    if (needs[1])
      grads[1] = collapse(gemm(device, matrices(saved[0], p.a, p.batch), dys, {}, {.transpose_a = true}), p.b, p.batch,
                          saved.shapes[1]);
    return grads;
  }
};

const bool matmul_registered = register_op(
    {.name = "matmul",
     .doc = "Products of matrices; the axes before the last two broadcast, vectors count as a row or a column.",
     .formula = "y[…,m,n] = Σ_k a[…,m,k] · b[…,k,n]",
     .source = "Cayley, A memoir on the theory of matrices, 1858",
     .back = {{"a", "g @ bᵀ"}, {"b", "aᵀ @ g"}},
     .slots = {&gemm, &expand_matrices, &sum_matrices},
     .differentiable = {"a", "b"},
     .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
       args.only("matmul", {});
       return {{"y", matmul(input(in, "a", "matmul"), input(in, "b", "matmul"))}};
     }});

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) { return apply(MatmulOp{}, {a, b}); }

}  // namespace skew
