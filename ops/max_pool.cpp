// Maximum pooling as an op: it keeps where each maximum was, for the way back.
#include "ops/max_pool.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

// `all`: one window over the whole image, and (N, C) out.
struct MaxPoolOp : Op {
  PoolArgs args;
  bool all;
  MaxPoolOp(const PoolArgs& args, bool all) : args(args), all(all) {}

  std::string_view name() const override { return all ? "global_max_pool" : "max_pool"; }
  Reads reads() const override { return Reads::any; }

  Shape shape(Inputs in) const override {
    const Shape y = pool_shape(all ? "global_max_pool" : "max_pool", in[0].shape(), args);
    return all ? Shape{y[0], y[1]} : y;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    MaxPoolResult r = max_pool_forward(in[0].device(), in[0], args, saved.recording());
    saved.keep(in[0]);
    saved.extra = std::move(r.workspace);
    return all ? r.y.view(shape(in)) : r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Tensor dys = all ? dy.view({dy.shape()[0], dy.shape()[1], 1, 1}) : dy;
    return {max_pool_backward(dy.device(), dys, saved[0], saved.extra, args)};
  }
};

std::vector<Sample> samples() {
  using L = std::vector<double>;
  auto c = [](Shape x, L kernel, L stride, L padding = {0, 0}, L dilation = {1, 1}, bool ceil_mode = false) {
    return Sample{{{"x", x, Fill::apart}},
                  {{"kernel", kernel},
                   {"stride", stride},
                   {"padding", padding},
                   {"dilation", dilation},
                   {"ceil_mode", ceil_mode}}};
  };
  const L one = {1, 1}, two = {2, 2}, three = {3, 3}, none = {0, 0};
  return {c({2, 3, 8, 8}, two, two),
          c({2, 3, 8, 8}, three, two, one),
          c({1, 4, 7, 9}, three, two, one),
          c({1, 2, 7, 7}, two, two, none, one, true),
          c({1, 2, 8, 8}, three, two, none, one, true),
          c({1, 3, 6, 6}, three, one, one),
          c({1, 2, 9, 9}, three, two, none, two),
          c({2, 2, 6, 7}, {1, 3}, {1, 2}, {0, 1}),
          c({1, 2, 4, 4}, {4, 4}, {4, 4}),
          c({1, 1, 1, 1}, one, one),
          c({1, 3, 5, 5}, two, three, none, one, true),
          c({0, 3, 6, 6}, two, two),
          c({1, 1, 7, 7}, three, two, one, two),
          c({2, 1, 6, 5}, two, three, one, one, true)};
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
    list.push_back({{{"x", x, Fill::apart}}, {}});
  return list;
}

const bool rows = [] {
  register_op(
      {.name = "max_pool",
       .doc = "The largest value of each window; the gradient goes to the first such in row order.",
       .formula = "y[n,c,i,j] = max_{p,q} x[n, c, i·s + p·d − pad, j·s + q·d − pad]",
       .source = "Riesenhuber and Poggio, Nature Neuroscience, 1999",
       .slots = {&max_pool_forward, &max_pool_backward},
       .differentiable = {"x"},
       .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
         args.only("max_pool", {"kernel", "stride", "padding", "dilation", "ceil_mode"});
         return {{"y", max_pool(input(in, "x", "max_pool"), pool_args(args, "max_pool"))}};
       },
       .samples = samples(),
       .refused = {
           {{{"x", {1, 1, 6, 6}}}, {{"kernel", std::vector{3., 3.}}, {"padding", std::vector{2., 2.}}}},
           {{{"x", {1, 1, 2, 2}}}, {{"kernel", std::vector{3., 3.}}}},
           {{{"x", {1, 1, 3, 3}}},
            {{"kernel", std::vector{2., 2.}}, {"padding", std::vector{1., 1.}}, {"dilation", std::vector{4., 4.}}}},
           {{{"x", {1, 1, 6, 6}}}, {}}}});
  register_op({.name = "global_max_pool",
               .doc = "The largest value of each channel.",
               .formula = "y[n,c] = max_{i,j} x[n,c,i,j]",
               .source = "Oquab et al., CVPR 2015",
               .slots = {&max_pool_forward, &max_pool_backward},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("global_max_pool", {});
                 return {{"y", global_max_pool(input(in, "x", "global_max_pool"))}};
               },
               .samples = global_samples(),
               .refused = {{{{"x", {2, 3, 0, 4}}}, {}}, {{{"x", {2, 3}}}, {}}}});
  return true;
}();

}  // namespace

Tensor max_pool(const Tensor& x, const PoolArgs& args) { return apply(MaxPoolOp{args, false}, {x}); }

Tensor global_max_pool(const Tensor& x) {
  return apply(MaxPoolOp{whole_image("global_max_pool", x.shape()), true}, {x});
}

}  // namespace skew
