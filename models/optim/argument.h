// Refusing arguments of optimisers, averages and schedules that lie outside their range.
// Each throws ValueError: "adam: lr: expected a finite number > 0, got -1". NaN lies in no range.
#pragma once
#include <cmath>
#include <string_view>

#include "core/error.h"

namespace skew {

inline void expect_argument(bool fits, std::string_view owner, std::string_view name, double value,
                            std::string_view range) {
  if (!fits) throw ValueError(text(owner, ": ", name, ": expected ", range, ", got ", value));
}
inline void expect_positive(std::string_view owner, std::string_view name, double value) {
  expect_argument(value > 0 && std::isfinite(value), owner, name, value, "a finite number > 0");
}
inline void expect_not_negative(std::string_view owner, std::string_view name, double value) {
  expect_argument(value >= 0 && std::isfinite(value), owner, name, value, "a finite number ≥ 0");
}
// A weight of the past in a running mean.
inline void expect_decay(std::string_view owner, std::string_view name, double value) {
  expect_argument(value >= 0 && value < 1, owner, name, value, "a number in [0, 1)");
}

}  // namespace skew
