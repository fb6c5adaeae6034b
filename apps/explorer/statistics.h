// What is kept of a tensor too large to be shown element by element: where its numbers lie.
#pragma once
#include <array>
#include <cstdint>

#include "core/tensor.h"

namespace skew::explorer {

struct Statistics {
  int64_t count = 0, not_finite = 0, zeros = 0;  // elements; the lines below are of the finite ones
  double least = 0, most = 0, mean = 0;
  double deviation = 0;            // standard, of all elements as they are
  double rms = 0;                  // root of the mean square
  std::array<int64_t, 24> bins{};  // equal steps from least to most
};

// In one pass over the elements and one for the bins; the order in memory does not matter. Undefined: count 0.
Statistics statistics_of(const Tensor& t);

// "mean −0.01 ± 1.2", or "37 not finite".
std::string short_text(const Statistics& s);

}  // namespace skew::explorer
