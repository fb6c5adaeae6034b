// The updates of optimisers, one element at a time, float and double. The fast loops: backends/cpu/vector/update.cpp.
#include "ops/optimizer_kernels.h"

#include <algorithm>
#include <cmath>

#include "backends/host/host.h"
#include "backends/host/update.h"

namespace skew {
namespace {

// The plainest form: one element after the other, of one item after the other.
void sgd(std::span<SgdItem> items, const Verdict& verdict) {
  if (numbers_of(verdict).fault != Fault::none) return;
  for (SgdItem& item : items)
    visit_floating(item.p, "sgd_update", [&](auto zero) {
      using T = decltype(zero);
      const SgdUpdate& u = item.u;
      T* weight = item.p.write<T>("sgd_update");
      T* v = write_if<T>(item.momentum, "sgd_update");
      const T *gradient = item.g.data<T>(), mu = T(u.momentum), clip = T(numbers_of(verdict).clip);
      for (ptrdiff_t i = 0; i < item.p.count(); ++i) {
        const T clipped = clip * gradient[i];
        T d = (u.maximize ? -clipped : clipped) + T(u.weight_decay) * weight[i];
        if (v) {
          v[i] = u.first ? d : mu * v[i] + T(1 - u.dampening) * d;
          d = u.nesterov ? d + mu * v[i] : v[i];
        }
        weight[i] -= T(u.lr) * d;
      }
    });
}

void adam(std::span<AdamItem> items, const Verdict& verdict) {
  if (numbers_of(verdict).fault != Fault::none) return;
  for (AdamItem& item : items)
    visit_floating(item.p, "adam_update", [&](auto zero) {
      using T = decltype(zero);
      const AdamUpdate& u = item.u;
      T *weight = item.p.write<T>("adam_update"), *first = item.m.write<T>("adam_update");
      T* second = item.v.write<T>("adam_update");
      T* most = write_if<T>(item.largest, "adam_update");
      const T *gradient = item.g.data<T>(), clip = T(numbers_of(verdict).clip);
      const T rate = T(u.lr / (1 - std::pow(u.beta1, double(u.step))));
      const T unbias = T(1 / std::sqrt(1 - std::pow(u.beta2, double(u.step))));
      for (ptrdiff_t i = 0; i < item.p.count(); ++i) {
        T d = clip * (u.maximize ? -gradient[i] : gradient[i]);
        if (u.decoupled) weight[i] -= T(u.lr * u.weight_decay) * weight[i];
        else d += T(u.weight_decay) * weight[i];
        first[i] = T(u.beta1) * first[i] + T(1 - u.beta1) * d;
        second[i] = T(u.beta2) * second[i] + T(1 - u.beta2) * d * d;
        if (most) most[i] = std::max(most[i], second[i]);
        weight[i] -= rate * first[i] / (std::sqrt(most ? most[i] : second[i]) * unbias + T(u.eps));
      }
    });
}

void average(std::span<AverageItem> items, double decay) {
  for (AverageItem& item : items)
    visit_floating(item.average, "average_update", [&](auto zero) {
      using T = decltype(zero);
      T* mean = item.average.write<T>("average_update");
      const T* value = item.value.data<T>();
      for (ptrdiff_t i = 0; i < item.average.count(); ++i) mean[i] += T(1 - decay) * (value[i] - mean[i]);
    });
}

void scale(std::span<Tensor> list, double factor) {
  for (Tensor& x : list)
    visit_floating(x, "scale_in_place", [&](auto zero) {
      using T = decltype(zero);
      T* v = x.write<T>("scale_in_place");
      for (ptrdiff_t i = 0; i < x.count(); ++i) v[i] *= T(factor);
    });
}

void judge_plainly(const Tensor& loss, std::span<const StatisticsMove> moves, Inputs gradients, double max_norm,
                   const Verdict& verdict) {
  judge(loss, moves, plain_power_sum(gradients, 2), max_norm, numbers_of(verdict));
}

const bool filled = on_reference(sgd_update, sgd) && on_reference(adam_update, adam) &&
                    on_reference(average_update, average) && on_reference(power_sum, plain_power_sum) &&
                    on_reference(scale_in_place, scale) && on_reference(judge_step, judge_plainly);

}  // namespace
}  // namespace skew
