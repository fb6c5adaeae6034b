// Batches: order and bytes for any number of workers, bad images, resumed epochs.
#include "apps/data/loader.h"
#include "apps/data/open_data.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

namespace {

// n grey images of 8x8; labels x (every 3rd) and y (unknown in every 4th).
ScratchFolder& folder_of(int n) {
  static ScratchFolder folder;
  std::string table = "path,split,x,y\n";
  for (int k = 0; k < n; ++k) {
    folder.png(std::to_string(k) + ".png", 8, 8, 1, 7 * k);
    table += std::to_string(k) + ".png,train," + (k % 3 ? "0" : "1") + "," + (k % 4 ? "1" : "") + "\n";
  }
  table += "0v.png,val,0,0\n";
  folder.png("0v.png", 8, 8);
  folder.write("labels.csv", table);
  return folder;
}

LoaderOptions options_for(PixelCache& cache, const std::vector<int64_t>& indices) {
  LoaderOptions options;
  options.batch = 8;
  options.normalisation = compute_normalisation(cache, indices);
  return options;
}

std::vector<Batch> epoch_of(Loader& loader, int64_t epoch, int64_t first = 0) {
  std::vector<Batch> out;
  loader.start(epoch, first);
  for (Batch batch; loader.next(batch);) out.push_back(batch);
  return out;
}

bool same(const Batch& a, const Batch& b) {
  return a.n == b.n && a.images == b.images && a.targets == b.targets && a.mask == b.mask && a.ids == b.ids &&
         a.class_index == b.class_index;
}

}  // namespace

TEST_CASE("0, 1, 2 and 7 workers give the same batches, from any batch of any epoch") {
  const auto data = open_data(folder_of(50).str());
  for (const char* words : {"flip,crop", "flip,crop,rotate,affine,brightness,contrast"}) {
    std::vector<std::vector<Batch>> first;
    for (const int workers : {0, 1, 2, 7}) {
      const auto cache = std::make_shared<PixelCache>(data);
      LoaderOptions options = options_for(*cache, data->indices(Split::train));
      options.workers = workers, options.ahead = workers + 1, options.augmentation = parse_augmentation(words);
      Loader loader(cache, data->indices(Split::train), options);
      Batch none;
      CHECK_FALSE(loader.next(none));
      CHECK(loader.batches() == 6);
      std::vector<std::vector<Batch>> epochs = {epoch_of(loader, 1), epoch_of(loader, 2), epoch_of(loader, 1, 3)};
      REQUIRE(epochs[0].size() == 6);
      REQUIRE(epochs[2].size() == 3);
      for (size_t b = 0; b < 3; ++b) CHECK(same(epochs[2][b], epochs[0][b + 3]));
      CHECK_FALSE(same(epochs[0][0], epochs[1][0]));
      CHECK(cache->decoded() <= 50);
      if (first.empty()) first = epochs;
      for (size_t e = 0; e < 3; ++e)
        for (size_t b = 0; b < epochs[e].size(); ++b) CHECK(same(epochs[e][b], first[e][b]));
    }
  }
}

TEST_CASE("an abandoned epoch leaves no trace") {
  const auto data = open_data(folder_of(50).str());
  const auto cache = std::make_shared<PixelCache>(data);
  LoaderOptions options = options_for(*cache, data->indices(Split::train));
  options.workers = 3;
  Loader loader(cache, data->indices(Split::train), options);
  const auto want = epoch_of(loader, 5);
  for (int64_t e = 0; e < 20; ++e) {
    loader.start(e);
    Batch batch;
    for (int64_t k = 0; k < e % 4; ++k) loader.next(batch);
  }
  const auto got = epoch_of(loader, 5);
  for (size_t b = 0; b < want.size(); ++b) CHECK(same(want[b], got[b]));
  CHECK_THROWS_AS(loader.start(0, 7), ValueError);
}

