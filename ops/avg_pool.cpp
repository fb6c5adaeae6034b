// Average pooling as an op: shapes, slots, and the gradient through the kernel's own backward.
#include "ops/avg_pool.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

// `all`: one window over the whole image, and (N, C) out.
struct AvgPoolOp : Op {
  PoolArgs args;
  bool all;
  AvgPoolOp(const PoolArgs& args, bool all) : args(args), all(all) {}

  std::string_view name() const override { return all ? "global_avg_pool" : "avg_pool"; }
  Reads reads() const override { return Reads::any; }

  Shape shape(Inputs in) const override {
    if (args.dilation.h != 1 || args.dilation.w != 1)
      throw ValueError("avg_pool: expected no dilation; use conv2d for that");
    const Shape y = pool_shape(all ? "global_avg_pool" : "avg_pool", in[0].shape(), args);
    return all ? Shape{y[0], y[1]} : y;
  }
  Tensor forward(Inputs in, Saved&) const override {
    const Tensor y = avg_pool_forward(in[0].device(), in[0], args);
    return all ? y.view(shape(in)) : y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Tensor dys = all ? dy.view({dy.shape()[0], dy.shape()[1], 1, 1}) : dy;
    return {avg_pool_backward(dy.device(), dys, saved.shapes[0], args)};
  }
};

struct AdaptiveAvgPoolOp : Op {
  Pair output;
  explicit AdaptiveAvgPoolOp(Pair output) : output(output) {}

  std::string_view name() const override { return "adaptive_avg_pool"; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() != 4 || x[2] < 1 || x[3] < 1)
      throw ShapeError(text("adaptive_avg_pool: expected x (N, C, H, W) with an image of at least 1×1, got ", x));
    if (output.h < 1 || output.w < 1)
      throw ValueError(text("adaptive_avg_pool: expected an output of at least 1×1, got ", output.h, "×", output.w));
    return {x[0], x[1], output.h, output.w};
  }
  Tensor forward(Inputs in, Saved&) const override { return adaptive_avg_pool_forward(in[0].device(), in[0], output); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {adaptive_avg_pool_backward(dy.device(), dy, saved.shapes[0], output)};
  }
};

using L = std::vector<double>;

std::vector<Sample> samples() {
  auto c = [](Shape x, L kernel, L stride, L padding = {0, 0}, bool ceil_mode = false, bool include = true) {
    return Sample{{{"x", x}},
                  {{"kernel", kernel},
                   {"stride", stride},
                   {"padding", padding},
                   {"ceil_mode", ceil_mode},
                   {"count_include_pad", include}}};
  };
  const L one = {1, 1}, two = {2, 2}, three = {3, 3}, none = {0, 0};
  return {c({2, 3, 8, 8}, two, two),
          c({2, 3, 8, 8}, three, two, one),
          c({2, 3, 8, 8}, three, two, one, false, false),
          c({1, 2, 7, 7}, two, two, none, true),
          c({1, 2, 8, 8}, three, two, one, true),
          c({1, 2, 8, 8}, three, two, one, true, false),
          c({1, 3, 5, 7}, {2, 3}, {1, 2}, {1, 0}),
          c({1, 2, 4, 4}, {4, 4}, {4, 4}),
          c({1, 2, 6, 6}, three, one, one, false, false),
          c({1, 1, 1, 1}, one, one),
          c({1, 2, 8, 8}, three, three, one, true),
          c({0, 2, 4, 4}, two, two),
          c({1, 2, 6, 5}, two, three, one, true)};
}

std::vector<Sample> adaptive_samples() {
  auto c = [](Shape x, L output) { return Sample{{{"x", x}}, {{"output", output}}}; };
  return {c({2, 3, 8, 8}, {1, 1}), c({2, 3, 7, 5}, {3, 2}),  c({1, 4, 6, 6}, {6, 6}), c({1, 2, 5, 5}, {7, 7}),
          c({1, 2, 9, 4}, {2, 4}), c({1, 2, 1, 1}, {1, 1}),  c({0, 2, 4, 4}, {2, 2}), c({1, 1, 1, 1}, {3, 2}),
          c({1, 3, 7, 7}, {2, 5}), c({3, 1, 10, 3}, {4, 1}), c({2, 2, 6, 8}, {3, 4}), c({1, 5, 4, 4}, {3, 3})};
}

