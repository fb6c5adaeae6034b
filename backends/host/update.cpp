// The rarer updates, for reference and cpu alike: RMSprop, Adagrad, norms other than the Euclidean, clipping by value.
// SGD, Adam and averages have vectorised loops of their own on the cpu: backends/cpu/update.cpp.
#include "ops/update.h"

#include <cmath>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

constexpr ptrdiff_t grain = 1 << 15;

template <class T>
T* write_if(Tensor& t, std::string_view writer) {
  return t.defined() ? t.write<T>(writer) : nullptr;
}

void rmsprop(Tensor p, const Tensor& g, Tensor square, Tensor mean, Tensor momentum, const RmspropUpdate& u) {
  visit_floating(p, "rmsprop_update", [&](auto zero) {
    using T = decltype(zero);
    T *weight = p.write<T>("rmsprop_update"), *s = square.write<T>("rmsprop_update");
    T *m = write_if<T>(mean, "rmsprop_update"), *v = write_if<T>(momentum, "rmsprop_update");
    const T *gradient = g.data<T>(), alpha = T(u.alpha), rest = T(1 - u.alpha);
    const T sign = T(u.maximize ? -1 : 1), decay = T(u.weight_decay), mu = T(u.momentum), lr = T(u.lr), eps = T(u.eps);
    parallel_for(p.count(), grain, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t i = begin; i < end; ++i) {
        const T d = sign * gradient[i] + decay * weight[i];
        s[i] = alpha * s[i] + rest * d * d;
        T variance = s[i];
        if (m) {
          m[i] += rest * (d - m[i]);
          const T centred = s[i] - m[i] * m[i];
          variance = centred < 0 ? T(0) : centred;  // a constant gradient: rounding may go below 0, NaN stays NaN
        }
        T step = d / (std::sqrt(variance) + eps);
        if (v) step = v[i] = mu * v[i] + step;
        weight[i] -= lr * step;
      }
    });
  });
}

void adagrad(Tensor p, const Tensor& g, Tensor sum, const AdagradUpdate& u) {
  visit_floating(p, "adagrad_update", [&](auto zero) {
    using T = decltype(zero);
    T *weight = p.write<T>("adagrad_update"), *s = sum.write<T>("adagrad_update");
    const T* gradient = g.data<T>();
    const T sign = T(u.maximize ? -1 : 1), decay = T(u.weight_decay), lr = T(u.lr), eps = T(u.eps);
    parallel_for(p.count(), grain, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t i = begin; i < end; ++i) {
        const T d = sign * gradient[i] + decay * weight[i];
        s[i] += d * d;
        weight[i] -= lr * d / (std::sqrt(s[i]) + eps);
      }
    });
  });
}

double sum_of_powers(const Tensor& x, double power) {
  return visit_floating(x, "power_sum", [&](auto zero) {
    const auto* v = x.data<decltype(zero)>();
    double sum = 0;
    for (ptrdiff_t i = 0; i < x.count(); ++i) {
      const double size = std::abs(double(v[i]));
      if (power == 1) sum += size;
      else if (!std::isinf(power)) sum += std::pow(size, power);
      else if (size > sum || std::isnan(size)) sum = size;
    }
    return sum;
  });
}

void clamp(Tensor x, double limit) {
  visit_floating(x, "clamp_in_place", [&](auto zero) {
    using T = decltype(zero);
    T *v = x.write<T>("clamp_in_place"), most = T(limit);
    for (ptrdiff_t i = 0; i < x.count(); ++i) v[i] = v[i] > most ? most : v[i] < -most ? -most : v[i];
  });
}

const bool filled = on_host(rmsprop_update, rmsprop) && on_host(adagrad_update, adagrad) &&
                    on_host(power_sum, sum_of_powers) && on_host(clamp_in_place, clamp);

}  // namespace
}  // namespace skew
