// The IDX files are read whole, mosaics are composed at once (17 MB), the sources are dropped.
#include "apps/data/fashion_mosaic.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kStream = uint64_t(0xFA) << 56;  // this file's own random numbers
constexpr size_t kSide = 28, kClasses = 10;
const char* const kNames[kClasses] = {"t-shirt", "trouser", "pullover", "dress", "coat",
                                      "sandal",  "shirt",   "sneaker",  "bag",   "ankle_boot"};

// The bytes behind an IDX header of `dims` numbers, of which there must be as many as the header says.
std::vector<uint8_t> read_idx(const fs::path& file, size_t dims, size_t item_bytes) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(file.c_str(), "rb"), gzclose);
  if (!in)
    throw FileError(text(file.string(), ": not there; install the package: apt-get install dataset-fashion-mnist"));
  const auto broken = [&] { return FileError(text(file.string(), ": damaged; reinstall dataset-fashion-mnist")); };
  std::vector<uint8_t> header(4 + 4 * dims);
  if (gzread(in.get(), header.data(), unsigned(header.size())) != int(header.size())) throw broken();
  if (header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != dims) throw broken();
  const size_t count = size_t(header[4]) << 24 | size_t(header[5]) << 16 | size_t(header[6]) << 8 | header[7];
  if (count == 0 || count > 1'000'000) throw broken();
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> part(1 << 20);
  while (bytes.size() <= count * item_bytes) {
    const int n = gzread(in.get(), part.data(), unsigned(part.size()));
    if (n < 0) throw broken();
    if (n == 0) break;
    bytes.insert(bytes.end(), part.begin(), part.begin() + n);
  }
  if (bytes.size() != count * item_bytes) throw broken();
  return bytes;
}

struct Source {
  std::vector<uint8_t> images, labels;
  Source(const fs::path& folder, const std::string& name)
      : images(read_idx(folder / (name + "-images-idx3-ubyte.gz"), 3, kSide * kSide)),
        labels(read_idx(folder / (name + "-labels-idx1-ubyte.gz"), 1, 1)) {
    if (labels.size() * kSide * kSide != images.size() ||
        std::any_of(labels.begin(), labels.end(), [](uint8_t y) { return y >= kClasses; }))
      throw FileError(text(folder.string(), ": images and labels do not fit; reinstall dataset-fashion-mnist"));
  }
};

// Composes the mosaics of one split from the garments first … last − 1 of a source.
class Composer {
 public:
  Composer(const Source& source, size_t first, size_t last, uint64_t stream)
      : source_(source), random_(0, kStream | stream), lists_(kClasses), used_(kClasses) {
    if (last > source.labels.size() || first >= last)
      throw FileError("fashion-mnist: fewer images than expected; reinstall dataset-fashion-mnist");
    const std::vector<int64_t> order = random_.permutation(int64_t(last - first));
    for (const int64_t k : order) lists_[source.labels[first + size_t(k)]].push_back(first + size_t(k));
    double sum = 0;
    for (size_t c = 0; c < kClasses; ++c) upto_[c] = sum += std::pow(100.0, -double(c) / 9);
  }

  void add(std::vector<uint8_t>& pixels, std::vector<float>& targets) {
    const size_t base = pixels.size(), row = targets.size();
    pixels.resize(base + 4 * kSide * kSide);
    targets.resize(row + kClasses);
    const std::vector<int64_t> cells = random_.permutation(4);
    for (int64_t k = random_.below(4); k >= 0; --k) {
      const size_t c = draw_class(), cell = size_t(cells[size_t(k)]);
      if (lists_[c].empty()) continue;
      const uint8_t* garment = source_.images.data() + lists_[c][used_[c]++ % lists_[c].size()] * kSide * kSide;
      for (size_t y = 0; y < kSide; ++y)
        std::copy_n(garment + y * kSide, kSide,
                    pixels.begin() + std::ptrdiff_t(base + ((cell / 2) * kSide + y) * 2 * kSide + (cell % 2) * kSide));
      targets[row + c] = 1;
    }
  }

 private:
  size_t draw_class() {
    const double u = random_.uniform() * upto_[kClasses - 1];
    size_t c = 0;
    while (c + 1 < kClasses && u >= upto_[c]) ++c;
    return c;
  }

  const Source& source_;
  Generator random_;
  std::vector<std::vector<size_t>> lists_;  // garments of each class, shuffled
  std::vector<size_t> used_;
  double upto_[kClasses] = {};
};

}  // namespace

Contents fashion_mosaic(const DataOptions& options, const fs::path& folder) {
  if (options.task == Task::single_label) throw UsageError("fashion-mosaic is multi-label; leave out --task");
  Contents data;
  data.name = "fashion-mosaic";
  data.classes.assign(std::begin(kNames), std::end(kNames));
  data.channels = 1, data.height = data.width = 2 * kSide;
  const auto pixels = std::make_shared<std::vector<uint8_t>>();
  const auto add = [&](Split split, int64_t count, const Source& source, size_t first, size_t last) {
    Composer composer(source, first, last, uint64_t(split));
    for (int64_t i = 0; i < count; ++i) {
      composer.add(*pixels, data.targets);
      data.splits.push_back(split);
      data.paths.push_back(text(split_name(split), "/", i));
    }
  };
  {
    const Source train(folder, "train");
    add(Split::train, 4000, train, 0, 54000);
    add(Split::val, 500, train, 54000, 60000);
  }
  add(Split::test, 1000, Source(folder, "t10k"), 0, 10000);
  data.read = [pixels](int64_t i) {
    const auto first = pixels->begin() + i * std::ptrdiff_t(4 * kSide * kSide);
    return Image{1, 2 * kSide, 2 * kSide, 8, {first, first + std::ptrdiff_t(4 * kSide * kSide)}};
  };
  return data;
}

}  // namespace skew
