// Copies for a checkpoint, and the checks of what comes back from one.
#include "models/optim/saved_state.h"

#include "core/error.h"

namespace skew {

Tensor row_major_copy(const Tensor& t) {
  const Tensor plain = t.to(Layout{});
  return plain.storage() == t.storage() ? t.copy() : plain;
}

Tensor filled_like(const Tensor& p, double value) {
  // All elements are equal, so their order needs no rearranging.
  const Tensor plain = Tensor::full(p.shape(), value, p.dtype(), p.device());
  return Tensor::wrap(plain.storage(), p.shape(), p.dtype(), p.device(), p.layout());
}

StateReader::StateReader(std::string_view owner, const SavedState& state) : owner_(owner) {
  for (const auto& [name, tensor] : state)
    if (!tensor.defined() || !entries_.emplace(name, tensor).second)
      throw ValueError(text(owner, ": state entry '", name, "' is ", tensor.defined() ? "there twice" : "empty"));
}

Tensor StateReader::find(const std::string& name) {
  const auto at = entries_.find(name);
  if (at == entries_.end())
    throw ValueError(text(owner_, ": the state lacks '", name, "'; was it saved with the same kind and arguments?"));
  const Tensor tensor = at->second;
  entries_.erase(at);
  return tensor;
}

Tensor StateReader::take(const std::string& name, const Tensor& p) {
  const Tensor t = find(name);
  if (!(t.shape() == p.shape()) || t.dtype() != p.dtype())
    throw ValueError(text(owner_, ": state entry '", name, "': expected ", p.dtype(), " of shape ", p.shape(), ", got ",
                          t.dtype(), " of shape ", t.shape(), "; it belongs to another network"));
  const Tensor there = t.to(p.device()).to(p.layout());
  return there.storage() == t.storage() ? there.copy() : there;
}

std::vector<ptrdiff_t> StateReader::take_counts(const std::string& name, ptrdiff_t n) {
  const Tensor t = find(name);
  if (t.dtype() != DType::int64 || t.count() != n)
    throw ValueError(text(owner_, ": state entry '", name, "': expected ", n, " int64 values, got ", t.dtype(),
                          " of shape ", t.shape()));
  std::vector<ptrdiff_t> counts;
  for (const int64_t count : t.values<int64_t>()) {
    if (count < 0) throw ValueError(text(owner_, ": state entry '", name, "': expected counts ≥ 0, got ", count));
    counts.push_back(ptrdiff_t(count));
  }
  return counts;
}

void StateReader::finish() const {
  if (!entries_.empty())
    throw ValueError(
        text(owner_, ": the state has '", entries_.begin()->first, "', which belongs to another kind or network"));
}

}  // namespace skew
