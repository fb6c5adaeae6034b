// Gather, index_select and embedding: what an index must look like. The indices themselves are checked by the kernels,
// backends/host/gather.cpp.
#include "ops/gather.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

void check_type(const char* op, const Tensor& index) {
  if (index.dtype() != DType::int64) throw DtypeError(text(op, ": expected an index of int64, got ", index.dtype()));
}

struct GatherOp : Op {
  ptrdiff_t axis;
  explicit GatherOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "gather"; }
  Shape shape(Inputs in) const override {
    const Shape &x = in[0].shape(), &index = in[1].shape();
    const int at = x.axis(axis, "gather");
    check_type("gather", in[1]);
    bool fits = index.rank() == x.rank();
    for (int k = 0; fits && k < x.rank(); ++k) fits = k == at || index[k] <= x[k];
    if (!fits)
      throw ShapeError(text("gather: expected an index of rank ", x.rank(), " and, but for axis ", at,
                            ", at most the lengths of ", x, ", got ", index));
    return index;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[1]);
    return gather_forward(in[0].device(), in[0], in[1], in[0].shape().axis(axis, "gather"));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& x = saved.shapes[0];
    return {gather_backward(dy.device(), dy, saved[0], x.axis(axis, "gather"), x), {}};
  }
};

struct IndexSelectOp : Op {
  ptrdiff_t axis;
  explicit IndexSelectOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "index_select"; }
  int at(const Shape& x) const { return x.axis(axis, "index_select"); }
  Shape shape(Inputs in) const override {
    check_type("index_select", in[1]);
    if (in[1].shape().rank() != 1)
      throw ShapeError(text("index_select: expected an index of rank 1, got ", in[1].shape()));
    return in[0].shape().with(at(in[0].shape()), in[1].count());
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[1]);
    const Shape& x = in[0].shape();
    return select_rows(in[0].device(), "index_select", in[0], in[1], along(x, at(x)), shape(in));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& x = saved.shapes[0];
    return {add_rows(dy.device(), dy, saved[0], along(x, at(x)), x, -1), {}};
  }
};

struct EmbeddingOp : Op {
  std::optional<ptrdiff_t> padding_index;
  explicit EmbeddingOp(std::optional<ptrdiff_t> padding_index) : padding_index(padding_index) {}

  std::string_view name() const override { return "embedding"; }
  Shape shape(Inputs in) const override {
    check_type("embedding", in[0]);
    const Shape &index = in[0].shape(), &weight = in[1].shape();
    if (weight.rank() != 2) throw ShapeError(text("embedding: expected a weight (words, features), got ", weight));
    if (index.rank() == Shape::max_rank)
      throw ShapeError(text("embedding: expected an index of at most ", Shape::max_rank - 1, " axes, got ", index));
    if (padding_index && (*padding_index < 0 || *padding_index >= weight[0]))
      throw ValueError(text("embedding: expected padding_index in 0..", weight[0] - 1, ", got ", *padding_index));
    std::vector<ptrdiff_t> lengths(index.begin(), index.end());
    lengths.push_back(weight[1]);
    return Shape(lengths);
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[0]);
    return select_rows(in[1].device(), "embedding", in[1], in[0], along(in[1].shape(), 0), shape(in));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& weight = saved.shapes[1];
    return {{}, add_rows(dy.device(), dy, saved[0], along(weight, 0), weight, padding_index.value_or(-1))};
  }
};

struct EmbeddingArgs {
  std::optional<ptrdiff_t> padding_index;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("padding_index", self.padding_index, at_least(0), "whose row gets no gradient");
  }
};

const bool gather_registered =
    register_op({.name = "gather",
                 .doc = "Elements along an axis chosen by indices, one index an element.",
                 .formula = "y[…, i, …] = x[…, index[…, i, …], …]",
                 .source = "PyTorch, gather",
                 .back = {{"x", "g added at the place each index chose"}},
                 .inputs = {"x", "index"},
                 .arguments = field_list(AxisArg{}),
                 .slots = {&gather_forward, &gather_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", gather(input(in, "x", "gather"), input(in, "index", "gather"),
                                        args.read<AxisArg>("gather").axis)}};
                 }}) &&
    register_op(
        {.name = "index_select",
         .doc = "Whole slices along an axis chosen by a list of indices.",
         .formula = "y[…, k, …] = x[…, index[k], …]",
         .source = "PyTorch, index_select",
         .back = {{"x", "slices of g added where the indices chose them"}},
         .inputs = {"x", "index"},
         .arguments = field_list(AxisArg{}),
         .slots = {&select_rows, &add_rows},
         .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
           const char* op = "index_select";
           return {{"y", index_select(input(in, "x", op), input(in, "index", op), args.read<AxisArg>(op).axis)}};
         }}) &&
    register_op({.name = "embedding",
                 .doc = "Rows of a table chosen by indices of any shape.",
                 .formula = "y[…, :] = weight[index[…], :]",
                 .source = "Bengio et al., JMLR 2003",
                 .back = {{"weight", "rows of g added where the indices chose them"}},
                 .inputs = {"index", "weight"},
                 .arguments = field_list(EmbeddingArgs{}),
                 .slots = {&select_rows, &add_rows},
                 .differentiable = {"weight"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const char* op = "embedding";
                   return {{"y", embedding(input(in, "index", op), input(in, "weight", op),
                                           args.read<EmbeddingArgs>(op).padding_index)}};
                 }});

}  // namespace

Tensor gather(const Tensor& x, const Tensor& index, ptrdiff_t axis) { return apply(GatherOp(axis), {x, index}); }
Tensor index_select(const Tensor& x, const Tensor& index, ptrdiff_t axis) {
  return apply(IndexSelectOp(axis), {x, index});
}
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<ptrdiff_t> padding_index) {
  return apply(EmbeddingOp(padding_index), {index, weight});
}

}  // namespace skew
