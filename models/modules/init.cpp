// The draws behind the initial weights: any number of threads draws the same.
#include "models/modules/init.h"

#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace skew {
namespace {

// Fills t with draw(generator), each of which takes `words` 32-bit words. Element i starts `words`·i words after the
// generator's position, so any number of threads draws the same values; drawn on the host, so does any device.
template <class Draw> void fill(Tensor& t, uint64_t words, Draw draw) {
  if (!is_floating(t.dtype())) throw DtypeError(text("init: expected a floating tensor, got ", t.dtype()));
  const Generator start = reserve_default(words * uint64_t(t.count()));
  Tensor fresh = Tensor::empty(t.shape(), DType::float64, Device::reference);
  double* y = fresh.fill<double>();
  parallel_for(t.count(), 4096, [&](ptrdiff_t begin, ptrdiff_t end) {
    Generator generator(start.seed(), start.stream(), start.position() + words * uint64_t(begin));
    for (ptrdiff_t i = begin; i < end; ++i) y[i] = draw(generator);
  });
  t.assign(fresh.to(t.dtype()).to(t.device()), "init");
}

void check(const char* what, double value) {
  if (!(value >= 0 && std::isfinite(value))) throw ValueError(text("init: expected a ", what, " ≥ 0, got ", value));
}

// Numbers of inputs and outputs of one unit.
struct Fans {
  ptrdiff_t in, out;
};
Fans fans_of(const Shape& weight) {
  if (weight.rank() < 2) throw ShapeError(text("init: expected a weight (out, in, …), got ", weight));
  return {weight.count(1, weight.rank()), weight[0] * weight.count(2, weight.rank())};
}

}  // namespace

void init_uniform(Tensor t, double bound) {
  check("bound", bound);
  fill(t, 2, [bound](Generator& g) { return bound * (2 * g.uniform() - 1); });
}

void init_normal(Tensor t, double deviation) {
  check("standard deviation", deviation);
  fill(t, 4, [deviation](Generator& g) { return deviation * g.normal(); });
}

void kaiming_uniform(Tensor weight, double a) {
  init_uniform(weight, std::sqrt(6 / ((1 + a * a) * double(fans_of(weight.shape()).in))));
}

void kaiming_normal(Tensor weight, Fan fan) {
  const Fans fans = fans_of(weight.shape());
  init_normal(weight, std::sqrt(2 / double(fan == Fan::in ? fans.in : fans.out)));
}

void xavier_uniform(Tensor weight) {
  const Fans fans = fans_of(weight.shape());
  init_uniform(weight, std::sqrt(6 / double(fans.in + fans.out)));
}

void init_bias(Tensor bias, const Shape& weight) { init_uniform(bias, 1 / std::sqrt(double(fans_of(weight).in))); }

}  // namespace skew
