// Reading zip archives from memory through libzip, as far as npz files need it: stored and deflated entries, Zip64.
// Not for extracting to disk: nothing here makes a path of an entry's name.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

struct ZipEntry {
  std::string name;
  std::vector<uint8_t> bytes;
};

// The entries whose name ends in `suffix`, in the directory's order, one after the other to `take`. FileError naming
// `name` for a truncated or malformed archive, two entries of one name, encryption, methods other than stored and
// deflated, and an entry whose length or CRC is not as claimed. A claim that its data cannot yield takes no memory.
void read_zip(std::span<const uint8_t> archive, const std::string& name, std::string_view suffix,
              const std::function<void(ZipEntry)>& take);

}  // namespace skew
