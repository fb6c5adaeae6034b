// Reading and writing safetensors files as named, typed, shaped bytes. Source: the format's description at
// https://github.com/huggingface/safetensors. Nothing here knows tensors of the graph or names of a model.
// Read next: models/weights/safetensors_header.h (what is refused), models/weights/integrity.h (checksums).
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

// One tensor as it lies in a file: row-major, little-endian. `bytes` belongs to somebody else and may be unaligned.
struct StoredTensor {
  std::string name;            // UTF-8
  std::string dtype;           // "F32", "F64", "F16", "BF16", "I64", … : see dtype_bits()
  std::vector<int64_t> shape;  // [] is a scalar
  std::span<const uint8_t> bytes;
};

using Metadata = std::map<std::string, std::string>;

// A whole file in memory, checked from end to end: header rules, exact length, checksums where the file has them.
class SafetensorsFile {
 public:
  // Throws FileError naming the file, the tensor and the reason. The header is judged before the data is read, and no
  // length it claims is allocated before it has been compared with the file's size.
  static SafetensorsFile read(const std::string& path);

  // The same from memory; `where` stands for the path in messages.
  static SafetensorsFile from_bytes(std::vector<uint8_t> bytes, const std::string& where);

  SafetensorsFile(SafetensorsFile&&) = default;
  SafetensorsFile& operator=(SafetensorsFile&&) = default;

  const std::string& path() const { return path_; }
  const std::vector<StoredTensor>& tensors() const { return tensors_; }  // in the header's order
  const Metadata& metadata() const { return metadata_; }                 // checksums left out

  bool contains(std::string_view name) const;
  const StoredTensor& find(std::string_view name) const;  // throws FileError, naming the nearest known name

 private:
  SafetensorsFile() = default;
  std::string path_;
  std::vector<uint8_t> bytes_;
  std::vector<StoredTensor> tensors_;
  std::map<std::string_view, size_t> index_;
  Metadata metadata_;
};

// Writes tensors in the given order, with checksums in the metadata; the same arguments give the same bytes. The file
// appears completely or not at all (core/file.h). Throws ValueError on a duplicate or invalid name, an unknown dtype,
// or bytes that do not fit the shape; FileError if writing fails. Metadata keys of integrity.h are replaced.
void write_safetensors(const std::string& path, std::span<const StoredTensor> tensors, const Metadata& metadata = {});

}  // namespace skew
