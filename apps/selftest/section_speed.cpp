// How fast the device is, by its own clock, after a warm-up: medians. On an emulated device everything runs once, and
// nothing of it is recorded.
#include <algorithm>
#include <cmath>

#include "apps/selftest/section.h"
#include "core/backward.h"
#include "core/device_library.h"
#include "core/memory.h"
#include "core/random.h"
#include "core/storage.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/ral.h"
#include "models/networks/network_table.h"
#include "models/optim/adam.h"
#include "models/optim/sgd.h"
#include "ops/batch_norm.h"
#include "ops/conv2d.h"
#include "ops/matmul.h"
#include "ops/operators.h"
#include "ops/pointwise.h"

namespace skew::selftest {
namespace {

class Stopwatch {
 public:
  explicit Stopwatch(Section& s) : s_(s) {}

  // Runs it 3 times unmeasured, then 15 times, and records amount / median: GB/s of bytes, TFLOP/s of operations.
  void measure(const std::string& what, double amount, const std::string& unit, const std::function<void()>& run) {
    if (s_.late()) return s_.cut(what);
    run();
    ++s_.record.checks;
    if (s_.toy) return;
    for (int k = 0; k < 2; ++k) run();
    std::vector<double> seconds;
    for (int k = 0; k < 15; ++k) {
      const double start = seconds_on_device(s_.device);
      run();
      seconds.push_back(seconds_on_device(s_.device) - start);
    }
    std::nth_element(seconds.begin(), seconds.begin() + 7, seconds.end());
    s_.rate(what, amount / std::max(seconds[7], 1e-9), unit);
  }

