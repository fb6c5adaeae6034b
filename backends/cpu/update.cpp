// The updates of optimisers on the cpu: vectorised loops (backends/cpu/vector/update.cpp) over pieces of 32,768
// elements. The pieces do not depend on the number of threads, so neither do sums.
#include "ops/update.h"

#include <vector>

#include "backends/cpu/flush_denormals.h"
#include "backends/cpu/vector/update.h"
#include "core/isa.h"
#include "core/parallel.h"

namespace skew {
namespace {

constexpr ptrdiff_t grain = 1 << 15;

const UpdateLoops& loops() {
  static const UpdateLoops chosen = isa() == Isa::avx512 ? isa_avx512::update_loops()
                                    : isa() == Isa::avx2 ? isa_avx2::update_loops()
                                                         : isa_baseline::update_loops();
  return chosen;
}

// f(begin, end) for pieces of n elements. Denormals are flushed: without a gradient a momentum would decay to one that
// 0.9 rounds back to itself, stay there, and make every later step ten times as long.
template <class F>
void for_pieces(ptrdiff_t n, F&& f, bool flushes = true) {
  parallel_for(n, grain, [&](ptrdiff_t begin, ptrdiff_t end) {
    const FlushDenormals flush(flushes);
    f(begin, end);
  });
}

float* write_if(Tensor& t, std::string_view writer) { return t.defined() ? t.write<float>(writer) : nullptr; }

void sgd(Tensor p, const Tensor& g, Tensor momentum, const SgdUpdate& u) {
  float *weight = p.write<float>("sgd_update"), *v = write_if(momentum, "sgd_update");
  const float* gradient = g.data<float>();
  for_pieces(p.count(), [&](ptrdiff_t begin, ptrdiff_t end) {
    loops().sgd(weight + begin, gradient + begin, v ? v + begin : nullptr, end - begin, u);
  });
}

void adam(Tensor p, const Tensor& g, Tensor m, Tensor v, Tensor largest, const AdamUpdate& u) {
  float *weight = p.write<float>("adam_update"), *most = write_if(largest, "adam_update");
  float *first = m.write<float>("adam_update"), *second = v.write<float>("adam_update");
  const float* gradient = g.data<float>();
  // A second moment below 1e-38 is nothing beside an eps above 1e-12, but all that m is divided by without one.
  const bool flushes = u.eps >= 1e-12;
  for_pieces(
      p.count(),
      [&](ptrdiff_t begin, ptrdiff_t end) {
        loops().adam(weight + begin, gradient + begin, first + begin, second + begin, most ? most + begin : nullptr,
                     end - begin, u);
      },
      flushes);
}

void average(Tensor a, const Tensor& b, double decay) {
  float* mean = a.write<float>("average_update");
  const float* value = b.data<float>();
  for_pieces(a.count(),
             [&](ptrdiff_t begin, ptrdiff_t end) { loops().average(mean + begin, value + begin, end - begin, decay); });
}

double sum_of_squares(const Tensor& x) {
  const float* v = x.data<float>();
  std::vector<double> pieces(size_t((x.count() + grain - 1) / grain));
  for_pieces(x.count(), [&](ptrdiff_t begin, ptrdiff_t end) {
    pieces[size_t(begin / grain)] = loops().square_sum(v + begin, end - begin);
  });
  double sum = 0;
  for (const double piece : pieces) sum += piece;
  return sum;
}

void scale(Tensor x, double factor) {
  float* v = x.write<float>("scale_in_place");
  for_pieces(x.count(), [&](ptrdiff_t begin, ptrdiff_t end) { loops().scale(v + begin, end - begin, factor); });
}

const bool filled = sgd_update.set(Device::cpu, sgd) && adam_update.set(Device::cpu, adam) &&
                    average_update.set(Device::cpu, average) && square_sum.set(Device::cpu, sum_of_squares) &&
                    scale_in_place.set(Device::cpu, scale);

}  // namespace
}  // namespace skew
