// Moving elements by one table of offsets an axis. Rows along the last axis are copied whole where they lie whole in x.
#include "ops/rearrange.h"

#include <algorithm>
#include <array>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Walks over the rows (all axes but the last) of a result and knows where each row begins in x: −1 for nowhere.
class Rows {
 public:
  Rows(const Rearrangement& r, ptrdiff_t first) : r_(r), axes_(std::max(r.shape.rank() - 1, 0)) {
    for (int k = axes_ - 1; k >= 0; --k) index_[size_t(k)] = first % r.shape[k], first /= r.shape[k];
  }
  ptrdiff_t base() const {
    ptrdiff_t sum = 0;
    for (int k = 0; k < axes_; ++k) {
      const ptrdiff_t from = r_.from[size_t(k)][size_t(index_[size_t(k)])];
      if (from < 0) return -1;
      sum += from;
    }
    return sum;
  }
  void next() {
    for (int k = axes_ - 1; k >= 0 && ++index_[size_t(k)] == r_.shape[k]; --k) index_[size_t(k)] = 0;
  }

 private:
  const Rearrangement& r_;
  int axes_;
  std::array<ptrdiff_t, Shape::max_rank> index_{};
};

std::vector<ptrdiff_t> last_table(const Rearrangement& r) {
  return r.from.empty() ? std::vector<ptrdiff_t>{0} : r.from.back();
}

bool adjacent(const std::vector<ptrdiff_t>& table) {
  for (size_t j = 0; j < table.size(); ++j)
    if (table[j] < 0 || table[j] != table[0] + ptrdiff_t(j)) return false;
  return true;
}

Tensor forward(const Tensor& x, const Rearrangement& r) {
  Tensor y = Tensor::empty(r.shape, x.dtype(), x.device());
  if (y.count() == 0) return y;
  const std::vector<ptrdiff_t> last = last_table(r);
  const ptrdiff_t length = ptrdiff_t(last.size());
  const bool whole = adjacent(last);
  visit_elements(x, [&](auto zero) {
    using T = decltype(zero);
    const T *xs = x.data<T>(), value = T(r.value);
    T* ys = y.fill<T>();
    parallel_for(y.count() / length, (1 << 15) / length, [&](ptrdiff_t begin, ptrdiff_t end) {
      Rows rows(r, begin);
      for (ptrdiff_t row = begin; row < end; ++row, rows.next()) {
        const ptrdiff_t base = rows.base();
        T* out = ys + row * length;
        if (base < 0) std::fill_n(out, length, value);
        else if (whole) std::copy_n(xs + base + last[0], length, out);
        else
          for (size_t j = 0; j < last.size(); ++j) out[j] = last[j] < 0 ? value : xs[base + last[j]];
      }
    });
  });
  return y;
}

// No element of x is read from two indices of the first axis: then chunks of it write to different places.
bool chunks_are_disjoint(const Rearrangement& r) {
  if (r.shape.rank() < 2) return false;
  std::vector<ptrdiff_t> seen;
  for (const ptrdiff_t from : r.from[0])
    if (from >= 0) seen.push_back(from);
  std::sort(seen.begin(), seen.end());
  return std::adjacent_find(seen.begin(), seen.end()) == seen.end();
}

Tensor backward(const Tensor& dy, const Rearrangement& r, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  if (dy.count() == 0) return dx;
  const std::vector<ptrdiff_t> last = last_table(r);
  const ptrdiff_t length = ptrdiff_t(last.size()), rows_in_all = dy.count() / length;
  const ptrdiff_t pieces = chunks_are_disjoint(r) ? r.shape[0] : 1, rows_each = rows_in_all / pieces;
  visit_floating(dy, "rearrange", [&](auto zero) {
    using T = decltype(zero);
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    const ptrdiff_t grain = std::max<ptrdiff_t>(1, (1 << 15) / (rows_each * length));
    parallel_for(pieces, grain, [&](ptrdiff_t begin, ptrdiff_t end) {
      Rows rows(r, begin * rows_each);
      for (ptrdiff_t row = begin * rows_each; row < end * rows_each; ++row, rows.next()) {
        const ptrdiff_t base = rows.base();
        if (base < 0) continue;
        for (size_t j = 0; j < last.size(); ++j)
          if (last[j] >= 0) dxs[base + last[j]] += dys[row * length + ptrdiff_t(j)];
      }
    });
  });
  return dx;
}

const bool filled = on_host(rearrange_forward, forward) && on_host(rearrange_backward, backward);

}  // namespace
}  // namespace skew
