// Products of matrices of whole numbers, which are exact in any order: lengths around the tiles of libraries, batches,
// and the transposed products of the way back.
#include "apps/selftest/section.h"
#include "core/backward.h"
#include "core/device_library.h"
#include "ops/linear.h"
#include "ops/matmul.h"
#include "ops/reduce.h"

namespace skew::selftest {
namespace {

struct Product {
  ptrdiff_t batch, m, k, n;
};

struct Gradients {
  std::vector<double> y, da, db;
};

Gradients product(Device device, const Product& p) {
  const auto tensor = [&](ptrdiff_t rows, ptrdiff_t columns, uint64_t seed) {
    const Shape shape = p.batch > 1 ? Shape{p.batch, rows, columns} : Shape{rows, columns};
    Tensor t = Tensor::from(whole_numbers(size_t(shape.count()), 3, seed), shape, device);
    return t.set_requires_grad();
  };
  const Tensor a = tensor(p.m, p.k, 1), b = tensor(p.k, p.n, 2);
  const Tensor y = matmul(a, b);
  const std::vector<float> dy = whole_numbers(size_t(y.count()), 2, 3);
  backward(y, Tensor::from(dy, y.shape(), device));
  return {y.detach().doubles(), a.grad().doubles(), b.grad().doubles()};
}

void compare(Section& s, const Product& p, const char* mode) {
  // the cpu's sums of whole numbers are exact, too, and the reference's loops slow
  const Device oracle = p.m * p.k * p.n > 1 << 20 && s.device != Device::cpu ? Device::cpu : Device::reference;
  const Gradients here = product(s.device, p), truth = product(oracle, p);
  const double off[] = {largest_difference(here.y, truth.y), largest_difference(here.da, truth.da),
                        largest_difference(here.db, truth.db)};
  const char* names[] = {"y", "da", "db"};
  for (int k = 0; k < 3; ++k)
    s.check(off[k] == 0, names[k], " of ", p.batch, " times ", p.m, "×", p.k, " · ", p.k, "×", p.n, mode, ": off by ",
            off[k]);
}

}  // namespace

void gemm(Section& s) {
  std::vector<Product> products = {{1, 1, 1, 1},    {1, 1, 7, 1},    {1, 5, 1, 3},    {1, 17, 33, 9},
                                   {3, 16, 16, 16}, {2, 31, 65, 63}, {5, 64, 32, 14}, {1, 65, 129, 33}};
  if (!s.toy)
    for (const Product& large : {Product{1, 512, 513, 511},
                                 {1, 1024, 1024, 1024},
                                 {1, 4096, 64, 4097},
                                 {64, 128, 65, 127},
                                 {1, 32, 25088, 1000}})
      products.push_back(large);
  for (const Product& p : products) compare(s, p, "");
  if (!s.tf32) return;
  use_tf32(s.device, true);
  for (const Product& p : products) compare(s, p, ", TF32");
  use_tf32(s.device, false);
}

}  // namespace skew::selftest
