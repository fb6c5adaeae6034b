// The numbers of a stored tensor, widened without loss.
// Not here: putting them into a tensor of the graph. Read next: models/weights/safetensors.h.
#pragma once
#include <vector>

#include "models/weights/safetensors.h"

namespace skew {

// F64, F32, F16, BF16, F8_E4M3, F8_E5M2, BOOL and the integers up to 32 bits are exact; 64-bit integers are rounded to
// the nearest double. Throws FileError for the other types (F4, F6_*, F8_E8M0, F8_*FNUZ, C64).
std::vector<double> to_doubles(const StoredTensor& tensor);

// I8 … I64, U8 … U32, BOOL, and U64 below 2^63. Throws FileError for other types and larger values.
std::vector<int64_t> to_integers(const StoredTensor& tensor);

}  // namespace skew
