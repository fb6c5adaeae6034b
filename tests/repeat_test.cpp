// The same seed gives the same bytes: twenty training steps, twice, on the threads that there are and on one.
#include <catch2/catch.hpp>
#include <cstring>

#include "core/parallel.h"
#include "tests/small_training.h"

using namespace skew;

namespace {

// Everything that a run leaves behind: losses, then all weights and statistics as bytes in row-major order.
std::vector<unsigned char> trained(uint64_t seed) {
  SmallTraining training(seed);
  std::vector<unsigned char> bytes;
  auto add = [&](const void* first, size_t n) {
    const auto* b = static_cast<const unsigned char*>(first);
    bytes.insert(bytes.end(), b, b + n);
  };
  for (int i = 0; i < 20; ++i) {
    const double loss = training.step();
    add(&loss, sizeof loss);
  }
  for (const NamedState& s : training.net->state()) {
    const Tensor plain = s.tensor.host();
    add(plain.bytes().data(), plain.bytes().size());
  }
  return bytes;
}

}  // namespace

TEST_CASE("twenty training steps give the same bytes twice") {
  const std::vector<unsigned char> first = trained(7);
  CHECK(first.size() > 20'000);
  CHECK(trained(7) == first);
  CHECK(trained(8) != first);
  CHECK(trained(7) == first);  // whatever ran in between
}

TEST_CASE("on one thread, too") {
  const int before = threads();
  set_threads(1);
  const bool same = trained(7) == trained(7);
  set_threads(before);
  CHECK(same);
}
