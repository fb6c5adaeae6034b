// The updates of optimisers, one element at a time, float and double. The fast loops: backends/cpu/vector/update.cpp.
#include "ops/update.h"

#include <cmath>

#include "backends/host/host.h"

namespace skew {
namespace {

void sgd(Tensor p, const Tensor& g, Tensor momentum, const SgdUpdate& u) {
  visit_floating(p, "sgd_update", [&](auto zero) {
    using T = decltype(zero);
    T* weight = p.write<T>("sgd_update");
    T* v = momentum.defined() ? momentum.write<T>("sgd_update") : nullptr;
    const T *gradient = g.data<T>(), mu = T(u.momentum);
    for (ptrdiff_t i = 0; i < p.count(); ++i) {
      T d = (u.maximize ? -gradient[i] : gradient[i]) + T(u.weight_decay) * weight[i];
      if (v) {
        v[i] = u.first ? d : mu * v[i] + T(1 - u.dampening) * d;
        d = u.nesterov ? d + mu * v[i] : v[i];
      }
      weight[i] -= T(u.lr) * d;
    }
  });
}

void adam(Tensor p, const Tensor& g, Tensor m, Tensor v, Tensor largest, const AdamUpdate& u) {
  visit_floating(p, "adam_update", [&](auto zero) {
    using T = decltype(zero);
    T *weight = p.write<T>("adam_update"), *first = m.write<T>("adam_update"), *second = v.write<T>("adam_update");
    T* most = largest.defined() ? largest.write<T>("adam_update") : nullptr;
    const T* gradient = g.data<T>();
    const T rate = T(u.lr / (1 - std::pow(u.beta1, double(u.step))));
    const T unbias = T(1 / std::sqrt(1 - std::pow(u.beta2, double(u.step))));
    for (ptrdiff_t i = 0; i < p.count(); ++i) {
      T d = u.maximize ? -gradient[i] : gradient[i];
      if (u.decoupled) weight[i] -= T(u.lr * u.weight_decay) * weight[i];
      else d += T(u.weight_decay) * weight[i];
      first[i] = T(u.beta1) * first[i] + T(1 - u.beta1) * d;
      second[i] = T(u.beta2) * second[i] + T(1 - u.beta2) * d * d;
      if (most) most[i] = std::max(most[i], second[i]);
      weight[i] -= rate * first[i] / (std::sqrt(most ? most[i] : second[i]) * unbias + T(u.eps));
    }
  });
}

void average(Tensor a, const Tensor& b, double decay) {
  visit_floating(a, "average_update", [&](auto zero) {
    using T = decltype(zero);
    T* mean = a.write<T>("average_update");
    for (ptrdiff_t i = 0; i < a.count(); ++i) mean[i] += T(1 - decay) * (b.data<T>()[i] - mean[i]);
  });
}

double sum_of_squares(const Tensor& x) {
  return visit_floating(x, "square_sum", [&](auto zero) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < x.count(); ++i) {
      const double v = x.data<decltype(zero)>()[i];
      sum += v * v;
    }
    return sum;
  });
}

void scale(Tensor x, double factor) {
  visit_floating(x, "scale_in_place", [&](auto zero) {
    using T = decltype(zero);
    T* v = x.write<T>("scale_in_place");
    for (ptrdiff_t i = 0; i < x.count(); ++i) v[i] *= T(factor);
  });
}

const bool filled = on_reference(sgd_update, sgd) && on_reference(adam_update, adam) &&
                    on_reference(average_update, average) && on_reference(square_sum, sum_of_squares) &&
                    on_reference(scale_in_place, scale);

}  // namespace
}  // namespace skew
