// Joins zip.h and npy.h; the bytes of one entry at a time are in memory beside the arrays read so far.
#include "apps/formats/npz.h"

#include <string_view>

#include "apps/formats/zip.h"
#include "core/file.h"

namespace skew {

std::vector<NpyArray> parse_npz(std::span<const uint8_t> file, const std::string& name) {
  constexpr std::string_view suffix = ".npy";
  std::vector<NpyArray> arrays;
  read_zip(file, name, suffix, [&](ZipEntry entry) {
    NpyArray array = parse_npy(entry.bytes, name + ": " + entry.name);
    array.name = entry.name.substr(0, entry.name.size() - suffix.size());
    arrays.push_back(std::move(array));
  });
  return arrays;
}

std::vector<NpyArray> read_npz(const std::filesystem::path& path, int64_t max_file_bytes) {
  return parse_npz(read_file(path.string(), max_file_bytes), path.string());
}

NpyArray read_npy(const std::filesystem::path& path, int64_t max_file_bytes) {
  return parse_npy(read_file(path.string(), max_file_bytes), path.string());
}

}  // namespace skew