TEST_CASE("every epoch shows every image once, and the last incomplete batch is dropped") {
  const auto data = open_data(folder_of(50).str());
  const auto cache = std::make_shared<PixelCache>(data);
  Loader loader(cache, data->indices(Split::train), options_for(*cache, data->indices(Split::train)));
  std::vector<int64_t> seen;
  for (const Batch& batch : epoch_of(loader, 0)) seen.insert(seen.end(), batch.ids.begin(), batch.ids.end());
  std::sort(seen.begin(), seen.end());
  CHECK(seen.size() == 48);
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("unknown labels are 0 in targets and 0 in the mask; evaluation keeps order and all images") {
  const auto data = open_data(folder_of(50).str());
  const auto cache = std::make_shared<PixelCache>(data);
  LoaderOptions options = options_for(*cache, data->indices(Split::train));
  options.train = false;
  Loader loader(cache, data->indices(Split::train), options);
  const auto batches = epoch_of(loader, 0);
  REQUIRE(batches.size() == 7);
  CHECK(batches[6].n == 2);
  const Batch& b = batches[0];
  CHECK(b.ids == std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(b.mask[1] == 0);
  CHECK(b.targets[1] == 0);
  CHECK(b.mask[3] == 1);
  CHECK(b.targets[3] == 1);
  const Normalisation& norm = options.normalisation;
  for (size_t k = 0; k < 64; ++k)
    CHECK(b.images[64 + k] == Approx((double((7 + k) % 256) / 255 - norm.mean[0]) / norm.std[0]).margin(1e-6));
  Loader val(cache, data->indices(Split::val), options);
  CHECK(epoch_of(val, 0)[0].mask.empty());
}

TEST_CASE("flip and crop are those of the recipe") {
  const ImageShape shape{2, 20, 36};
  Pixels pixels{8, {}};
  for (int k = 0; k < 2 * 20 * 36; ++k) pixels.bytes.push_back(uint8_t(k * 37 + k / 91));
  const Normalisation norm{{0.4, 0.6}, {0.2, 0.3}};
  std::vector<float> out(pixels.bytes.size());
  int flips = 0;
  std::vector<int> offsets(3), columns(5);
  for (int64_t index = 0; index < 3000; ++index) {
    const Draw draw = draw_augmentation(parse_augmentation("flip,crop"), 1, 2, index, 0, shape);
    flips += draw.flip;
    ++offsets.at(size_t(draw.dy + 1)), ++columns.at(size_t(draw.dx + 2));
    if (index >= 50) continue;
    render(pixels, shape, norm, draw, out.data());
    for (int64_t c = 0; c < 2; ++c)
      for (int64_t y = 0; y < 20; ++y)
        for (int64_t x = 0; x < 36; ++x) {
          // pad by 1 and 2, flip the padded image, crop at (dy + 1, dx + 2)
          const int64_t padded = draw.flip ? 36 + 4 - 1 - (x + draw.dx + 2) : x + draw.dx + 2;
          const int64_t sy = y + draw.dy, sx = padded - 2;
          const bool inside = sy >= 0 && sy < 20 && sx >= 0 && sx < 36;
          const double want = !inside ? 0
                                      : (pixels.bytes[size_t((c * 20 + sy) * 36 + sx)] / 255.0 - norm.mean[size_t(c)]) /
                                            norm.std[size_t(c)];
          REQUIRE(out[size_t((c * 20 + y) * 36 + x)] == Approx(want).margin(2e-6));
        }
  }
  CHECK(std::abs(flips - 1500) < 4 * 28);
  for (const int n : offsets) CHECK(std::abs(n - 1000) < 4 * 26);
  for (const int n : columns) CHECK(std::abs(n - 600) < 4 * 22);
}

TEST_CASE("an unreadable image ends the epoch at its batch with its name, or is left out and listed") {
  const ScratchFolder folder;
  std::string table = "path,split,y\n";
  for (int k = 0; k < 100; ++k) {
    folder.png(std::to_string(k) + ".png", 8, 8);
    table += std::to_string(k) + ".png,train,1\n";
  }
  folder.png("v.png", 8, 8);
  folder.write("labels.csv", table + "v.png,val,0\n");
  std::filesystem::resize_file(folder.path() / "17.png", 40);
  const auto data = open_data(folder.str());
  for (const int workers : {0, 2}) {
    const auto cache = std::make_shared<PixelCache>(data);
    CHECK(message_of<FileError>([&] {
            compute_normalisation(*cache, data->indices(Split::train), workers);
          }).find("17.png") != std::string::npos);
    LoaderOptions options;
    options.normalisation = compute_normalisation(*cache, data->indices(Split::train), workers, true);
    options.train = false, options.batch = 10, options.workers = workers;
    Loader loader(cache, data->indices(Split::train), options);
    loader.start(0);
    Batch batch;
    CHECK(loader.next(batch));
    CHECK(message_of<FileError>([&] { loader.next(batch); }).find("17.png") != std::string::npos);
    CHECK_FALSE(loader.next(batch));
    options.bad_images = BadImages::skip;
    Loader skipping(cache, data->indices(Split::train), options);
    const auto batches = epoch_of(skipping, 0);
    CHECK(batches.size() == 10);
    CHECK(batches[1].n == 9);
    CHECK(batches[1].images.size() == 9 * 64);
    CHECK(std::count(batches[1].ids.begin(), batches[1].ids.end(), 17) == 0);
    REQUIRE(skipping.bad_images().size() == 1);
    CHECK(skipping.bad_images()[0].find("17.png") != std::string::npos);
  }
}

TEST_CASE("mixed sizes and colours are brought to one, a source's word is kept") {
  const ScratchFolder folder;
  folder.png("a.png", 8, 8), folder.png("b.png", 9, 8), folder.png("c.png", 8, 8, 3);
  folder.write("labels.csv", "path,split,y\na.png,train,1\nb.png,train,0\nc.png,val,0\n");
  const auto data = open_data(folder.str());
  PixelCache sized(data, {.img_size = 6, .channels = 3}, 100);
  for (int64_t i = 0; i < 3; ++i) CHECK(sized.get(i)->bytes.size() == 108);
  CHECK(sized.bytes() == 0);  // larger than the capacity
  CHECK_THROWS_AS(PixelCache(data, {.channels = 2}), ValueError);

  Contents made;  // no files, so no headers to look at
  made.name = "made";
  made.classes = {"y"};
  made.paths = {"a", "b", "c"};
  made.targets = {0, 1, 0};
  made.channels = 1, made.height = 8, made.width = 8;
  made.read = [](int64_t i) {
    return Image{i == 2 ? 3 : 1, i == 1 ? 9 : 8, 8, 8, std::vector<uint8_t>(i == 2 ? 192 : 64 + size_t(i) * 8)};
  };
  PixelCache plain(std::make_shared<Dataset>(made, DataOptions{}));
  CHECK_NOTHROW(plain.get(0));
  CHECK(message_of<FileError>([&] { plain.get(1); }).find("b is 8x9, but made says 8x8; give img_size") == 0);
  CHECK(message_of<FileError>([&] { plain.get(2); }).find("c is in colour, and made says otherwise; give channels") ==
        0);
}

TEST_CASE("options out of range are refused") {
  const auto data = open_data(folder_of(50).str());
  const auto cache = std::make_shared<PixelCache>(data);
  LoaderOptions good = options_for(*cache, data->indices(Split::train)), bad = good;
  bad.batch = 0;
  CHECK(message_of<ValueError>([&] { Loader(cache, data->indices(Split::train), bad); }) ==
        "batch size 0: expected 1 to 1048576");
  bad = good, bad.normalisation.mean.push_back(0);
  CHECK(message_of<ValueError>([&] {
          Loader(cache, data->indices(Split::train), bad);
        }).find("normalisation of 2 channels") == 0);
  CHECK(message_of<ValueError>([&] {
          Loader(cache, data->indices(Split::test), good);
        }).find("no images in this split") != std::string::npos);
  good.batch = 1000;
  Loader small(cache, data->indices(Split::train), good);
  CHECK(small.batches() == 1);
  CHECK(epoch_of(small, 0)[0].n == 50);
}

TEST_CASE("an epoch of nih_cxr14_64: normalisation of the recipe, and the time of the loader alone") {
  const std::string src = shared_data("loader", "nih_cxr14_64");
  if (src.empty()) return;
  const auto seconds = [](auto f) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::shared_ptr<Dataset> data;
  const double opening = seconds([&] { data = open_data(src); });
  const auto cache = std::make_shared<PixelCache>(data);
  LoaderOptions options;
  options.batch = 64, options.workers = 2;
  const double decoding =
      seconds([&] { options.normalisation = compute_normalisation(*cache, data->indices(Split::train), 2); });
  Loader loader(cache, data->indices(Split::train), options);
  Batch batch;
  const double epoch = seconds([&] {
    loader.start(0);
    while (loader.next(batch)) {
    }
  });
  std::printf("nih_cxr14_64: open %.3f s, decode 1395 images %.3f s, epoch from memory %.4f s; mean %.6f std %.6f\n",
              opening, decoding, epoch, options.normalisation.mean[0], options.normalisation.std[0]);
  CHECK(loader.batches() == 21);
}
