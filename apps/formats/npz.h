// NumPy's .npz: a zip archive of .npy arrays, MedMNIST's form among them. Read next: npy.h, zip.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/npy.h"

namespace skew {

// The arrays of every entry that ends in .npy, named without it ("dir/a" for dir/a.npy), in the archive's order; other
// entries are passed over. FileError naming the file and the entry for anything malformed, damaged or not a number.
std::vector<NpyArray> parse_npz(std::span<const uint8_t> file, const std::string& name);
std::vector<NpyArray> read_npz(const std::filesystem::path& path, int64_t max_file_bytes = int64_t{16} << 30);

// The one array of a .npy file.
NpyArray read_npy(const std::filesystem::path& path, int64_t max_file_bytes = int64_t{16} << 30);

}  // namespace skew
