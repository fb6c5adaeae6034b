// Reading: size, header, data, checksums, in this order. Writing: header with a checksum of zeros, then the true one.
#include "models/weights/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "models/weights/integrity.h"
#include "models/weights/safetensors_header.h"

namespace skew {
namespace {

constexpr size_t length_bytes = 8;

// The header's length, once it is known to fit the limit and the file.
size_t header_length(std::span<const uint8_t> first, int64_t file_size, const std::string& where) {
  uint64_t length = 0;
  for (size_t i = length_bytes; i-- > 0;) length = length << 8 | first[i];
  if (length > static_cast<uint64_t>(max_header_bytes))
    throw FileError(text(where, ": safetensors header of ", length, " bytes, more than the format's ", max_header_bytes,
                         "; the file is damaged or of another format"));
  if (static_cast<int64_t>(length) > file_size - static_cast<int64_t>(length_bytes))
    throw FileError(text(where, ": safetensors header of ", length, " bytes in a file of ", file_size,
                         "; the file is cut, damaged or of another format"));
  return static_cast<size_t>(length);
}

void check_long_enough(int64_t size, const std::string& where) {
  if (size < static_cast<int64_t>(length_bytes))
    throw FileError(
        text(where, ": has ", size, " bytes, too few for a safetensors file; it is cut or of another format"));
}

// BOOL bytes are 0 or 1 and nothing else: a bool read from another byte would be undefined behaviour.
void check_booleans(const StoredTensor& tensor, const std::string& where) {
  if (tensor.dtype != "BOOL") return;
  const auto bad = std::find_if(tensor.bytes.begin(), tensor.bytes.end(), [](uint8_t byte) { return byte > 1; });
  if (bad == tensor.bytes.end()) return;
  throw FileError(text(where, ": tensor '", tensor.name, "' is BOOL but element ", bad - tensor.bytes.begin(), " is ",
                       int{*bad}, "; the file is damaged"));
}

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::span<const uint8_t> as_bytes(std::string_view chars) {
  return {reinterpret_cast<const uint8_t*>(chars.data()), chars.size()};
}

void check_writable(std::span<const StoredTensor> tensors) {
  std::set<std::string_view> names;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.name == "__metadata__") throw ValueError("safetensors: no tensor can be called '__metadata__'");
    if (!names.insert(tensor.name).second) throw ValueError(text("safetensors: two tensors '", tensor.name, "'"));
    if (tensor.shape.size() > max_rank) throw ValueError(text("safetensors: '", tensor.name, "' has too many axes"));
    const int64_t bytes = stored_bytes(tensor.dtype, tensor.shape);
    if (bytes != std::ssize(tensor.bytes))
      throw ValueError(text("safetensors: '", tensor.name, "' has ", tensor.bytes.size(), " bytes, its dtype ",
                            tensor.dtype, " and shape need ", bytes));
  }
  if (tensors.size() > max_header_entries) throw ValueError(text("safetensors: ", tensors.size(), " tensors"));
}

// Compact JSON, padded with spaces so that the data begins at a multiple of 8.
std::string header_json(std::span<const StoredTensor> tensors, const Metadata& metadata) {
  std::string json = "{\"__metadata__\":" + nlohmann::json(metadata).dump();
  int64_t offset = 0;
  for (const StoredTensor& tensor : tensors) {
    const int64_t end = offset + std::ssize(tensor.bytes);
    json += text(',', nlohmann::json(tensor.name).dump(), ":{\"dtype\":\"", tensor.dtype,
                 "\",\"shape\":", nlohmann::json(tensor.shape).dump(), ",\"data_offsets\":[", offset, ',', end, "]}");
    offset = end;
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');
  return json;
}

}  // namespace

