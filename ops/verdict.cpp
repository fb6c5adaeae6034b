// The block's way to the device and back.
#include "ops/verdict.h"

#include "core/memory.h"
#include "core/pending.h"

namespace skew {

Verdict::Verdict(Device device, const StepNumbers& numbers)
    : block_(std::make_shared<Storage>(sizeof(StepNumbers), device)) {
  upload(device, block_->address(), &numbers, sizeof numbers);
}

StepNumbers Verdict::read() const {
  throw_pending(device());
  StepNumbers numbers;
  download(device(), &numbers, block_->address(), sizeof numbers);
  return numbers;
}

}  // namespace skew
