// Running children one after the other, and showing them.
#include "models/modules/sequential.h"

namespace skew {

Tensor Sequential::forward(const Tensor& x) {
  Tensor y = x;
  for (size_t i = 0; i < children_.size(); ++i) y = run_child(std::to_string(i), *children_[i], y);
  return y;
}

void Sequential::visit(ModuleVisitor& v) {
  for (size_t i = 0; i < children_.size(); ++i) v.child(std::to_string(i), *children_[i]);
}

}  // namespace skew
