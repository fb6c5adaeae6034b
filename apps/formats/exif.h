// Which way up a picture is to be shown, as cameras write it into the EXIF data of a JPEG (APP1) or PNG (eXIf), and
// turning it so. Nothing else of EXIF is read. Damaged EXIF data are no EXIF data, as in viewers: no function throws.
#pragma once
#include "apps/formats/image.h"
#include "core/file.h"

namespace skew {

// 1 to 8 as EXIF numbers them: 1 as stored, 2 mirrored left to right, 3 half a turn, 4 upside down, 5 to 8 the same
// four with rows and columns exchanged (6: a quarter turn clockwise brings it upright). 1 where nothing is said.
// Of a PNG, the chunk counts before the pixel data and in the last 64 KiB of the file.
int exif_orientation(std::span<const uint8_t> file);
int exif_orientation(const InputFile& file);  // reads a few hundred bytes of it

// The picture the right way up: height and width are exchanged by 5 to 8.
Image upright(Image image, int orientation);
ImageInfo upright(ImageInfo info, int orientation);

}  // namespace skew
