// Reshape and its kin: rules for the new shape; forward and backward are views, so there is no kernel.
// Rows of the registry first, then the shape rules.
#include "ops/reshape.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

struct ReshapeOp : Op {
  const char* op;
  Shape result;
  ReshapeOp(const char* op, const Shape& result) : op(op), result(result) {}

  std::string_view name() const override { return op; }
  Shape shape(Inputs) const override { return result; }
  Tensor forward(Inputs in, Saved&) const override { return in[0].view(result); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {dy.view(saved.shapes[0])};
  }
};

Tensor with_shape(const char* op, const Tensor& x, const std::vector<ptrdiff_t>& lengths) {
  return apply(ReshapeOp(op, Shape(lengths)), {x});
}

std::vector<ptrdiff_t> lengths_of(const Tensor& x) { return {x.shape().begin(), x.shape().end()}; }

// A row of an op with one whole-number argument.
bool register_at_axis(const char* name, const char* doc, const char* formula, const char* source, const char* argument,
                      ptrdiff_t otherwise, Tensor (*op)(const Tensor&, ptrdiff_t)) {
  std::vector<FieldInfo> arguments = field_list(AxisArg{otherwise});
  arguments[0].name = argument;
  return register_op({.name = name,
                      .doc = doc,
                      .formula = formula,
                      .source = source,
                      .back = {{"x", "g under the shape of x"}},
                      .arguments = std::move(arguments),
                      .run = [=](const NamedTensors& in, const Args& args) -> NamedTensors {
                        args.only(name, {argument});
                        return {{"y", op(input(in, "x", name), args.integer(argument, otherwise))}};
                      }});
}

const bool reshape_registered =
    register_op({.name = "reshape",
                 .doc = "The same elements under another shape; one length may be −1.",
                 .formula = "y and x have the same row-major elements",
                 .source = "NumPy, reshape",
                 .back = {{"x", "g under the shape of x"}},
                 .arguments = field_list(ShapeArg{}),
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", reshape(input(in, "x", "reshape"), args.read<ShapeArg>("reshape").shape)}};
                 }}) &&
    register_at_axis("flatten", "All axes from one on as one.", "y[…, i·J + j] = x[…, i, j]", "PyTorch, flatten",
                     "start_axis", 1, flatten) &&
    register_at_axis("squeeze", "Without an axis of length 1.", "y[…, …] = x[…, 0, …]", "NumPy, squeeze", "axis", 0,
                     squeeze) &&
    register_at_axis("unsqueeze", "With a new axis of length 1.", "y[…, 0, …] = x[…, …]", "PyTorch, unsqueeze", "axis",
                     0, unsqueeze);

}  // namespace

Tensor reshape(const Tensor& x, const std::vector<ptrdiff_t>& shape) {
  std::vector<ptrdiff_t> lengths = shape;
  ptrdiff_t known = 1, *open = nullptr;
  for (ptrdiff_t& length : lengths) {
    if (length < -1) throw ShapeError(text("reshape: expected lengths ≥ 0 or −1, got ", length));
    if (length == -1 && open) throw ShapeError("reshape: expected at most one length of −1, got two");
    if (length == -1) open = &length;
    else if (__builtin_mul_overflow(known, length, &known))
      throw ShapeError("reshape: the lengths' product is larger than memory");
  }
  if (open && (known == 0 || x.count() % known))
    throw ShapeError(text("reshape: expected a multiple of ", known, " elements to infer −1 from, got ", x.shape()));
  if (open) *open = x.count() / known, known = x.count();
  if (known != x.count() || lengths.size() > size_t(Shape::max_rank))
    throw ShapeError(text("reshape: expected ", x.count(), " elements of ", x.shape(), " in at most ", Shape::max_rank,
                          " axes, got ", known, " in ", lengths.size()));
  return with_shape("reshape", x, lengths);
}

Tensor flatten(const Tensor& x, ptrdiff_t start_axis) {
  const Shape& s = x.shape();
  if (s.rank() == 0) return with_shape("flatten", x, {1});
  const int start = s.axis(start_axis, "flatten");
  std::vector<ptrdiff_t> lengths(s.begin(), s.begin() + start);
  lengths.push_back(s.count(start, s.rank()));
  return with_shape("flatten", x, lengths);
}

Tensor squeeze(const Tensor& x, ptrdiff_t given) {
  const int axis = x.shape().axis(given, "squeeze");
  if (x.shape()[axis] != 1) throw ShapeError(text("squeeze: expected length 1 at axis ", given, ", got ", x.shape()));
  std::vector<ptrdiff_t> lengths = lengths_of(x);
  lengths.erase(lengths.begin() + axis);
  return with_shape("squeeze", x, lengths);
}

Tensor unsqueeze(const Tensor& x, ptrdiff_t axis) {
  const ptrdiff_t rank = x.shape().rank();
  if (axis < -rank - 1 || axis > rank)
    throw ShapeError(
        text("unsqueeze: expected an axis in ", -rank - 1, "..", rank, " for ", x.shape(), ", got ", axis));
  if (rank == Shape::max_rank)
    throw ShapeError(text("unsqueeze: expected at most ", Shape::max_rank - 1, " axes, got ", x.shape()));
  std::vector<ptrdiff_t> lengths = lengths_of(x);
  lengths.insert(lengths.begin() + (axis < 0 ? axis + rank + 1 : axis), 1);
  return with_shape("unsqueeze", x, lengths);
}

}  // namespace skew
