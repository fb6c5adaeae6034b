// An image tensor's places in memory, row-major (N, C, H, W) or channels_last (N, H, W, C): kernels that slide windows
// walk it in the order of memory and ask for neighbours by n, c, h, w. Passed by value.
#pragma once
#include "backends/cuda/port.h"
#include "core/math.h"
#include "core/tensor.h"

namespace skew::gpu {

struct Images {
  int channels, height, width;
  bool channels_last;

  SKEW_HD constexpr Images(int channels, int height, int width)  // channels_last
      : channels(channels), height(height), width(width), channels_last(true) {}
  explicit Images(const Tensor& t) : Images(t.shape(), t.layout()) {}
  Images(const Shape& s, const Layout& layout)
      : channels(int(s[1])),
        height(int(s[2])),
        width(int(s[3])),
        channels_last(layout.kind() == Layout::Kind::channels_last) {}

  struct Place {
    ptrdiff_t n;
    int c, h, w;
  };
  __device__ Place place(ptrdiff_t k) const {  // of element k in the order of memory
    const int last = channels_last ? channels : width, middle = channels_last ? width : height;
    const int first = channels_last ? height : channels;
    const int z = int(k % last);
    k /= last;
    const int y = int(k % middle);
    k /= middle;
    const int x = int(k % first);
    return channels_last ? Place{k / first, z, x, y} : Place{k / first, x, y, z};
  }
  __device__ ptrdiff_t at(ptrdiff_t n, int c, int h, int w) const {
    return channels_last ? ((n * height + h) * width + w) * channels + c
                         : ((n * channels + c) * height + h) * width + w;
  }
};

}  // namespace skew::gpu
