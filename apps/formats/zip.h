// Reading zip archives from memory, as far as npz files need it: stored and deflated entries, data descriptors,
// comments, Zip64. Source: PKWARE APPNOTE 6.3. Not for extracting to disk: nothing here makes a path of an entry's name.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skew {

struct ZipEntry {
  std::string name;               // as stored; unique in the archive
  int method = 0;                 // 0 stored, 8 deflated
  uint32_t crc = 0;
  uint64_t size = 0;              // inflated, as claimed
  std::span<const uint8_t> data;  // as stored, within the archive
};

// The entries in the directory's order. FileError naming `name` for a truncated or malformed archive, entries that
// overlap or share a name, several discs, encryption, and methods other than stored and deflated.
std::vector<ZipEntry> read_zip_directory(std::span<const uint8_t> archive, const std::string& name);

// The entry's bytes; FileError when its length or CRC is not as claimed. Memory grows with what really comes out, never
// with the claim alone.
std::vector<uint8_t> extract(const ZipEntry& entry, const std::string& name);

}  // namespace skew
