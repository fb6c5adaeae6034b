// Names of number types.
#include "core/dtype.h"

#include <ostream>

namespace skew {

const char* name_of(DType type) {
  switch (type) {
    case DType::float32: return "float32";
    case DType::float64: return "float64";
    case DType::int64: return "int64";
    case DType::uint8: return "uint8";
  }
  return "?";
}

std::ostream& operator<<(std::ostream& out, DType type) { return out << name_of(type); }

}  // namespace skew
