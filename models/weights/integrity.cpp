// CRC-32 of files and tensors.
#include "models/weights/integrity.h"

#include <zlib.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace skew {
namespace {

uint32_t file_checksum(std::span<const uint8_t> file, size_t digits) {
  uint32_t crc = crc32_of(file.first(digits));
  crc = crc32_of(std::span(reinterpret_cast<const uint8_t*>(zero_checksum.data()), zero_checksum.size()), crc);
  return crc32_of(file.subspan(digits + zero_checksum.size()), crc);
}

// The names whose bytes differ from their checksum, for the message alone: the table itself may be damaged.
std::string damaged_tensors(std::span<const StoredTensor> tensors, const std::string& table) {
  const nlohmann::json checksums = nlohmann::json::parse(table, nullptr, false);
  if (!checksums.is_object()) return "the header";
  std::string names;
  size_t count = 0;
  for (const StoredTensor& tensor : tensors) {
    const auto expected = checksums.find(tensor.name);
    if (expected != checksums.end() && *expected == hex_digits(crc32_of(tensor.bytes))) continue;
    if (++count <= 3) names += text(count == 1 ? "" : ", ", '\'', tensor.name, '\'');
  }
  if (count == 0) return "the header";
  return text("tensor ", names, count > 3 ? text(" and ", count - 3, " more") : "");
}

}  // namespace

uint32_t crc32_of(std::span<const uint8_t> bytes, uint32_t crc) {
  if (bytes.empty()) return crc;  // zlib starts anew when it is given no buffer
  return static_cast<uint32_t>(::crc32_z(crc, bytes.data(), bytes.size()));
}

std::string hex_digits(uint32_t crc) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", crc);
  return digits;
}

std::string tensor_checksums(std::span<const StoredTensor> tensors) {
  nlohmann::json checksums = nlohmann::json::object();
  for (const StoredTensor& tensor : tensors) checksums[tensor.name] = hex_digits(crc32_of(tensor.bytes));
  return checksums.dump();
}

size_t file_checksum_digits(std::string_view header_json) {
  // An unescaped quote before the key cannot lie inside a string, so this is the key itself and no text that quotes it.
  const std::string key = text('"', file_checksum_key, "\":\"");
  for (size_t at = header_json.find(key); at != std::string_view::npos; at = header_json.find(key, at + 1)) {
    if (at > 0 && header_json[at - 1] != '\\' && at + key.size() + zero_checksum.size() <= header_json.size())
      return at + key.size();
  }
  return std::string_view::npos;
}

void verify_checksums(std::span<const uint8_t> file, std::string_view header_json,
                      std::span<const StoredTensor> tensors, const Metadata& metadata, const std::string& where) {
  const auto whole = metadata.find(std::string(file_checksum_key));
  const auto table = metadata.find(std::string(tensor_checksums_key));
  if (whole == metadata.end() && table == metadata.end()) return;
  if (whole == metadata.end() || table == metadata.end())
    throw FileError(text(where, ": one of its two checksums is missing; the file is damaged, use another copy"));
  const size_t digits = file_checksum_digits(header_json);
  const size_t header_begin = static_cast<size_t>(reinterpret_cast<const uint8_t*>(header_json.data()) - file.data());
  if (digits == std::string_view::npos || whole->second != hex_digits(file_checksum(file, header_begin + digits)))
    throw FileError(text(where, ": checksum differs in ", damaged_tensors(tensors, table->second),
                         "; the file is damaged (or was rewritten by a program that kept the metadata of ours), use "
                         "another copy"));
}

}  // namespace skew
