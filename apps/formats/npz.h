// NumPy's .npz: a zip archive of .npy arrays, MedMNIST's form among them; stored and deflated entries, Zip64. Nothing
// is extracted to disk. Read next: npy.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/npy.h"

namespace skew {

// The arrays of every entry that ends in .npy, named without it ("dir/a" for dir/a.npy), in the archive's order; other
// entries are passed over. FileError naming the file and the entry for a truncated or malformed archive, two entries of
// one name, encryption, other methods, a length or CRC that is not as claimed, and what is not a number. A claim that
// its data cannot yield takes no memory; a file of more than 16 GiB is not read.
std::vector<NpyArray> parse_npz(std::span<const uint8_t> file, const std::string& name);
std::vector<NpyArray> read_npz(const std::filesystem::path& path);

}  // namespace skew
