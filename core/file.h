// Reading and writing whole files so that a crash, a full disk or a hostile path leaves no half-written result.
// Every status of the operating system is checked. No format is known here; see models/weights/safetensors.h for one.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

// A regular file opened for reading; its size is known before anything is allocated.
// Throws FileError if the path does not open or is a folder, pipe or device (opening those never blocks).
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int64_t size() const { return size_; }
  const std::string& path() const { return path_; }

  // Fills `into` from byte `offset` on; throws FileError if the file ends before.
  void read(int64_t offset, std::span<uint8_t> into) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  int64_t size_ = 0;
};

// The whole file; throws FileError as InputFile does, and if it is larger than max_bytes.
std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes);

// Replaces the file at `path` by the concatenated parts, completely or not at all: a temporary file in the same folder,
// written, synced, renamed over the target, then the folder synced. On failure throws FileError, removes the temporary
// file and leaves the old file as it was. A symbolic link is followed; a device (/dev/stdout) is written to directly.
void write_file(const std::string& path, std::span<const std::span<const uint8_t>> parts);
void write_file(const std::string& path, std::span<const uint8_t> bytes);
void write_file(const std::string& path, std::string_view text);

}  // namespace skew
