// From a softmax job to its rows: pointers, the factor of the reduction, and what is wrong with the targets.
#pragma once
#include "backends/host/host.h"
#include "backends/host/softmax_rows.h"
#include "losses/kinds/softmax/op.h"

namespace skew {

// `bad` gets the first index or probability that is none; then no kernel may follow them.
template <class T> SoftmaxRows<T> rows_of(const SoftmaxJob& job, BadElements& bad) {
  const Shape& shape = job.x.shape();
  const bool indices = job.target.dtype() == DType::int64;
  SoftmaxRows<T> rows{data_if<T>(job.x),
                      indices ? nullptr : data_if<T>(job.target),
                      data_if<T>(job.class_weights),
                      data_if<T>(job.class_numbers),
                      data_if<T>(job.mask),
                      indices ? job.target.data<int64_t>() : nullptr,
                      job.reduction == Reduction::none ? fill_if<T>(job.value) : nullptr,
                      fill_if<T>(job.gradient),
                      shape[0],
                      shape[1],
                      shape.count(2, shape.rank()),
                      job.ignore_index.has_value(),
                      job.ignore_index.value_or(0),
                      1};
  double divisor = 0;  // of `mean`
  for (ptrdiff_t row = 0; row < rows.count(); ++row) {
    if (!rows.kept(row)) continue;
    if (rows.index && (rows.index[row] < 0 || rows.index[row] >= rows.classes))
      bad.target = bad.target < 0 ? row : bad.target;
    else divisor += rows.index && rows.class_weights ? double(rows.class_weights[rows.index[row]]) : 1;
  }
  for (ptrdiff_t i = 0; rows.probabilities && i < job.x.count() && bad.target < 0; ++i) {
    const ptrdiff_t row = i / (rows.classes * rows.inner) * rows.inner + i % rows.inner;
    if (rows.kept(row) && !(rows.probabilities[i] >= 0 && rows.probabilities[i] <= 1)) bad.target = i;
  }
  rows.scale = job.reduction == Reduction::mean ? (divisor > 0 ? 1 / divisor : 0)
                                                : reduction_scale(job.reduction, rows.batch, 0);
  return rows;
}

// The first NaN among the logits, or −1.
template <class T> ptrdiff_t first_nan(const T* x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; ++i)
    if (x[i] != x[i]) return i;
  return -1;
}

}  // namespace skew
