// Every op at the ends of float: infinities, NaN, the largest and the smallest numbers, denormals, zeros of both signs
// and ties, in each input and in the gradient that comes back, on a device beside the reference.
//  - The device refuses what the reference refuses, in the same words.
//  - NaN and the two infinities are at the same places on both, and finite numbers agree.
// Where a public header says that devices may differ, special_value_excuses() say so, too.
#pragma once
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "apps/op_trials/op_samples.h"

namespace skew {

std::span<const float> special_values();

// What devices may differ in.
struct SpecialValueExcuse {
  const char *header, *words;    // where it is promised to nobody, and words that must stand there
  std::set<std::string> ops;     // empty: every op with an input named `input`
  std::string input;             // empty: any
  bool (*at)(double value);      // special values that make the difference
  bool infinity_or_nan = false;  // of that kind alone: NaN on one device where the other has an infinity
  int used = 0;
};
std::vector<SpecialValueExcuse>& special_value_excuses();

// Tries every sample of the op with each special value in each floating input and upstream, and tells `differs` of
// every difference that is not excused. Returns how many comparisons were made.
using TellDifference = std::function<void(const std::string& where)>;
ptrdiff_t try_special_values(const OpRow& row, Device device, const TellDifference& differs);

}  // namespace skew
