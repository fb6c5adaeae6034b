#pragma once
#include "apps/data/dataset.h"
namespace skew { Contents synth_shapes(const std::string& src, const DataOptions& options); }