std::vector<Sample> global_samples() {
  std::vector<Sample> list;
  for (const Shape& x : std::vector<Shape>{{2, 3, 5, 7},
                                           {1, 1, 1, 1},
                                           {1, 17, 4, 4},
                                           {0, 3, 4, 4},
                                           {2, 2, 1, 6},
                                           {2, 2, 6, 1},
                                           {1, 2, 7, 7},
                                           {3, 1, 2, 2},
                                           {2, 16, 3, 3},
                                           {4, 5, 2, 3},
                                           {1, 8, 5, 4},
                                           {5, 1, 3, 1}})
    list.push_back({{{"x", x}}, {}});
  return list;
}

const bool rows = [] {
  register_op({.name = "avg_pool",
               .doc = "The mean of each window, with or without counting the padding.",
               .formula = "y[n,c,i,j] = Σ_{p,q} x[n, c, i·s + p − pad, j·s + q − pad] / d(i,j)",
               .source = "LeCun et al., 1989",
               .slots = {&avg_pool_forward, &avg_pool_backward},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("avg_pool", {"kernel", "stride", "padding", "ceil_mode", "count_include_pad"});
                 return {{"y", avg_pool(input(in, "x", "avg_pool"), pool_args(args, "avg_pool"))}};
               },
               .samples = samples(),
               .refused = {{{{"x", {1, 1, 6, 6}}}, {{"kernel", L{3, 3}}, {"padding", L{2, 2}}}},
                           {{{"x", {1, 6, 6}}}, {{"kernel", L{3, 3}}}},
                           {{{"x", {1, 1, 6, 6}}}, {{"kernel", L{3, 3}}, {"stride", L{0, 1}}}}}});
  register_op(
      {.name = "adaptive_avg_pool",
       .doc = "The mean over as many windows as wanted, which tile the image and may overlap by one.",
       .formula = "y[n,c,i,j] = mean of x[n, c, ⌊i·H/h⌋ … ⌈(i+1)·H/h⌉−1, ⌊j·W/w⌋ … ⌈(j+1)·W/w⌉−1]",
       .source = "He et al., Spatial pyramid pooling, arXiv 1406.4729",
       .slots = {&adaptive_avg_pool_forward, &adaptive_avg_pool_backward},
       .differentiable = {"x"},
       .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
         args.only("adaptive_avg_pool", {"output"});
         const Pair output = pair_of(args, "output", "adaptive_avg_pool", 1);
         return {{"y", adaptive_avg_pool(input(in, "x", "adaptive_avg_pool"), output)}};
       },
       .samples = adaptive_samples(),
       .refused = {{{{"x", {1, 2, 4, 4}}}, {{"output", L{0, 2}}}}, {{{"x", {1, 2, 0, 4}}}, {{"output", L{1, 1}}}}}});
  register_op({.name = "global_avg_pool",
               .doc = "The mean of each channel.",
               .formula = "y[n,c] = Σ_{i,j} x[n,c,i,j] / (H·W)",
               .source = "Lin et al., Network in network, arXiv 1312.4400",
               .slots = {&avg_pool_forward, &avg_pool_backward},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("global_avg_pool", {});
                 return {{"y", global_avg_pool(input(in, "x", "global_avg_pool"))}};
               },
               .samples = global_samples(),
               .refused = {{{{"x", {2, 3, 0, 4}}}, {}}, {{{"x", {2, 3}}}, {}}}});
  return true;
}();

}  // namespace

Tensor avg_pool(const Tensor& x, const PoolArgs& args) { return apply(AvgPoolOp{args, false}, {x}); }

Tensor adaptive_avg_pool(const Tensor& x, Pair output) { return apply(AdaptiveAvgPoolOp{output}, {x}); }

Tensor global_avg_pool(const Tensor& x) {
  return apply(AvgPoolOp{whole_image("global_avg_pool", x.shape()), true}, {x});
}

}  // namespace skew
