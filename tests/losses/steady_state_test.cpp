// Once warm, a loss asks the system for no memory that grows with its input: value and gradient of every loss.
// What is left is a graph vertex or two of fixed size. Tensors come from the caching allocator (core/storage.h).
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "core/backward.h"
#include "core/random.h"
#include "core/stats.h"
#include "losses/table/loss_table.h"

namespace {

std::atomic<size_t> largest_request = 0;

}  // namespace

void* operator new(size_t bytes) {
  size_t before = largest_request;
  while (bytes > before && !largest_request.compare_exchange_weak(before, bytes)) {
  }
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }

using namespace skew;

namespace {

constexpr ptrdiff_t rows = 96, classes = 640;
constexpr size_t fixed_size = 1024;  // bytes; a number a class would be 2,560 or more

LossParameters counts_for(const AnyLoss& loss) {
  std::string list;
  for (ptrdiff_t c = 0; c < classes; ++c) list += (c ? "," : "") + std::to_string(2 + c % 90);
  LossParameters out;
  if (loss.has_parameter("class_freq")) out.emplace_back("class_freq", list);
  if (loss.has_parameter("train_num")) out.emplace_back("train_num", "9000");
  return out;
}

void check_steady(const std::string& name, bool with_mask) {
  const AnyLoss any = make_loss(name, counts_for(make_loss(name)));
  Generator random(3);
  std::vector<float> x, y, mask;
  std::vector<int64_t> labels;
  for (ptrdiff_t i = 0; i < rows * classes; ++i) {
    x.push_back(float(3 * random.normal()));
    y.push_back(random.uniform() < .05 ? 1.f : 0.f), mask.push_back(random.uniform() < .1 ? 0.f : 1.f);
  }
  for (ptrdiff_t i = 0; i < rows; ++i) labels.push_back(random.below(classes));
  Tensor logits = Tensor::from(x, {rows, classes}, Device::cpu).set_requires_grad();
  const Tensor targets =
      any.single_label() ? Tensor::from(labels, {rows}, Device::cpu) : Tensor::from(y, {rows, classes}, Device::cpu);
  LossArgs args;
  if (with_mask && !any.single_label()) args.mask = Tensor::from(mask, {rows, classes}, Device::cpu);
  const auto step = [&] {
    logits.set_grad({});
    backward(loss(any, logits, targets, args));
  };
  for (int i = 0; i < 3; ++i) step();
  logits.set_grad({});
  const ptrdiff_t held = stats().live_bytes + stats().cached_bytes;
  largest_request = 0;
  for (int i = 0; i < 20; ++i) step();
  const size_t largest = largest_request;
  logits.set_grad({});
  INFO(name << (with_mask ? ", masked" : ""));
  CHECK(largest <= fixed_size);
  CHECK(stats().live_bytes + stats().cached_bytes == held);
}

}  // namespace

TEST_CASE("no loss allocates in its steady state") {
  if (!SKEW_HAS_ONEDNN) {
    WARN("skipped: no loss allocates in its steady state (the reference loops do)");
    return;
  }
  for (const std::string& name : loss_names())
    for (const bool with_mask : {false, true}) check_steady(name, with_mask);
}
