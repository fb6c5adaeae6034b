#pragma once
#include "apps/data/dataset.h"
namespace skew { Contents fashion_mosaic(const DataOptions& options); }
