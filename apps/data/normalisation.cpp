// Threads fill a table of sums per image; the table is then added up in order.
#include "apps/data/normalisation.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <thread>

#include "apps/data/option_words.h"
#include "core/error.h"

namespace skew {
namespace {

struct Sums {
  uint64_t values = 0, squares = 0;  // of one channel of one image; exact up to 2³² pixels
};

template <class T> Sums sums_of(const uint8_t* bytes, size_t count) {
  Sums out;
  for (size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    out.values += value;
    out.squares += uint64_t(value) * value;
  }
  return out;
}

}  // namespace

Normalisation compute_normalisation(PixelCache& cache, std::span<const int64_t> indices, int workers, bool skip_bad,
                                    std::vector<std::string>* left_out) {
  if (indices.empty()) throw ValueError(text(cache.data().name(), ": no training images to normalise by"));
  const size_t channels = size_t(cache.channels()), area = size_t(cache.height() * cache.width());
  std::vector<Sums> sums(indices.size() * channels);
  std::vector<double> scale(indices.size());  // 0: left out
  std::vector<std::exception_ptr> errors(indices.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t k = next++; k < indices.size(); k = next++) try {
        const auto pixels = cache.get(indices[k]);
        const size_t plane = area * size_t(pixels->bits / 8);
        scale[k] = pixels->bits == 16 ? 1.0 / 65535 : 1.0 / 255;
        for (size_t c = 0; c < channels; ++c)
          sums[k * channels + c] = pixels->bits == 16 ? sums_of<uint16_t>(pixels->bytes.data() + c * plane, area)
                                                      : sums_of<uint8_t>(pixels->bytes.data() + c * plane, area);
      } catch (...) {
        errors[k] = std::current_exception();
        if (!skip_bad) next = indices.size();
      }
  };
  std::vector<std::jthread> threads;
  for (int t = 1; t < workers; ++t) threads.emplace_back(work);
  work();
  threads.clear();
  int64_t used = 0;
  for (size_t k = 0; k < indices.size(); ++k) {
    if (errors[k]) try {
        std::rethrow_exception(errors[k]);
      } catch (const Error& error) {
        if (!skip_bad) throw FileError(error.what() + skip_advice());
        if (left_out) left_out->push_back(error.what());
      }
    used += scale[k] > 0;
  }
  if (used == 0) throw FileError(text(cache.data().name(), ": none of the training images can be read"));
  Normalisation out;
  for (size_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (size_t k = 0; k < indices.size(); ++k) {
      sum += double(sums[k * channels + c].values) * scale[k];
      squares += double(sums[k * channels + c].squares) * scale[k] * scale[k];
    }
    const double count = double(used) * double(area), mean = sum / count, variance = squares / count - mean * mean;
    out.mean.push_back(mean);
    out.std.push_back(variance > 1e-12 ? std::sqrt(variance) : 1.0);
  }
  return out;
}

}  // namespace skew
