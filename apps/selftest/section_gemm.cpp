// Products of matrices of whole numbers, which are exact in any order, and of normal ones, which show a rounded input:
// lengths around the tiles of libraries, batches, and the transposed products of the way back.
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

using MakeNumbers = std::vector<float> (*)(size_t count, uint64_t seed);
std::vector<float> small_whole_numbers(size_t count, uint64_t seed) { return whole_numbers(count, 3, seed); }

Gradients product(Device device, const Product& p, MakeNumbers make) {
  const auto tensor = [&](ptrdiff_t rows, ptrdiff_t columns, uint64_t seed) {
    const Shape shape = p.batch > 1 ? Shape{p.batch, rows, columns} : Shape{rows, columns};
    Tensor t = Tensor::from(make(size_t(shape.count()), seed), shape, device);
    return t.set_requires_grad();
  };
  const Tensor a = tensor(p.m, p.k, 1), b = tensor(p.k, p.n, 2);
  const Tensor y = matmul(a, b);
  const std::vector<float> dy = make(size_t(y.count()), 3);
  backward(y, Tensor::from(dy, y.shape(), device));
  return {y.detach().doubles(), a.grad().doubles(), b.grad().doubles()};
}

std::string words(const Product& p, bool tf32) {
  return text(" of ", p.batch, " times ", p.m, "×", p.k, " · ", p.k, "×", p.n, tf32 ? ", TF32" : "");
}

struct Part {
  const char* name;
  std::vector<double> Gradients::*numbers;
  ptrdiff_t Product::*sum;  // of how many products each number is the sum
};
constexpr Part all_parts[] = {
    {"y", &Gradients::y, &Product::k}, {"da", &Gradients::da, &Product::n}, {"db", &Gradients::db, &Product::m}};

// Whole numbers are exact. Normal ones tell strict float, TF32 and shorter types apart, a large one fp16.
void compare(Section& s, const Product& p, bool tf32) {
  // the cpu's sums of whole numbers are exact, too, and the reference's loops slow
  const Device oracle = p.m * p.k * p.n > 1 << 20 && s.device != Device::cpu ? Device::cpu : Device::reference;
  const Gradients whole = product(s.device, p, small_whole_numbers), sums = product(oracle, p, small_whole_numbers);
  const Gradients normal = product(s.device, p, normal_numbers), truth = product(oracle, p, normal_numbers);
  const Gradients large = product(s.device, p, with_a_large_one);
  for (const auto& [name, numbers, sum] : all_parts) {
    const double off = largest_difference(whole.*numbers, sums.*numbers);
    s.check(off == 0, name, words(p, tf32), ": off by ", off);
    s.check(all_finite(large.*numbers), name, words(p, tf32), ": one input of 1e5 made infinities; is fp16 used?");
    constexpr size_t enough = 500;  // numbers, for a mean
    const double size = std::sqrt(double(p.*sum)), largest = largest_difference(normal.*numbers, truth.*numbers) / size;
    if (!tf32) {
      s.check(largest <= strict_largest(double(p.*sum)), name, words(p, tf32), ": normal numbers are off by ", largest,
              " of their size; are the inputs rounded?");
    } else if ((truth.*numbers).size() >= enough) {
      const double rms = rms_difference(normal.*numbers, truth.*numbers) / size;
      s.check(rms <= rounded_rms, name, words(p, tf32), ": normal numbers are off by ", rms,
              " of their size at the root mean square; is bf16 used?");
    }
  }
}

void compare_all(Section& s, const std::vector<Product>& products, bool tf32) {
  for (const Product& p : products) {
    if (s.late()) return s.cut("products from the one" + words(p, tf32) + " on");
    compare(s, p, tf32);
  }
}

}  // namespace

void gemm(Section& s) {
  std::vector<Product> products = {{1, 1, 1, 1},    {1, 1, 7, 1},    {1, 5, 1, 3},    {1, 17, 33, 9},
                                   {3, 16, 16, 16}, {2, 31, 65, 63}, {5, 64, 32, 14}, {1, 65, 129, 33}};
  if (!s.toy && s.device != Device::cpu)  // whose oracle, the reference's loops, takes a minute
    for (const Product& large : {Product{1, 512, 513, 511},
                                 {1, 1024, 1024, 1024},
                                 {1, 4096, 64, 4097},
                                 {64, 128, 65, 127},
                                 {1, 32, 25088, 1000}})
      products.push_back(large);
  compare_all(s, products, false);
  if (!s.tf32) return;
  use_tf32(s.device, true);
  compare_all(s, products, true);
  use_tf32(s.device, false);
}

}  // namespace skew::selftest
