// Copies to the device, within it and back, of sizes around every boundary; and the order of what is queued.
#include <cstring>
#include <thread>

#include "apps/selftest/section.h"
#include "core/memory.h"
#include "ops/arithmetic.h"
#include "ops/operators.h"

namespace skew::selftest {
namespace {

std::vector<uint8_t> bytes_for(size_t count, uint64_t seed) {
  std::vector<uint8_t> bytes(count);
  uint64_t state = seed * 2654435761u + 1;
  for (uint8_t& b : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    b = uint8_t(state >> 56);
  }
  return bytes;
}

// Up, across to an offset within another block, and down.
void round_trip(Section& s, size_t bytes, size_t offset) {
  const std::vector<uint8_t> truth = bytes_for(bytes, bytes + offset);
  std::vector<uint8_t> sent = truth;
  const Storage first(bytes + 1, s.device), second(bytes + offset + 1, s.device);
  upload(s.device, first.address(), sent.data(), bytes);
  std::fill(sent.begin(), sent.end(), uint8_t(0xa5));  // what was sent may change at once
  uint8_t* const at = static_cast<uint8_t*>(second.address()) + offset;
  copy_memory(s.device, at, first.address(), bytes);
  std::vector<uint8_t> back(bytes, 0);
  download(s.device, back.data(), at, bytes);
  s.check(back == truth, "a copy of ", bytes, " bytes, ", offset, " bytes into a block, came back changed");
}

// x + 1 + 1 + …: each waits for the one before, and the host's overwriting of what it sent must not show.
double chain(Device device, int links, float start) {
  std::vector<float> sent(1 << 12, start);
  Tensor x = Tensor::from(sent, {1 << 12}, device);
  std::fill(sent.begin(), sent.end(), -1e6f);
  for (int k = 0; k < links; ++k) x = x + 1;
  const std::vector<float> back = x.values<float>();
  for (const float v : back)
    if (v != back[0]) return -1;
  return back[0];
}

}  // namespace

void copies(Section& s) {
  std::vector<size_t> sizes = {0, 1, 2, 3, 15, 16, 17, 255, 256, 4095, 4096, 4097, 65535, 1 << 20, (1 << 20) + 1};
  const bool small = s.toy || s.device == Device::cpu;
  if (!small)
    for (const size_t large : {size_t(1) << 24, (size_t(1) << 27) + 3, size_t(1) << 28}) sizes.push_back(large);
  for (const size_t bytes : sizes)
    for (const size_t offset : {size_t(0), size_t(4), size_t(16), size_t(1)}) round_trip(s, bytes, offset);

  for (const DType type : {DType::float32, DType::int64}) {
    const Tensor x = Tensor::full({3, 5}, -7, type, s.device);
    s.check(x.doubles() == std::vector<double>(15, -7), "a tensor of ", type, " filled with -7 holds something else");
  }
  const int links = small ? 20 : 2000;
  s.check(chain(s.device, links, 5) == 5 + links, "a chain of ", links, " additions came out wrong");
  std::vector<double> found(4, 0);
  std::vector<std::thread> threads;
  if (!s.toy)  // the emulated device is for one thread
    for (size_t t = 0; t < found.size(); ++t)
      threads.emplace_back([&, t] {
        try {
          found[t] = chain(s.device, links, float(t));
        } catch (const std::exception&) {
          found[t] = -2;
        }
      });
  for (std::thread& thread : threads) thread.join();
  for (size_t t = 0; t < threads.size(); ++t)
    s.check(found[t] == double(t) + links, "a chain in thread ", t, " of ", threads.size(), " came out as ", found[t]);
}

}  // namespace skew::selftest
