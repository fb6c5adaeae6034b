// Checksums inside a safetensors file's metadata, by which every flipped bit is found; other programs ignore them.
// `skew.crc32`: CRC-32 (zlib's) of the whole file, its own 8 hex digits taken as '0'.
// `skew.tensor_crc32`: a JSON object, tensor name to the CRC-32 of its bytes, to say which tensor is damaged.
// Not a signature: it finds accidents, not forgery. Read next: models/weights/safetensors.cpp.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "models/weights/safetensors.h"

namespace skew {

constexpr std::string_view file_checksum_key = "skew.crc32";
constexpr std::string_view tensor_checksums_key = "skew.tensor_crc32";
constexpr std::string_view zero_checksum = "00000000";

// Continues `crc` (0 at first) over more bytes.
uint32_t crc32_of(std::span<const uint8_t> bytes, uint32_t crc = 0);
std::string hex_digits(uint32_t crc);  // 8, lower case

// The value of tensor_checksums_key.
std::string tensor_checksums(std::span<const StoredTensor> tensors);

// Byte offset of the file checksum's digits within a header's JSON as skew writes it; npos if it is not there.
size_t file_checksum_digits(std::string_view header_json);

// Compares a file with the checksums in its metadata, if it has any; files of other programs have none.
// Throws FileError on a difference, naming the damaged tensors, and if only one of the two keys is there.
void verify_checksums(std::span<const uint8_t> file, std::string_view header_json,
                      std::span<const StoredTensor> tensors, const Metadata& metadata, const std::string& where);

}  // namespace skew
