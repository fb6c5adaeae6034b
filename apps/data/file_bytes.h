// Whole files in and out, with every status checked: the one place where readers and writers of data touch the disk.
// It knows no format; see image.h, npz.h for those.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace skew {

// The bytes of a regular file (or a link to one). FileError when it is missing, a folder, a device or a pipe, larger
// than max_bytes, unreadable, or shrinks while it is read. Nothing is allocated before the size is known.
std::vector<uint8_t> read_file_bytes(const std::filesystem::path& path, int64_t max_bytes);

// Writes a temporary file beside `path`, forces it to disk and renames it: readers see the old file or the new one.
// FileError on any failed call (a full disk too), the temporary file removed; refuses an existing `path` that is not
// a regular file, so a device is never replaced.
void write_file_atomically(const std::filesystem::path& path, std::span<const uint8_t> bytes);

}  // namespace skew