 private:
  Section& s_;
};

Tensor filled(Section& s, const Shape& shape, double value = .5) {
  return Tensor::full(shape, value, DType::float32, s.device);
}

void copies_speed(Section& s, Stopwatch& watch) {
  const size_t bytes = s.toy ? 4096 : size_t(1) << 28;
  std::vector<uint8_t> host(bytes, 1);
  const Storage a(bytes, s.device), b(bytes, s.device);
  const double gb = double(bytes) / 1e9;
  watch.measure("copy to the device", gb, "GB/s", [&] { upload(s.device, a.address(), host.data(), bytes); });
  watch.measure("copy from the device", gb, "GB/s", [&] { download(s.device, host.data(), a.address(), bytes); });
  watch.measure("copy within the device, read and written", 2 * gb, "GB/s",
                [&] { copy_memory(s.device, b.address(), a.address(), bytes); });
}

void passes_speed(Section& s, Stopwatch& watch) {
  const NoGrad off;
  const ptrdiff_t batch = s.toy ? 2 : 64, channels = s.toy ? 4 : 64, side = s.toy ? 4 : 112;
  const Layout nhwc = Layout::channels_last();
  const Tensor x = filled(s, {batch, channels, side, side}).to(nhwc);
  const double gb = double(x.count()) * 4 / 1e9;
  watch.measure("relu", 2 * gb, "GB/s", [&] { relu(x); });
  watch.measure("add", 3 * gb, "GB/s", [&] { x + x; });
  const Tensor weight = filled(s, {channels}), bias = filled(s, {channels});
  const BatchNormArgs args{.training = true};
  watch.measure("batch norm, training, read twice and written", 3 * gb, "GB/s",
                [&] { batch_norm(x, weight, bias, filled(s, {channels}), filled(s, {channels}), args); });
}

void batch_norm_backward_speed(Section& s, Stopwatch& watch) {
  const ptrdiff_t batch = s.toy ? 2 : 64, channels = s.toy ? 4 : 64, side = s.toy ? 4 : 112;
  Tensor x = filled(s, {batch, channels, side, side}).to(Layout::channels_last());
  x.set_requires_grad();
  const Tensor weight = filled(s, {channels}), bias = filled(s, {channels}), dy = filled(s, x.shape()).to(x.layout());
  const double gb = double(x.count()) * 4 / 1e9;
  watch.measure("batch norm, training and its way back, 8 passes", 8 * gb, "GB/s", [&] {
    x.set_grad({});
    backward(batch_norm(x, weight, bias, filled(s, {channels}), filled(s, {channels}), {.training = true}), dy);
  });
}

void optimiser_speed(Section& s, Stopwatch& watch) {
  Tensors parameters;
  const int count = s.toy ? 3 : 60;
  const ptrdiff_t each = s.toy ? 64 : 400'000;  // 24 million, as of a ResNet-50
  for (int k = 0; k < count; ++k) {
    Tensor p = filled(s, {each});
    p.set_requires_grad();
    p.set_grad(filled(s, {each}, .01));
    parameters.push_back(p);
  }
  AdamW optimizer(parameters, {.lr = 1e-3});
  watch.measure("AdamW, four read and three written", 7 * double(count) * double(each) * 4 / 1e9, "GB/s",
                [&] { optimizer.step(); });
}

void products_speed(Section& s, Stopwatch& watch, const std::string& mode) {
  const NoGrad off;
  const ptrdiff_t n = s.toy ? 16 : 4096;
  const Tensor a = filled(s, {n, n}), b = filled(s, {n, n});
  watch.measure(text("product of ", n, "×", n, " matrices", mode), 2e-12 * std::pow(double(n), 3), "TFLOP/s",
                [&] { matmul(a, b); });
  struct Case {
    ptrdiff_t in, out, side, kernel;
  };
  for (const Case& c :
       {Case{64, 64, 56, 3}, {256, 64, 56, 1}, {128, 128, 28, 3}, {512, 512, 7, 3}, {1024, 2048, 14, 1}}) {
    const ptrdiff_t batch = s.toy ? 1 : 64, shrink = s.toy ? 32 : 1, side = s.toy ? 4 : c.side;
    const ptrdiff_t in = c.in / shrink, out = c.out / shrink;
    const Conv2dArgs args{.padding = c.kernel / 2};
    const Tensor x = filled(s, {batch, in, side, side}).to(Layout::channels_last());
    const Tensor w = filled(s, {out, in, c.kernel, c.kernel}).to(Layout::channels_last());
    const Tensor dy = filled(s, conv2d_shape(x.shape(), w.shape(), args)).to(Layout::channels_last());
    const double tflop = 2e-12 * double(dy.count()) * double(in * c.kernel * c.kernel);
    const std::string what = text("convolution ", in, " → ", out, ", ", side, " px, kernel ", c.kernel, mode);
    watch.measure(what, tflop, "TFLOP/s", [&] { conv2d_forward(s.device, x, w, {}, args); });
    watch.measure(what + ", to its input", tflop, "TFLOP/s",
                  [&] { conv2d_backward_data(s.device, dy, w, x.shape(), args); });
    watch.measure(what + ", to its weights", tflop, "TFLOP/s",
                  [&] { conv2d_backward_weights(s.device, dy, x, w, args, false); });
  }
}

struct Training {
  const char* model;
  ptrdiff_t side, batch;
  std::string words() const { return text("training ", model, ", ", side, " px, batch ", batch); }
};

void training_speed(Section& s, Stopwatch& watch, const Training& t, const std::string& mode) {
  seed(0);
  const auto network = make_network(t.model, {.in_channels = 3, .classes = 14, .image_size = t.side});
  network->to(s.device);
  Sgd optimizer(network->parameters(), {.lr = .01, .momentum = .9});
  const Tensor images =
      Tensor::from(normal_numbers(size_t(t.batch * 3 * t.side * t.side), 1), {t.batch, 3, t.side, t.side}, s.device);
  const Tensor labels = Tensor::zeros({t.batch, 14}, DType::float32, s.device);
  watch.measure(t.words() + mode, double(t.batch), "images/s", [&] {
    const Tensor l = loss(Ral{}, network->forward(images), labels, {.reduction = Reduction::mean});
    backward(l);
    optimizer.step();
    optimizer.zero_grad();
    l.item();
  });
}

// False: the device's memory, which others may hold, does not suffice. That is no fault of it, and noted.
template <class Measure> bool fits(Section& s, const std::string& what, const Measure& measure) {
  try {
    measure();
    return true;
  } catch (const MemoryError& error) {
    s.note(what, " does not fit into memory: ", error.what());
  }
  release_cached_memory();
  return false;
}

// Of batches that do not fit half, and half again.
void step_speed(Section& s, Stopwatch& watch, const std::string& mode) {
  std::vector<Training> trainings = {{"small_cnn", 16, 2}};
  if (!s.toy) trainings = {{"resnet18", 64, 64}, {"resnet18", 224, 64}, {"resnet50", 224, 64}};
  for (Training& t : trainings)
    while (t.batch > 0 && !fits(s, t.words() + mode, [&] { training_speed(s, watch, t, mode); })) t.batch /= 2;
}

}  // namespace

void speed(Section& s) {
  Stopwatch watch(s);
  fits(s, "copying", [&] { copies_speed(s, watch); });
  fits(s, "relu, add and batch norm", [&] { passes_speed(s, watch); });
  fits(s, "batch norm's way back", [&] { batch_norm_backward_speed(s, watch); });
  fits(s, "AdamW", [&] { optimiser_speed(s, watch); });
  fits(s, "products and convolutions", [&] { products_speed(s, watch, ""); });
  step_speed(s, watch, "");
  if (s.tf32) {
    use_tf32(s.device, true);
    fits(s, "products and convolutions in TF32", [&] { products_speed(s, watch, ", TF32"); });
    step_speed(s, watch, ", TF32");
    use_tf32(s.device, false);
  }
  if (s.toy) s.note("emulated: everything ran once; no speed is recorded");
}

}  // namespace skew::selftest
