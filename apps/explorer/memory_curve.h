// What the graph keeps for its way back, over time: it rises while values are made and falls while gradients go back.
#pragma once
#include "apps/explorer/recording.h"

namespace skew::explorer {

struct MemoryMoment {
  int64_t bytes = 0;      // kept for the way back, memory that several ops keep counted once
  int64_t of_leaves = 0;  // of these, the leaves' and constants' own memory, which is there anyway
};

// After each of moments() (picture.h). An op gives back what it kept once its gradients are sent, as backward() does
// without `retain`; where several calls walk through it, after the last of them.
std::vector<MemoryMoment> memory_curve(const Recording& recording, bool all = false);

}  // namespace skew::explorer
