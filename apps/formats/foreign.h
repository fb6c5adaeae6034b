// Files that are no PNG and no JPEG: what they are by their first bytes, and what to do about each kind.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace skew {

// "PNG", "JPEG", another kind's usual name ("GIF", "DICOM", "Git LFS pointer", …), or "" for an unknown one. The file's
// name plays no part. `file`: the whole of it or its first 512 bytes.
std::string file_kind(std::span<const uint8_t> file);

// What to do with a file of that kind, in a few words, with a command for `name` that works as typed where there is
// one in Debian 12 (ImageMagick 6, dcmtk, …); for a long path, in the file's own folder. For "" too.
std::string advice_for(const std::string& kind, const std::string& name);

}  // namespace skew
