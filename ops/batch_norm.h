// Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167), with an optional relu behind it in the same pass over
// memory. Not the module with its parameters: that is models/modules. Next: backends/reference/batch_norm.cpp.
#pragma once
#include <any>
#include <span>
#include <vector>

#include "core/fields.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct BatchNormArgs {
  bool training = true;   // normalise by the batch and move the running statistics; otherwise by the running ones
  double momentum = 0.1;  // of the newest batch, in [0, 1]
  double eps = 1e-5;      // > 0, added to the variance
  bool relu = false;
  bool affine = true;  // false: weight and bias count as undefined

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("training", self.training, any_text(), "whether the batch's own statistics are used");
    visit("momentum", self.momentum, between(0, 1), "of the newest batch in the running statistics");
    visit("eps", self.eps, above(0), "added to the variance");
    visit("relu", self.relu, any_text(), "max(y, 0) behind it");
    visit("affine", self.affine, any_text(), "whether weight and bias are applied");
  }
};

// y[n,c,…] = (x[n,c,…] − mean[c]) / √(variance[c] + eps) · weight[c] + bias[c], then max(0, y) with relu.
//   x (N, C, …) of rank ≥ 2; all others (C). weight and bias may be undefined (1 and 0), each on its own.
// Training: mean and biased variance over every axis but C; running ← (1 − momentum)·running + momentum·batch, in
// place, with the variance n/(n−1) times the biased one. The running statistics may be undefined then.
// Throws ShapeError on lengths that do not fit or one value a channel in training, ValueError on momentum or eps
// outside their range and on missing running statistics in evaluation. Of infinite x, weight or gradients a statistic or
// gradient is infinite or NaN, which of them is up to the device.
Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                  const Tensor& running_var, const BatchNormArgs& args = {});

// ---- slots
struct BatchNormResult {
  Tensor y;
  Tensor mean, variance;  // (C): the batch's, biased (training), or the running ones
  std::any workspace;     // the kernel's own (where relu let through)
};
struct BatchNormGradients {
  Tensor dx, dweight, dbias;
};
// Reads the running statistics in evaluation only, and never writes them.
inline constinit Kernel<BatchNormResult(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                        const Tensor& running_mean, const Tensor& running_var, const BatchNormArgs&,
                                        bool recording)>
    batch_norm_forward{"batch_norm_forward"};
// y is defined only with relu; weight may be undefined, statistics.y is.
inline constinit Kernel<BatchNormGradients(const Tensor& dy, const Tensor& x, const Tensor& y, const Tensor& weight,
                                           const BatchNormResult& statistics, const BatchNormArgs&)>
    batch_norm_backward{"batch_norm_backward"};
// running ← (1 − momentum)·running + momentum·scale·batch, in place.
struct StatisticsMove {
  Tensor running, batch;  // (C)
  double momentum, scale;
};
inline constinit Kernel<void(std::span<StatisticsMove>)> move_running_statistics{"move_running_statistics"};

// While one lives in this thread, batch norms in training leave their running statistics alone: the moves wait here, so
// that a step which turns out bad has changed nothing. Without apply() they are forgotten.
class DeferredStatistics {
 public:
  DeferredStatistics();
  ~DeferredStatistics();
  DeferredStatistics(const DeferredStatistics&) = delete;
  DeferredStatistics& operator=(const DeferredStatistics&) = delete;

  std::span<const StatisticsMove> moves() const { return moves_; }  // in the order of the batch norms
  void apply();
  // For the op: leaves the moves with the one that lives, or makes them.
  static void move_or_defer(Device device, std::vector<StatisticsMove> moves);

 private:
  std::vector<StatisticsMove> moves_;
  DeferredStatistics* before_;
};

}  // namespace skew
