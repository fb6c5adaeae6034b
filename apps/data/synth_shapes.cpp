#include "apps/data/synth_shapes.h"
#include "core/error.h"
namespace skew { Contents synth_shapes(const std::string& src, const DataOptions&) { throw ValueError(text(src, ": soon")); } }
