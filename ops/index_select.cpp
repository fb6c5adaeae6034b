// Index_select and embedding: two shape rules over one pair of kernels.
// Kernels: backends/host/index_select.cpp.
#include "ops/index_select.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

void check_type(const char* op, const Tensor& index) {
  if (index.dtype() != DType::int64) throw DtypeError(text(op, ": expected an index of int64, got ", index.dtype()));
}

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
    return Shape(std::span<const ptrdiff_t>(lengths));
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

Sample select(Shape x, ptrdiff_t count, ptrdiff_t below, double axis) {
  return {{{"x", x}, {"index", {count}, Fill::index, below}}, {{"axis", axis}}};
}
Sample embed(Shape index, Shape weight, ptrdiff_t below, ArgValue padding = nullptr) {
  return {{{"index", index, Fill::index, below}, {"weight", weight}}, {{"padding_index", std::move(padding)}}};
}

const bool rows = [] {
  register_op({.name = "index_select",
               .doc = "Whole slices along an axis chosen by a list of indices.",
               .formula = "y[…, k, …] = x[…, index[k], …]",
               .source = "PyTorch, index_select",
               .slots = {&select_rows, &add_rows},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 const char* op = "index_select";
                 args.only(op, {"axis"});
                 return {{"y", index_select(input(in, "x", op), input(in, "index", op), args.integer("axis", 0))}};
               },
               .samples = {select({4, 5}, 3, 5, 1), select({4, 5}, 6, 4, 0), select({2, 3, 4}, 2, 4, 2),
                           select({2, 3, 4}, 5, 3, -2), select({7}, 3, 7, 0), select({1}, 4, 1, 0),
                           select({1, 1}, 1, 1, 1), select({4, 5}, 0, 4, 0), select({0, 3}, 2, 3, 1),
                           select({3, 0}, 2, 3, 0), select({2, 3, 4, 5}, 4, 3, 1), select({5, 2}, 9, 2, -1)},
               .refused = {select({4, 5}, 3, 5, 2),
                           select({3}, 40, 20, 0),
                           {{{"x", {3}}, {"index", {1, 2}, Fill::index, 3}}, {{"axis", 0.}}},
                           {{{"x", {3}}, {"index", {2}, Fill::binary}}, {{"axis", 0.}}}}});
  register_op({.name = "embedding",
               .doc = "Rows of a table chosen by indices of any shape.",
               .formula = "y[…, :] = weight[index[…], :]",
               .source = "Bengio et al., JMLR 2003",
               .slots = {&select_rows, &add_rows},
               .differentiable = {"weight"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 const char* op = "embedding";
                 args.only(op, {"padding_index"});
                 std::optional<ptrdiff_t> padding;
                 if (args.has("padding_index")) padding = args.integer("padding_index", 0);
                 return {{"y", embedding(input(in, "index", op), input(in, "weight", op), padding)}};
               },
               .samples = {embed({5}, {7, 4}, 7), embed({2, 6}, {7, 4}, 7), embed({}, {3, 1}, 3),
                           embed({20}, {3, 2}, 3), embed({1}, {1, 1}, 1), embed({0}, {3, 2}, 3),
                           embed({2, 0}, {3, 2}, 3), embed({4}, {3, 0}, 3), embed({2, 3, 2}, {5, 3}, 5),
                           embed({1, 1}, {4, 2}, 4), embed({6}, {6, 1}, 6), embed({3, 3}, {2, 5}, 2)},
               .refused = {embed({40}, {3, 2}, 20),
                           embed({2}, {3}, 3),
                           embed({2}, {3, 2}, 3, 3.),
                           {{{"index", {2}, Fill::binary}, {"weight", {3, 2}}}, {}}}});
  return true;
}();

}  // namespace

Tensor index_select(const Tensor& x, const Tensor& index, ptrdiff_t axis) {
  return apply(IndexSelectOp(axis), {x, index});
}
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<ptrdiff_t> padding_index) {
  return apply(EmbeddingOp(padding_index), {index, weight});
}

}  // namespace skew
