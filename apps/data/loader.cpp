// A ring of slots: workers build batches a few ahead of the consumer, who takes them in order.
#include "apps/data/loader.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "apps/data/option_words.h"
#include "core/error.h"

namespace skew {
namespace {

void check(const PixelCache& cache, const std::vector<int64_t>& indices, const LoaderOptions& options) {
  if (indices.empty()) throw ValueError(text(cache.data().name(), ": no images in this split"));
  if (options.batch < 1 || options.batch > (1 << 20))
    throw ValueError(text("batch size ", options.batch, ": expected 1 to ", 1 << 20));
  if (options.workers < 0 || options.workers > 256)
    throw ValueError(text("workers ", options.workers, ": expected 0 to 256"));
  if (options.ahead < 1 || options.ahead > 1024)
    throw ValueError(text("ahead ", options.ahead, ": expected 1 to 1024"));
  const size_t channels = size_t(cache.channels());
  if (options.normalisation.mean.size() != channels || options.normalisation.std.size() != channels)
    throw ValueError(text("normalisation of ", options.normalisation.mean.size(), " channels for images of ", channels,
                          "; was the model trained on images of another kind? give ", option("channels")));
}

// How often each entry of the order has occurred before it.
std::vector<int64_t> repeats_of(const std::vector<int64_t>& order) {
  std::unordered_map<int64_t, int64_t> seen;
  std::vector<int64_t> out;
  for (const int64_t i : order) out.push_back(seen[i]++);
  return out;
}

}  // namespace

Loader::Loader(std::shared_ptr<PixelCache> cache, std::vector<int64_t> indices, LoaderOptions options)
    : cache_(std::move(cache)), options_(std::move(options)), indices_(std::move(indices)) {
  check(*cache_, indices_, options_);
  int64_t images = int64_t(indices_.size());
  if (options_.train) {
    sampler_ = std::make_unique<Sampler>(cache_->data(), indices_, options_.sampler, options_.seed);
    images = sampler_->size();
  }
  batches_ =
      options_.train ? std::max<int64_t>(1, images / options_.batch) : (images + options_.batch - 1) / options_.batch;
  slots_.resize(size_t(options_.workers == 0 ? 1 : options_.ahead));
  bad_.resize(size_t(cache_->data().size()));
  for (int t = 0; t < options_.workers; ++t) threads_.emplace_back([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_all();
}

void Loader::quiesce(std::unique_lock<std::mutex>& lock) {
  running_ = false;
  done_.wait(lock, [this] { return building_ == 0; });
  for (Slot& slot : slots_) slot.ready = false, slot.error = nullptr;
}

void Loader::start(int64_t epoch, int64_t first_batch) {
  if (epoch < 0 || first_batch < 0 || first_batch > batches_)
    throw ValueError(text("epoch ", epoch, ", batch ", first_batch, ": expected batch 0 to ", batches_));
  std::vector<int64_t> order = sampler_ ? sampler_->order(epoch) : indices_;
  std::unique_lock lock(mutex_);
  quiesce(lock);
  epoch_ = epoch;
  order_ = std::move(order);
  repeat_ = repeats_of(order_);
  build_ = deliver_ = first_batch;
  running_ = true;
  lock.unlock();
  work_.notify_all();
}

void Loader::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] {
      return stop_ || (running_ && build_ < batches_ && build_ < deliver_ + int64_t(slots_.size()));
    });
    if (stop_) return;
    const int64_t number = build_++;
    Slot& slot = slots_[size_t(number) % slots_.size()];
    ++building_;
    lock.unlock();
    std::exception_ptr error;
    try {
      fill(number, slot.batch);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    slot.error = error;
    slot.ready = true;
    --building_;
    done_.notify_all();
  }
}

bool Loader::next(Batch& batch) {
  std::unique_lock lock(mutex_);
  if (!running_ || deliver_ >= batches_) return false;
  if (options_.workers == 0) {
    running_ = false;  // stays so if this throws, as with workers
    lock.unlock();
    fill(deliver_, batch);
    running_ = true;
    ++deliver_;
    return true;
  }
  Slot& slot = slots_[size_t(deliver_) % slots_.size()];
  done_.wait(lock, [&] { return slot.ready; });
  if (slot.error) {
    const std::exception_ptr error = slot.error;
    quiesce(lock);  // the epoch ends here; a later start() begins anew
    std::rethrow_exception(error);
  }
  std::swap(slot.batch, batch);
  slot.ready = false;
  ++deliver_;
  lock.unlock();
  work_.notify_all();
  return true;
}

void Loader::fill(int64_t number, Batch& batch) {
  const int64_t begin = number * options_.batch,
                end = std::min<int64_t>(begin + options_.batch, int64_t(order_.size()));
  const Dataset& data = cache_->data();
  const size_t count = size_t(end - begin), classes = data.classes().size();
  batch.n = 0;
  batch.images.resize(count * size_t(cache_->channels() * cache_->height() * cache_->width()));
  batch.targets.resize(count * classes);
  batch.mask.assign(count * classes, 1.0f);
  batch.class_index.resize(data.task() == Task::single_label ? count : 0);
  batch.ids.resize(count);
  for (int64_t place = begin; place < end; ++place) batch.n += add_image(place, batch);
  batch.left_out = int64_t(count) - batch.n;
  if (batch.left_out > 0) {
    batch.images.resize(batch.images.size() / count * size_t(batch.n));
    batch.targets.resize(size_t(batch.n) * classes);
    batch.mask.resize(size_t(batch.n) * classes);
    batch.ids.resize(size_t(batch.n));
    if (!batch.class_index.empty()) batch.class_index.resize(size_t(batch.n));
  }
  if (std::all_of(batch.mask.begin(), batch.mask.end(), [](float m) { return m == 1; })) batch.mask.clear();
}

// Writes image `place` of the epoch's order as number batch.n of the batch. False if it was left out.
bool Loader::add_image(int64_t place, Batch& batch) {
  const int64_t index = order_[size_t(place)];
  std::shared_ptr<const Pixels> pixels;
  try {
    pixels = cache_->get(index);
  } catch (const Error& error) {
    if (options_.bad_images == BadImages::fail) throw FileError(error.what() + skip_advice());
    const std::lock_guard lock(mutex_);
    bad_[size_t(index)] = error.what();
    return false;
  }
  const Dataset& data = cache_->data();
  const ImageShape shape{cache_->channels(), cache_->height(), cache_->width()};
  const size_t n = size_t(batch.n), classes = data.classes().size();
  Draw draw;
  if (options_.train)
    draw = draw_augmentation(options_.augmentation, options_.seed, epoch_, index, repeat_[size_t(place)], shape);
  render(*pixels, shape, options_.normalisation, draw,
         batch.images.data() + n * size_t(shape.channels * shape.height * shape.width));
  const auto target = data.target(index);
  for (size_t c = 0; c < classes; ++c) {
    const bool known = !std::isnan(target[c]);
    batch.targets[n * classes + c] = known ? target[c] : 0.0f;
    batch.mask[n * classes + c] = known ? 1.0f : 0.0f;
  }
  if (!batch.class_index.empty()) batch.class_index[n] = data.class_index(index);
  batch.ids[n] = index;
  return true;
}

std::vector<std::string> Loader::bad_images() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const std::string& why : bad_)
    if (!why.empty()) out.push_back(why);
  return out;
}

}  // namespace skew
