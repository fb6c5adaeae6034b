// The template of rows: f(team, row), where a team of threads works on one row: a warp on short rows, a block on long
// ones. The team loops over the row's elements, adds up over all of it, and every thread gets the sum:
//   rows("softmax", n_rows, n, [=] __device__(const Team& team, ptrdiff_t row) {
//     const double sum = team.reduce(n, 0.0, [&](ptrdiff_t j) { return double(x[row * n + j]); });
//     team.each(n, [&](ptrdiff_t j) { y[row * n + j] = float(x[row * n + j] / sum); });
//   });
// All threads of a team take the same way through f: reduce() is a barrier of the team.
#pragma once
#include "backends/cuda/reduce.cuh"

namespace skew::gpu {

class Team {
 public:
  __device__ explicit Team(int size) : size_(size) {}
  __device__ int rank() const { return int(threadIdx.x) % size_; }
  __device__ int size() const { return size_; }
  __device__ void sync() const {
    if (size_ == block_size) __syncthreads();
    else __syncwarp();
  }

  // f(j) for j = 0 … n−1.
  template <class F> __device__ void each(ptrdiff_t n, const F& f) const {
    for (ptrdiff_t j = rank(); j < n; j += size_) f(j);
  }
  // All f(j) merged, in an order that depends on n alone; the same number in every thread.
  template <class A, class F> __device__ A reduce(ptrdiff_t n, A none, const F& f) const {
    SHARED_ARRAY(A, parts, block_size);
    const int me = int(threadIdx.x), first = me - rank();
    A own = none;
    for (ptrdiff_t j = rank(); j < n; j += size_) own = merged(own, f(j));
    parts[me] = own;
    sync();
    for (int half = size_ / 2; half > 0; half /= 2) {
      if (rank() < half) parts[me] = merged(parts[me], parts[me + half]);
      sync();
    }
    const A all = parts[first];
    sync();  // the next call writes parts
    return all;
  }
  // The sum of what the threads of lower rank bring.
  __device__ double sum_before(double own) const {
    SHARED_ARRAY(double, sums, block_size);
    const int me = int(threadIdx.x);
    sums[me] = own;
    sync();
    double sum = 0;
    for (int other = me - rank(); other < me; ++other) sum += sums[other];
    sync();  // the next call writes sums
    return sum;
  }

 private:
  int size_;
};

// One block a multiprocessor is enough: to hold more, ptxas would rather spill registers.
template <class F> __global__ void __launch_bounds__(block_size, 1) rows_kernel(ptrdiff_t count, int team_size, F f) {
  const int teams = block_size / team_size;
  const Team team(team_size);
  for (ptrdiff_t row = ptrdiff_t(blockIdx.x) * teams + threadIdx.x / team_size; row < count;
       row += ptrdiff_t(gridDim.x) * teams)
    f(team, row);
}

// n: the length of a row, which decides the team's size.
template <class F> void rows(std::string_view op, ptrdiff_t count, ptrdiff_t n, const F& f) {
  const int team_size = n <= 1024 ? 32 : block_size;
  if (count > 0) launch(op, rows_kernel<F>, blocks_for(count, block_size / team_size), count, team_size, f);
}

}  // namespace skew::gpu
