// What an optimiser or an average remembers, as named tensors: what a checkpoint stores and an exact resume needs.
// Tensors are row-major copies, whatever order the live ones are in. Used by optimizer.h and average.h.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor.h"

namespace skew {

struct StateTensor {
  std::string name;  // "3.exp_avg": belongs to the fourth parameter; "steps": int64
  Tensor tensor;
};
using SavedState = std::vector<StateTensor>;

// A row-major copy that shares nothing with t.
Tensor row_major_copy(const Tensor& t);
// A tensor like p in everything, in p's memory order, filled with one value.
Tensor filled_like(const Tensor& p, double value);

// Takes a saved state apart. Every error is a ValueError that begins with `owner` and names the entry.
class StateReader {
 public:
  StateReader(std::string_view owner, const SavedState& state);  // refuses a name that occurs twice
  bool has(const std::string& name) const { return entries_.count(name) != 0; }
  // A copy of an entry, in the order and on the device of p; refuses another shape or number type.
  Tensor take(const std::string& name, const Tensor& p);
  // `n` counters, each ≥ 0.
  std::vector<ptrdiff_t> take_counts(const std::string& name, ptrdiff_t n);
  void finish() const;  // refuses entries that nobody took

 private:
  Tensor find(const std::string& name);
  std::string owner_;
  std::map<std::string, Tensor> entries_;
};

}  // namespace skew
