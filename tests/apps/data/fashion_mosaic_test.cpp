// The mosaic of garments: counts, labels and pixels, where Debian's data set is installed.
#include "apps/data/open_data.h"
#include "apps/data/sources.h"

#include <catch2/catch.hpp>
#include <cstdio>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

TEST_CASE("without the package the message names it") {
  const ScratchFolder folder;
  CHECK(message_of<FileError>([&] {
          fashion_mosaic({}, folder.path());
        }).find("apt-get install dataset-fashion-mnist") != std::string::npos);
  folder.write("train-images-idx3-ubyte.gz", "not gzip, and no header either");
  CHECK(message_of<FileError>([&] { fashion_mosaic({}, folder.path()); }).find("damaged; reinstall") !=
        std::string::npos);
}

TEST_CASE("mosaics are long-tailed, labelled by what they show, and the same every time") {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    std::printf("SKIPPED: fashion_mosaic: dataset-fashion-mnist is not installed\n");
    return;
  }
  const auto data = open_data("fashion-mosaic"), again = open_data("fashion-mosaic");
  CHECK((data->size() == 5500 && data->height() == 56 && data->classes().size() == 10));
  const auto train = data->class_counts(Split::train);
  for (size_t c = 1; c < 10; ++c) CHECK(train[c] < train[c - 1]);
  CHECK((train[0] > 2000 && train[9] > 25 && train[9] < 60));
  for (const int64_t i : {0, 1, 2, 4321, 5499}) {
    const Image image = data->read(i);
    CHECK(image.bytes == again->read(i).bytes);
    int64_t labels = 0, cells = 0;
    for (const float y : data->target(i)) labels += y == 1;
    for (size_t cell = 0; cell < 4; ++cell) {
      bool any = false;
      for (size_t y = 0; y < 28; ++y)
        for (size_t x = 0; x < 28; ++x) any |= image.bytes[((cell / 2) * 28 + y) * 56 + (cell % 2) * 28 + x] > 0;
      cells += any;
    }
    CHECK((labels >= 1 && labels <= cells));
  }
}
