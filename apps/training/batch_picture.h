// train_batch0.svg: the first batch as the network sees it, augmented and normalised, with its labels below.
#pragma once
#include "apps/data/loader.h"
#include "apps/evaluation/model_info.h"

namespace skew {

void write_batch_picture(const std::string& path, const Batch& batch, const ModelInfo& info, const std::string& title);

}  // namespace skew
