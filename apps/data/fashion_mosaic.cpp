#include "apps/data/fashion_mosaic.h"
#include "core/error.h"
namespace skew { Contents fashion_mosaic(const DataOptions&) { throw ValueError("fashion-mosaic: soon"); } }
