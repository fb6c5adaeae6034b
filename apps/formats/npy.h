// NumPy's .npy: one array of numbers behind a header that is a Python dictionary in text (NEP 1, versions 1 to 3).
// Nothing is evaluated and no Python object is read. Read next: npz.h, several of them in a zip archive.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skew {

struct NpyArray {
  std::string name;            // the entry's name in an npz, else what the caller gave
  std::string dtype;           // bool, int8 … int64, uint8 … uint64, float16, float32, float64
  std::vector<int64_t> shape;  // empty: one number
  std::vector<uint8_t> bytes;  // row-major, little-endian, whatever the file's order is
};

// FileError naming `name` for a malformed or shortened file, and for types that are no plain numbers (structured, text,
// complex, dates, objects). The shape's size is compared with the file's before anything is allocated; bytes behind the
// array are ignored, as numpy does.
NpyArray parse_npy(std::span<const uint8_t> file, const std::string& name);

}  // namespace skew
