// The reduction template: for each of `lines` lines, finish(line, sum of load(line, j) over j = 0 … terms−1).
// The sum is any type A with a function merged(A, A), `none` its neutral element: a double, the larger of two, the
// counts and squares of batch norm. Terms are added in an order that depends on the lengths alone, so equal runs give
// equal bits, on every device. load is called once a term and may write what it computes on the way.
#pragma once
#include <algorithm>

#include "backends/cuda/elements.h"
#include "backends/cuda/port.h"

namespace skew::gpu {

__device__ inline double merged(double a, double b) { return a + b; }

// The larger of two numbers and where it was: the first of equals. A NaN is passed over.
struct Largest {
  float value;
  ptrdiff_t at;  // −1: none yet
};
__device__ inline Largest merged(Largest a, Largest b) {
  const bool later = b.value > a.value || (b.value == a.value && b.at < a.at);
  return b.at >= 0 && (a.at < 0 || later) ? b : a;
}

// How a block's threads share out the work: `side` lines, block_size / side threads for each of them. Long lines are
// cut into chunks for several blocks.
struct Division {
  ptrdiff_t lines, terms, chunk;  // chunk: terms of one
  int chunks, side;
  int tiles;  // for a block each: fits, because a tile is at least half of block_size elements or all there are
};

// What lies side by side in memory, and so should be read by neighbouring threads.
enum class Neighbours { terms, lines };

// `blocks`: as many as are worth cutting lines for.
inline Division divide(ptrdiff_t lines, ptrdiff_t terms, Neighbours neighbours, ptrdiff_t blocks = 1024) {
  const ptrdiff_t most_threads = neighbours == Neighbours::terms ? block_size : 8;
  constexpr ptrdiff_t least_terms = 16;  // of a thread, in a chunk
  ptrdiff_t threads = 1;
  while (threads < std::min(terms, most_threads)) threads *= 2;
  const int side = int(block_size / threads);
  const ptrdiff_t tiles = std::max<ptrdiff_t>(1, (lines + side - 1) / side);
  const ptrdiff_t wanted =
      std::clamp<ptrdiff_t>(terms / (threads * least_terms), 1, std::max<ptrdiff_t>(1, blocks / tiles));
  const ptrdiff_t chunk = std::max<ptrdiff_t>(1, (terms + wanted - 1) / wanted);
  const ptrdiff_t chunks = std::max<ptrdiff_t>(1, (terms + chunk - 1) / chunk);
  return {lines, terms, chunk, int(chunks), side, int(tiles * chunks)};
}

// store(line, chunk, sum) for the sum of each chunk.
template <class A, class Load, class Store>
__global__ void __launch_bounds__(block_size) reduce_kernel(Division d, A none, Load load, Store store) {
  SHARED_ARRAY(A, parts, block_size);
  const int me = int(threadIdx.x), threads = block_size / d.side;
  for (int tile = int(blockIdx.x); tile < d.tiles; tile += int(gridDim.x)) {
    const int chunk = tile % d.chunks;
    const ptrdiff_t line = ptrdiff_t(tile / d.chunks) * d.side + me % d.side;
    const ptrdiff_t begin = chunk * d.chunk, end = begin + d.chunk < d.terms ? begin + d.chunk : d.terms;
    A sum = none;
    if (line < d.lines)
      for (ptrdiff_t j = begin + me / d.side; j < end; j += threads) sum = merged(sum, load(line, j));
    parts[me] = sum;
    __syncthreads();
    for (int half = threads / 2; half > 0; half /= 2) {
      if (me < half * d.side) parts[me] = merged(parts[me], parts[me + half * d.side]);
      __syncthreads();
    }
    if (me < d.side && line < d.lines) store(line, chunk, parts[me]);
    __syncthreads();  // the next tile writes parts
  }
}

template <class A, class Load, class Store>
void launch_reduction(std::string_view op, const Division& d, A none, const Load& load, const Store& store) {
  launch(op, reduce_kernel<A, Load, Store>, blocks_for(d.tiles, 1), d, none, load, store);
}

template <class A, class Load, class Finish>
void reduce(std::string_view op, ptrdiff_t lines, ptrdiff_t terms, Neighbours neighbours, A none, const Load& load,
            const Finish& finish) {
  if (lines == 0) return;
  const Division d = divide(lines, terms, neighbours);
  if (d.chunks == 1) {
    launch_reduction(op, d, none, load, [=] __device__(ptrdiff_t line, ptrdiff_t, const A& sum) { finish(line, sum); });
    return;
  }
  const Scratch<A> kept(lines * d.chunks);
  A* const partial = kept.get();
  launch_reduction(op, d, none, load, [=] __device__(ptrdiff_t line, ptrdiff_t chunk, const A& sum) {
    partial[chunk * lines + line] = sum;
  });
  const Division rest = divide(lines, d.chunks, Neighbours::lines, 1);
  launch_reduction(
      op, rest, none, [=] __device__(ptrdiff_t line, ptrdiff_t chunk) { return partial[chunk * lines + line]; },
      [=] __device__(ptrdiff_t line, ptrdiff_t, const A& sum) { finish(line, sum); });
}

}  // namespace skew::gpu
