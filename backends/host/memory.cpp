// Memory of the two devices in host memory: aligned blocks from the C library, plain copies, loops over elements.
// Large blocks ask for huge pages: fewer page faults on first touch. The cache that keeps blocks is core/storage.cpp.
#include "core/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "backends/host/host.h"

namespace skew {
namespace {

void* allocate(size_t bytes) {
  constexpr size_t huge_page = size_t(2) << 20;
  const size_t alignment = bytes >= huge_page ? huge_page : 64;
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block && bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

void copy(void* to, const void* from, size_t bytes) {
  if (bytes) std::memcpy(to, from, bytes);
}

void fill(Tensor t, double value) {
  visit_elements(t, [&](auto zero) {
    using T = decltype(zero);
    std::fill_n(t.fill<T>(), t.count(), T(value));
  });
}

Tensor convert(const Tensor& x, DType type) {
  Tensor y = Tensor::empty(x.shape(), type, x.device(), x.layout());
  visit_elements(x, [&](auto from) {
    visit_elements(y, [&](auto into) {
      using A = decltype(from);
      using B = decltype(into);
      std::transform(x.data<A>(), x.data<A>() + x.count(), y.fill<B>(), [](A v) { return B(v); });
    });
  });
  return y;
}

// x·0 is 0 for finite x and NaN otherwise; sums of it vectorise, a branch per element does not.
template <class T> bool finite(const T* x, ptrdiff_t n) {
  T sum[16] = {};
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 16; ++k) sum[k] += x[i + k] * T(0);
  T all = 0;
  for (; i < n; ++i) all += x[i] * T(0);
  for (const T s : sum) all += s;
  return all == T(0);
}

bool all_finite(Inputs tensors) {
  return std::all_of(tensors.begin(), tensors.end(), [](const Tensor& t) {
    return visit_floating(t, "all_finite", [&](auto zero) { return finite(t.data<decltype(zero)>(), t.count()); });
  });
}

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool declare() {
  device_facts[size_t(Device::reference)] = {.host_memory = true, .has_double = true};
  device_facts[size_t(Device::cpu)].host_memory = true;  // the orders it knows: backends/cpu/reorder.cpp
  return true;
}

const bool filled = declare() && on_host(allocate_memory, allocate) && on_host(release_memory, std::free) &&
                    on_host(upload, copy) && on_host(download, copy) && on_host(copy_memory, copy) &&
                    on_host(fill_elements, fill) && on_host(convert_elements, convert) &&
                    on_host(all_elements_finite, all_finite) && on_host(seconds_on_device, seconds);

}  // namespace
}  // namespace skew
