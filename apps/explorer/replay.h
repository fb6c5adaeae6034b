// A recorded graph computed again with other numbers in its leaves, in double on the reference: what differences are
// taken of. The ops are the recorded ones; nothing is recorded meanwhile.
#pragma once
#include <map>
#include <vector>

#include "apps/explorer/recording.h"

namespace skew::explorer {

class Replay {
 public:
  // Of everything that `result` was computed from.
  Replay(const Recording& recording, int result);

  // Σ seed·result with `leaf` at these values. Only what depends on the leaf is computed again.
  double at(int leaf, const Tensor& value);

  const std::vector<int>& leaves() const { return leaves_; }  // that want a gradient, and have a share in the result
  void seed(const Tensor& dy);
  int64_t work() const { return work_; }  // ops computed so far

 private:
  Tensor compute(const RecordedNode& node, const std::map<int, Tensor>& changed) const;
  const Tensor& value(int node) const { return values_[size_t(node)]; }

  const Recording& recording_;
  int result_;
  std::vector<int> order_, leaves_;  // nodes that matter, oldest first
  std::vector<Tensor> values_;       // of all nodes, in double
  std::map<int, std::vector<int>> dependants_;
  std::vector<double> seed_;
  int64_t work_ = 0;
};

// The value of one op at these inputs (null: as recorded), in double on the reference.
Tensor compute_op(const Recording& recording, const RecordedNode& node, size_t changed, const Tensor& value);

}  // namespace skew::explorer
