// Which kind of file is this, by its first bytes? For messages: a reader that refuses a file says what it is.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace skew {

// "PNG", "JPEG", or another format's usual name ("GIF", "TIFF", "DICOM", "HTML", …); "" for an unknown one. The file's
// name plays no part: a PNG called .jpg is a PNG.
std::string image_format(std::span<const uint8_t> file);

}  // namespace skew
