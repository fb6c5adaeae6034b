// More memory than there is, by one tensor and by many: an error that says how much was asked for, nothing kept, and a
// device that works on. And one tensor of more than 2³¹ elements.
#include <algorithm>

#include "apps/selftest/section.h"
#include "apps/selftest/small_network.h"
#include "core/storage.h"
#include "ops/operators.h"
#include "ops/slice.h"

namespace skew::selftest {
namespace {

constexpr double gib = 1 << 30;

std::string refusal(const std::function<void()>& ask) {
  try {
    ask();
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

bool trains(Section& s) {
  SmallNetwork network(s.device, {4, 12, 4});
  return network.step(0).fault == Fault::none;
}

void one_tensor_too_large(Section& s) {
  const int64_t elements = int64_t(1) << 44;
  const std::string said = refusal([&] { Tensor::empty({elements}, DType::float32, s.device); });
  s.check(said.find(text(elements * 4)) != std::string::npos, "a tensor of 64 TiB: said '", said,
          "', which does not name its bytes");
  s.check(trains(s), "after a refused tensor the network does not train");
}

// Takes all there is in 32 blocks or so, is refused, gives it back.
void many_tensors(Section& s) {
  const int64_t block = std::max<int64_t>(s.memory_total / 32 / 4, 1);  // elements
  std::string said;
  int64_t taken = 0;
  {
    Tensors held;
    for (int k = 0; k < 64 && said.empty(); ++k) {
      said = refusal([&] { held.push_back(Tensor::full({block}, 1, DType::float32, s.device)); });
      if (said.empty()) taken += block * 4;
    }
    s.check(said.find(text(block * 4)) != std::string::npos, "when memory was full: said '", said,
            "', which does not name the bytes asked for");
    for (const Tensor& t : held)
      if (!s.check(slice(t, {.axis = 0, .start = 0, .stop = 1}).item() == 1,
                   "a block lost its contents while memory was full"))
        break;
  }
  release_cached_memory();
  s.note("full after ", taken >> 20, " MiB of ", s.memory_total >> 20);
  s.check(trains(s), "after memory was full the network does not train");
  const std::string again = refusal([&] { Tensor::full({block}, 1, DType::float32, s.device); });
  s.check(again.empty(), "after memory was given back a block cannot be had: ", again);
}

// Indices beyond 32 bits: the last elements, and a sum, of 2³¹ + 5.
void more_than_2_31(Section& s) {
  const int64_t n = (int64_t(1) << 31) + 5;
  const Tensor x = Tensor::full({n}, 1, DType::float32, s.device);
  const Tensor y = x + 1;
  s.check(slice(y, {.axis = 0, .start = n - 5, .stop = n}).doubles() == std::vector<double>(5, 2),
          "the last of 2³¹ + 5 elements are wrong");
  s.check(slice(y, {.axis = 0, .start = 0, .stop = 5}).doubles() == std::vector<double>(5, 2),
          "the first of 2³¹ + 5 elements are wrong");
}

}  // namespace

void memory(Section& s) {
  if (s.memory_total == 0) return s.leave_out("this device's memory is the machine's");
  one_tensor_too_large(s);
  if (s.toy && double(s.memory_total) > gib) s.leave_out("filling an emulated memory of more than 1 GiB");
  else many_tensors(s);
  release_cached_memory();
  if (!s.toy && double(s.memory_free) > 20 * gib) more_than_2_31(s);
  else s.leave_out("2³¹ elements, for which a device needs 20 GiB of free memory");
  release_cached_memory();
}

}  // namespace skew::selftest
