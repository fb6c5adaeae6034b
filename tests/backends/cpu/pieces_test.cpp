// Convolutions whose batch is cut into pieces for the threads, and batch norms of every order in memory: beside the
// reference, for batches that the number of threads divides and others.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>

#include "core/backward.h"
#include "core/parallel.h"
#include "core/random.h"
#include "ops/batch_norm.h"
#include "ops/conv2d.h"

using namespace skew;

namespace {

struct ThreadCount {
  explicit ThreadCount(int n) { set_threads(n); }
  ~ThreadCount() { set_threads(before); }
  int before = threads();
};

Tensor noise(const Shape& shape) {
  Generator generator(uint64_t(shape.count()));
  std::vector<float> values(static_cast<size_t>(shape.count()));
  for (float& v : values) v = float(generator.uniform() * 3 - 1.4);
  return Tensor::from(values, shape);
}

double worst(const Tensor& a, const Tensor& b) {
  const auto x = a.values<float>(), y = b.values<float>();
  double difference = 0, size = 1;
  for (size_t i = 0; i < x.size(); ++i) {
    difference = std::max(difference, std::abs(double(x[i]) - double(y[i])));
    size = std::max(size, std::abs(double(y[i])));
  }
  return difference / size;
}

// The gradients of f's result with respect to the tensors, on one device.
template <class F> std::vector<Tensor> run_on(Device device, const std::vector<Tensor>& inputs, F f) {
  std::vector<Tensor> leaves;
  for (const Tensor& t : inputs) {
    leaves.push_back(t.detach().to(device));
    leaves.back().set_requires_grad();
  }
  const Tensor y = f(leaves);
  backward(y, y.detach());  // as good as any gradient that differs everywhere
  std::vector<Tensor> out{y.detach().to(Device::cpu)};
  for (const Tensor& leaf : leaves) out.push_back(leaf.grad().to(Device::cpu));
  return out;
}

template <class F> void compare(const std::vector<Tensor>& inputs, F f) {
  const auto fast = run_on(Device::cpu, inputs, f), plain = run_on(Device::reference, inputs, f);
  for (size_t i = 0; i < fast.size(); ++i) {
    CAPTURE(i);
    CHECK(worst(fast[i], plain[i]) < 2e-5);
  }
}

// What f leaves on stderr.
template <class F> std::string said_by(F f) {
  std::fflush(stderr);
  std::FILE* file = std::tmpfile();
  const int before = dup(2);
  dup2(fileno(file), 2);
  f();
  dup2(before, 2);
  close(before);
  std::string said(size_t(std::ftell(file)), ' ');
  std::rewind(file);
  said.resize(std::fread(said.data(), 1, said.size(), file));
  std::fclose(file);
  return said;
}

}  // namespace

TEST_CASE("a batch in pieces convolves to what it is as a whole") {
  for (const int count : {1, 2, 3, 4})
    for (const ptrdiff_t images : {1, 2, 3, 5, 8})
      for (const ptrdiff_t groups : {1, 4})
        for (const ptrdiff_t channels : {3, 8, 16}) {
          if (channels % groups != 0) continue;
          const ThreadCount use(count);
          CAPTURE(count, images, groups, channels);
          const Tensor x = noise({images, channels, 13, 11}), w = noise({2 * channels, channels / groups, 3, 3}),
                       b = noise({2 * channels});
          Conv2dArgs args;
          args.padding = {1, 1, 1, 1};
          args.groups = groups;
          compare({x, w, b}, [&](const std::vector<Tensor>& in) { return conv2d(in[0], in[1], in[2], args); });
        }
}

TEST_CASE("the images that are left over meet no slower implementation than a piece") {
  const ThreadCount use(2);
  for (const ptrdiff_t channels : {1, 3, 16}) {
    CAPTURE(channels);
    const Tensor w = noise({16, channels, 3, 3});
    const auto train = [&](ptrdiff_t images) {
      Conv2dArgs args;
      args.padding = {1, 1, 1, 1};
      run_on(Device::cpu, {noise({images, channels, 17, 19}), w, noise({16})},
             [&](const std::vector<Tensor>& in) { return conv2d(in[0], in[1], in[2], args); });
    };
    train(2);  // pieces of one image and of two: if this machine is slow at them, that has now been said
    train(4);
    CHECK(said_by([&] { train(3); }) == "");
  }
}

TEST_CASE("a piece is held while the shapes that never come back are dropped") {
  const ThreadCount use(2);
  int wrong = 0;
  std::thread([&] {  // whose held primitives begin with none; two are made here for each shape
    const Tensor w = Tensor::full({1, 1, 1, 1}, 2);
    for (ptrdiff_t shape = 0; shape < 2200; ++shape) {
      const Tensor x = Tensor::full({3, 1, 1 + shape / 40, 1 + shape % 40}, 3);
      for (const float y : conv2d(x, w, Tensor(), {}).values<float>()) wrong += y != 6;
    }
  })
      .join();
  CHECK(wrong == 0);
}

TEST_CASE("batch norm takes every order in memory") {
  for (const int count : {1, 2})
    for (const Shape& shape : {Shape{5, 3}, Shape{200, 40}, Shape{7, 5, 9}, Shape{3, 6, 5, 7}, Shape{40, 32, 2, 2},
                               Shape{2, 48, 40, 33}, Shape{1, 16, 70, 70}, Shape{4, 3, 2, 3, 5}})
      for (const bool relu : {false, true})
        for (const bool training : {false, true})
          for (const char* order : {"row_major", "channels_last", "a convolution's"}) {
            if (shape.rank() != 4 && order[0] != 'r') continue;
            const ThreadCount use(count);
            const ptrdiff_t channels = shape[1];
            CAPTURE(count, shape, relu, training, order);
            Tensor x = noise(shape);
            if (order[0] == 'c') x = x.to(Layout::channels_last());
            if (order[0] == 'a') {
              Tensor identity = Tensor::zeros({channels, channels, 1, 1});
              for (ptrdiff_t c = 0; c < channels; ++c) identity.fill<float>()[c * channels + c] = 1;
              x = conv2d(x, identity, Tensor(), {});
            }
            const Tensor mean = noise({channels}), variance = Tensor::full({channels}, 2.5);
            BatchNormArgs args;
            args.relu = relu;
            args.training = training;
            compare({x, noise({channels}), noise({channels})}, [&](const std::vector<Tensor>& in) {
              const Device device = in[0].device();
              return batch_norm(in[0], in[1], in[2], mean.to(device), variance.to(device), args);
            });
          }
}
