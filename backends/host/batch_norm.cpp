// The running statistics of batch normalisation: C numbers, so one loop for every device in host memory.
#include "ops/batch_norm.h"

#include "backends/host/host.h"

namespace skew {
namespace {

void move(Tensor running, const Tensor& batch, double momentum, double scale) {
  visit_floating(running, "batch_norm", [&](auto zero) {
    using T = decltype(zero);
    const T* news = batch.data<T>();
    T* olds = running.write<T>("batch_norm");
    for (ptrdiff_t c = 0; c < running.count(); ++c)
      olds[c] = T((1 - momentum) * double(olds[c]) + momentum * scale * double(news[c]));
  });
}

const bool filled = on_host(move_running_statistics, move);

}  // namespace
}  // namespace skew
