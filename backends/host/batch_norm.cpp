// The running statistics of batch normalisation: C numbers, so one loop for every device in host memory.
#include "ops/batch_norm.h"

#include <cmath>

#include "backends/host/host.h"
#include "backends/host/update.h"

namespace skew {
namespace {

double moved(double running, double batch, const StatisticsMove& m) {
  return (1 - m.momentum) * running + m.momentum * m.scale * batch;
}

void move(std::span<StatisticsMove> moves) {
  for (StatisticsMove& m : moves)
    visit_floating(m.running, "batch_norm", [&](auto zero) {
      using T = decltype(zero);
      const T* news = m.batch.data<T>();
      T* olds = m.running.write<T>("batch_norm");
      for (ptrdiff_t c = 0; c < m.running.count(); ++c) olds[c] = T(moved(double(olds[c]), double(news[c]), m));
    });
}

const bool filled = on_host(move_running_statistics, move);

}  // namespace

bool stays_finite(const StatisticsMove& m) {
  return visit_floating(m.running, "batch_norm", [&](auto zero) {
    using T = decltype(zero);
    const T *news = m.batch.data<T>(), *olds = m.running.data<T>();
    for (ptrdiff_t c = 0; c < m.running.count(); ++c)
      if (!std::isfinite(T(moved(double(olds[c]), double(news[c]), m)))) return false;
    return true;
  });
}

}  // namespace skew
