// The JSON header of a safetensors file: parsed strictly, because it may come from anybody.
// Refused: a header that does not begin with '{', over 100 MB, invalid UTF-8, unknown fields, duplicate keys, rank
// above 16, more than 100,000 tensors, products that overflow, ranges that overlap, leave a hole or do not end at the
// file's end. Read next: models/weights/safetensors.h.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/weights/safetensors.h"

namespace skew {

constexpr int64_t max_header_bytes = 100'000'000;  // the format's own limit
constexpr size_t max_rank = 16;
constexpr size_t max_header_entries = 100'000;  // tensors, and metadata keys

struct HeaderTensor {
  std::string name, dtype;
  std::vector<int64_t> shape;
  int64_t begin = 0, end = 0;  // byte range within the data that follows the header
};

struct SafetensorsHeader {
  std::vector<HeaderTensor> tensors;  // in the header's order
  Metadata metadata;
};

// `json` is the header without its 8 length bytes, data_bytes what follows it. Throws FileError; `where` is the path.
SafetensorsHeader parse_safetensors_header(std::string_view json, int64_t data_bytes, const std::string& where);

// Bits of one element; throws ValueError for a type the format does not have.
int dtype_bits(std::string_view dtype);

// Bytes of a tensor; throws ValueError on a negative length, a product beyond 2^63, a fraction of a byte.
int64_t stored_bytes(std::string_view dtype, const std::vector<int64_t>& shape);

}  // namespace skew
