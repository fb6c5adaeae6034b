// The IDX files are read whole, mosaics are composed at once (17 MB), the sources are dropped.
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t mosaic_stream = uint64_t(0xFA) << 56;  // this file's own random numbers
constexpr size_t side = 28, class_count = 10;
const char* const class_names[class_count] = {"t-shirt", "trouser", "pullover", "dress", "coat",
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
      : images(read_idx(folder / (name + "-images-idx3-ubyte.gz"), 3, side * side)),
        labels(read_idx(folder / (name + "-labels-idx1-ubyte.gz"), 1, 1)) {
    if (labels.size() * side * side != images.size() ||
        std::any_of(labels.begin(), labels.end(), [](uint8_t y) { return y >= class_count; }))
      throw FileError(text(folder.string(), ": images and labels do not fit; reinstall dataset-fashion-mnist"));
  }
};

// Composes the mosaics of one split from the garments first … last − 1 of a source.
class Composer {
 public:
  Composer(const Source& source, size_t first, size_t last, uint64_t stream)
      : source_(source), random_(0, mosaic_stream | stream), lists_(class_count), used_(class_count) {
    if (last > source.labels.size() || first >= last)
      throw FileError("fashion-mnist: fewer images than expected; reinstall dataset-fashion-mnist");
    const std::vector<int64_t> order = random_.permutation(int64_t(last - first));
    for (const int64_t k : order) lists_[source.labels[first + size_t(k)]].push_back(first + size_t(k));
    double sum = 0;
    for (size_t c = 0; c < class_count; ++c) upto_[c] = sum += std::pow(100.0, -double(c) / 9);
  }

  void add(std::vector<uint8_t>& pixels, std::vector<float>& targets) {
    const size_t base = pixels.size(), row = targets.size();
    pixels.resize(base + 4 * side * side);
    targets.resize(row + class_count);
    const std::vector<int64_t> cells = random_.permutation(4);
    for (int64_t k = random_.below(4); k >= 0; --k) {
      const size_t c = draw_class(), cell = size_t(cells[size_t(k)]);
      if (lists_[c].empty()) continue;
      const uint8_t* garment = source_.images.data() + lists_[c][used_[c]++ % lists_[c].size()] * side * side;
      for (size_t y = 0; y < side; ++y)
        std::copy_n(garment + y * side, side,
                    pixels.begin() + std::ptrdiff_t(base + ((cell / 2) * side + y) * 2 * side + (cell % 2) * side));
      targets[row + c] = 1;
    }
  }

 private:
  size_t draw_class() {
    const double u = random_.uniform() * upto_[class_count - 1];
    size_t c = 0;
    while (c + 1 < class_count && u >= upto_[c]) ++c;
    return c;
  }

  const Source& source_;
  Generator random_;
  std::vector<std::vector<size_t>> lists_;  // garments of each class, shuffled
  std::vector<size_t> used_;
  double upto_[class_count] = {};
};

}  // namespace

Contents fashion_mosaic(const DataOptions& options, const fs::path& folder) {
  refuse_all_options(options, std::string("fashion-mosaic") + " has its own classes and splits");
  refuse_options({{"classes", quoted_list(options.classes)}}, std::string("fashion-mosaic") + " has its own classes");
  if (options.task == Task::single_label)
    throw UsageError("fashion-mosaic is multi-label; leave out " + option("task"));
  Contents data;
  data.name = "fashion-mosaic";
  data.classes.assign(std::begin(class_names), std::end(class_names));
  data.channels = 1;
  data.height = data.width = 2 * side;
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
    const auto first = pixels->begin() + i * std::ptrdiff_t(4 * side * side);
    return Image{1, 2 * side, 2 * side, 8, {first, first + std::ptrdiff_t(4 * side * side)}};
  };
  return data;
}

}  // namespace skew
