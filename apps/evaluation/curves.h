// The curves of an evaluation as figures, one small square a class: what `skew eval` writes beside its tables.
// How they are drawn: apps/report/curve_chart.h.
#pragma once
#include <string>

#include "apps/evaluation/inference.h"
#include "apps/evaluation/model_info.h"

namespace skew {

// pr, roc and reliability (.svg and .csv) in `folder`, which is made; the rarest class first. Of a single-label model
// each class stands against all others, and confusion is written, too. Throws FileError.
void write_curves(const std::string& folder, const Predictions& p, const ModelInfo& info);

}  // namespace skew
