// What `skew bench --loss` times: the value of a loss, read as a number, and its gradient with respect to the logits.
// Logits and targets come from a hash of their index, so that other programs can compute on the same ones:
//   mix(i): i *= 2654435761; i ^= i >> 15; i *= 2246822519; i ^= i >> 13      in uint32
//   logit i = (sum of the four bytes of mix(i) − 510) / 148;  target i = mix(i + N·C) % 10 == 0;  i = row · C + column
#pragma once
#include <string>

#include "apps/cli/repeated_timing.h"
#include "core/device.h"

namespace skew {

struct LossBench {
  Timing timing;
  double value = 0, grad_abs_sum = 0;  // mean loss; Σ|gradient|
};

// Losses of one class an image take the class mix(row + N·C) % C. Throws ValueError for an unknown loss.
LossBench bench_loss(const std::string& name, int64_t n, int64_t c, Device device, const RepeatArgs& args);

}  // namespace skew