SafetensorsFile SafetensorsFile::read(const std::string& path) {
  const InputFile file(path);
  check_long_enough(file.size(), path);
  std::vector<uint8_t> bytes(length_bytes);
  file.read(0, bytes);
  const size_t header_end = length_bytes + header_length(bytes, file.size(), path);
  bytes.resize(header_end);
  file.read(length_bytes, std::span(bytes).subspan(length_bytes));
  // Judge the header first: a hostile one must not make us read gigabytes. from_bytes() then does the whole.
  parse_safetensors_header(as_text(bytes).substr(length_bytes), file.size() - static_cast<int64_t>(header_end), path);
  bytes.resize(static_cast<size_t>(file.size()));
  file.read(static_cast<int64_t>(header_end), std::span(bytes).subspan(header_end));
  return from_bytes(std::move(bytes), path);
}

SafetensorsFile SafetensorsFile::from_bytes(std::vector<uint8_t> bytes, const std::string& where) {
  check_long_enough(std::ssize(bytes), where);
  SafetensorsFile file;
  file.path_ = where;
  file.bytes_ = std::move(bytes);
  const std::span<const uint8_t> all(file.bytes_);
  const size_t header_end = length_bytes + header_length(all.first(length_bytes), std::ssize(all), where);
  const std::span<const uint8_t> data = all.subspan(header_end);
  const std::string_view json = as_text(all.subspan(length_bytes, header_end - length_bytes));
  SafetensorsHeader header = parse_safetensors_header(json, std::ssize(data), where);
  file.tensors_.reserve(header.tensors.size());
  for (HeaderTensor& tensor : header.tensors) {
    const auto begin = static_cast<size_t>(tensor.begin), size = static_cast<size_t>(tensor.end - tensor.begin);
    file.tensors_.push_back(
        {std::move(tensor.name), std::move(tensor.dtype), std::move(tensor.shape), data.subspan(begin, size)});
    check_booleans(file.tensors_.back(), where);
  }
  for (size_t i = 0; i < file.tensors_.size(); ++i) file.index_.emplace(file.tensors_[i].name, i);
  verify_checksums(all, json, file.tensors_, header.metadata, where);
  file.metadata_ = std::move(header.metadata);
  file.metadata_.erase(std::string(file_checksum_key));
  file.metadata_.erase(std::string(tensor_checksums_key));
  return file;
}

bool SafetensorsFile::contains(std::string_view name) const { return index_.count(name) != 0; }

const StoredTensor& SafetensorsFile::find(std::string_view name) const {
  const auto found = index_.find(name);
  if (found != index_.end()) return tensors_[found->second];
  std::vector<std::string> known;
  for (const StoredTensor& tensor : tensors_) {
    if (tensor.name.size() < 200 && known.size() < 2000) known.push_back(tensor.name);
  }
  std::string message = unknown_word("tensor", name, known);
  if (known.size() > 12) message = message.substr(0, message.find(" (known:"));  // a network has hundreds of names
  throw FileError(text(path_, ": ", message, " (", tensors_.size(), " tensors)"));
}

void write_safetensors(const std::string& path, std::span<const StoredTensor> tensors, const Metadata& metadata) {
  check_writable(tensors);
  std::string json;
  try {
    Metadata complete = metadata;
    complete[std::string(file_checksum_key)] = zero_checksum;
    complete[std::string(tensor_checksums_key)] = tensor_checksums(tensors);
    json = header_json(tensors, complete);
  } catch (const nlohmann::json::exception& error) {
    throw ValueError(text("safetensors: a name or metadata is no valid UTF-8: ", error.what()));
  }
  if (std::ssize(json) > max_header_bytes) throw ValueError(text("safetensors: a header of ", json.size(), " bytes"));

  std::array<uint8_t, length_bytes> length{};
  for (size_t i = 0; i < length_bytes; ++i) length[i] = static_cast<uint8_t>(uint64_t{json.size()} >> 8 * i);
  std::vector<std::span<const uint8_t>> parts{length, as_bytes(json)};
  for (const StoredTensor& tensor : tensors) parts.push_back(tensor.bytes);
  uint32_t crc = 0;
  for (const std::span<const uint8_t> part : parts) crc = crc32_of(part, crc);
  json.replace(file_checksum_digits(json), zero_checksum.size(), hex_digits(crc));
  write_file(path, parts);
}

}  // namespace skew
