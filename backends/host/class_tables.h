// What a pointwise loss's kernels in host memory read beside logits and labels: the numbers of each class as a table in
// the kernel's type, the number of a row, and the factor of the reduction.
#pragma once
#include <algorithm>

#include "losses/kinds/pointwise/op.h"

namespace skew {

// Elements of a mask that are not 0.
template <class T> ptrdiff_t count_kept(const T* mask, ptrdiff_t count) {
  return count - std::count(mask, mask + count, T(0));
}

// What the sum of a job's losses is multiplied with.
template <class T> double reduction_scale_of(const PointwiseJob& job) {
  const Shape& shape = job.x.shape();
  const bool counts = job.reduction == Reduction::mean && job.mask.defined();
  const ptrdiff_t counted = counts ? count_kept(job.mask.data<T>(), shape.count()) : shape.count();
  return reduction_scale(job.reduction, shape.rank() ? shape[0] : 1, counted);
}

// The numbers of C classes, repeated with period C; null where the loss has none. In memory of the caching allocator:
// no allocation in a steady state.
template <class T> struct ClassTables {
  Tensor memory;
  const T *first = nullptr, *second = nullptr;
  ptrdiff_t classes = 0;
  T (*of_row)(T sum) = nullptr;

  // The row's number from its labels y[0 … C) and their mask or null. Sixteen running sums over whole sixteens, four
  // over the rest: vectorised, one order.
  T row(const T* y, const T* mask) const {
    const T* number = second ? second : first;
    const ptrdiff_t whole = classes / 16 * 16;
    T rest[4] = {};
    auto add_all = [&](auto label) {
      ptrdiff_t c = whole;
      for (; c + 4 <= classes; c += 4)
        for (ptrdiff_t k = 0; k < 4; ++k) rest[k] += label(c + k) * number[c + k];
      for (; c < classes; ++c) rest[0] += label(c) * number[c];
      if (whole == 0) return;
      T lanes[16] = {};
      for (c = 0; c < whole; c += 16)
        for (ptrdiff_t k = 0; k < 16; ++k) lanes[k] += label(c + k) * number[c + k];
      for (ptrdiff_t half = 8; half >= 4; half /= 2)
        for (ptrdiff_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
      for (ptrdiff_t k = 0; k < 4; ++k) rest[k] += lanes[k];
    };
    if (mask) add_all([&](ptrdiff_t c) { return mask[c] != 0 ? y[c] : T(0); });
    else add_all([&](ptrdiff_t c) { return y[c]; });
    return of_row((rest[0] + rest[2]) + (rest[1] + rest[3]));
  }
};

// Tables of `length` numbers for the job's loss.
template <class T, PointwiseLoss L> ClassTables<T> class_tables(const PointwiseJob& job, ptrdiff_t length) {
  const ptrdiff_t classes = classes_of(job.x.shape());
  ClassTables<T> tables;
  tables.classes = classes;
  if constexpr (L::hooks.class_numbers > 0) {
    tables.memory = Tensor::empty({ptrdiff_t(job.class_numbers.size()), length}, dtype_of<T>, job.x.device());
    auto fill = [&](size_t k) -> const T* {
      T* table = tables.memory.template fill<T>() + ptrdiff_t(k) * length;
      const std::vector<double>& n = job.class_numbers[k].values;
      if (n.size() == 1) return std::fill_n(table, length, T(n[0])), table;
      for (ptrdiff_t c = 0; c < std::min(classes, length); ++c) table[c] = T(n[size_t(c)]);
      for (ptrdiff_t done = classes; done > 0 && done < length; done *= 2)
        std::copy_n(table, std::min(done, length - done), table + done);
      return table;
    };
    tables.first = fill(0);
    if constexpr (L::hooks.class_numbers > 1) tables.second = fill(1);
    if constexpr (L::hooks.row_number) tables.of_row = [](T sum) { return KernelOf<L>::row_number(sum); };
  }
  return tables;
}

}  // namespace skew
