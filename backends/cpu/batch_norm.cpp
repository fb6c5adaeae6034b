// Batch normalisation in whatever order x comes, with the relu behind it in the same pass: two passes over memory each
// way. Ours and not oneDNN's, whose threads wait at a barrier inside for those that another process keeps from running,
// and whose fused relu turns NaN into 0. Naive twin: backends/reference/batch_norm.cpp.
#include "ops/batch_norm.h"

#include <array>
#include <cmath>

#include "backends/cpu/flush_denormals.h"
#include "backends/cpu/onednn.h"
#include "backends/cpu/vector/batch_norm.h"

namespace skew {
namespace {

const BatchNormLoops& loops() {
  static const BatchNormLoops loops =
      by_isa(isa_baseline::batch_norm_loops, isa_avx2::batch_norm_loops, isa_avx512::batch_norm_loops)();
  return loops;
}

// x in memory: slabs of rows × lanes floats, one behind the other. A lane is a channel, slab s begins with channel
// (s % blocks) · lanes; in row-major order a slab is one channel's pixels, read as rows of sixteen.
class Slabs {
 public:
  explicit Slabs(const Tensor& x) : floats_(x.count()) {
    const ptrdiff_t n = x.shape()[0], c = x.shape()[1], pixels = x.shape().count(2, x.shape().rank());
    if (x.layout().is_row_major() && pixels > 1) {
      images_ = n;
      blocks_ = c;
      rows_ = pixels;
      lanes_ = 1;
    } else if (x.layout().kind() == Layout::Kind::opaque) {
      lanes_ = onednn::channels_a_block(x);
      images_ = n;
      blocks_ = c / lanes_;
      rows_ = pixels;
    } else {  // channels last: all pixels are rows, cut where it suits
      rows_ = std::max((n * pixels + 31) / 32, (strip_floats + c - 1) / c);
      images_ = (n * pixels + rows_ - 1) / rows_;
      blocks_ = 1;
      lanes_ = c;
    }
    one_channel_ = lanes_ == 1 && blocks_ > 1;
    group_ = std::max({(images_ + 31) / 32, strip_floats / (rows_ * lanes_), ptrdiff_t(1)});
  }

  bool one_channel() const { return one_channel_; }
  ptrdiff_t channel_of(ptrdiff_t first, ptrdiff_t lane) const { return one_channel_ ? first : first + lane; }

  // The work in pieces that do not depend on the threads: f(strip, where it begins, its first channel, group of
  // images).
  template <class F> void each_strip(F f) const {
    const ptrdiff_t jobs = groups() * blocks_, grain = std::max<ptrdiff_t>(1, 32768 * jobs / floats_);
    parallel_for(jobs, grain, [&](ptrdiff_t begin, ptrdiff_t end) {
      const FlushDenormals flush;
      for (ptrdiff_t job = begin; job < end; ++job) each_strip_of(job / blocks_, job % blocks_, f);
    });
  }
  ptrdiff_t groups() const { return (images_ + group_ - 1) / group_; }

 private:
  static constexpr ptrdiff_t strip_floats = 4096;  // fits into the first cache with what is made from it

  template <class F> void each_strip_of(ptrdiff_t group, ptrdiff_t block, F f) const {
    const ptrdiff_t slab = rows_ * lanes_, channel = block * lanes_;
    const ptrdiff_t width = one_channel_ ? 16 : lanes_, rows = std::max<ptrdiff_t>(1, strip_floats / width);
    const ptrdiff_t together = one_channel_ || blocks_ == 1 ? 1 : std::max<ptrdiff_t>(1, strip_floats / slab);
    const ptrdiff_t past = std::min(images_, (group + 1) * group_);
    for (ptrdiff_t image = group * group_; image < past; image += together) {
      const ptrdiff_t begin = (image * blocks_ + block) * slab, end = std::min(floats_, begin + slab);
      if (together > 1) {
        f(Strip{rows_, lanes_, std::min(together, past - image), blocks_ * slab}, begin, channel, group);
        continue;
      }
      for (ptrdiff_t at = begin; at < end;) {
        const ptrdiff_t whole = std::min((end - at) / width, rows);
        const Strip strip = whole > 0 ? Strip{whole, width} : Strip{1, end - at};  // what sixteen do not divide
        f(strip, at, channel, group);
        at += strip.rows * strip.lanes;
      }
    }
  }

  ptrdiff_t floats_, images_, blocks_, rows_, lanes_, group_;
  bool one_channel_;
};

// Numbers of a channel, as the lanes of a strip want them.
class PerLane {
 public:
  PerLane(const Slabs& slabs, const float* values, ptrdiff_t channel) : at_(values + channel) {
    if (!slabs.one_channel()) return;
    same_.fill(values[channel]);
    at_ = same_.data();
  }
  PerLane(const PerLane&) = delete;
  operator const float*() const { return at_; }

 private:
  std::array<float, 16> same_;
  const float* at_;
};

// One partial result a channel and group of images, whatever the number of threads, joined in their order.
template <class Partial> class Partials {
 public:
  Partials(const Slabs& slabs, ptrdiff_t channels)
      : slabs_(slabs), channels_(channels), parts_(size_t(slabs.groups() * channels)) {}
  template <class F> void add(const Strip& strip, ptrdiff_t channel, ptrdiff_t group, F lane) {
    for (ptrdiff_t l = 0; l < strip.lanes; ++l)
      parts_[size_t(group * channels_ + slabs_.channel_of(channel, l))].add(lane(size_t(l)));
  }
  std::vector<Partial> joined() && {
    for (size_t i = size_t(channels_); i < parts_.size(); ++i) parts_[i % size_t(channels_)].add(parts_[i]);
    return std::move(parts_);
  }

 private:
  const Slabs& slabs_;
  ptrdiff_t channels_;
  std::vector<Partial> parts_;
};

// Count, mean and Σ (x − mean)² of values that arrive in parts (Chan, Golub and LeVeque, 1983).
struct Moments {
  double n = 0, mean = 0, squares = 0;
  void add(const Moments& more) {
    const double delta = more.mean - mean, share = more.n / (n + more.n);
    mean += delta * share;
    squares += more.squares + delta * delta * n * share;
    n += more.n;
  }
};

std::vector<Moments> moments_of(const Slabs& slabs, const float* x, ptrdiff_t channels) {
  Partials<Moments> partials(slabs, channels);
  slabs.each_strip([&](const Strip& strip, ptrdiff_t at, ptrdiff_t channel, ptrdiff_t group) {
    thread_local std::vector<float> mean, squares;
    mean.resize(size_t(strip.lanes));
    squares.resize(size_t(strip.lanes));
    loops().moments(strip, x + at, mean.data(), squares.data());
    partials.add(strip, channel, group, [&](size_t l) { return Moments{double(strip.values()), mean[l], squares[l]}; });
  });
  return std::move(partials).joined();
}

struct Sums {
  double sum = 0, dot = 0;
  void add(const Sums& more) {
    sum += more.sum;
    dot += more.dot;
  }
};

std::vector<Sums> sums_of(const Slabs& slabs, const float* dy, const float* y, const float* x, const float* means,
                          ptrdiff_t channels) {
  Partials<Sums> partials(slabs, channels);
  slabs.each_strip([&](const Strip& strip, ptrdiff_t at, ptrdiff_t channel, ptrdiff_t group) {
    thread_local std::vector<float> sum, dot;
    sum.resize(size_t(strip.lanes));
    dot.resize(size_t(strip.lanes));
    const PerLane mean(slabs, means, channel);
    loops().sums(strip, dy + at, y ? y + at : nullptr, x + at, mean, sum.data(), dot.data());
    partials.add(strip, channel, group, [&](size_t l) { return Sums{sum[l], dot[l]}; });
  });
  return std::move(partials).joined();
}

double or_else(const Tensor& given, ptrdiff_t c, double constant) {
  return given.defined() ? double(given.data<float>()[c]) : constant;
}

// Orders that have no slabs (none that oneDNN chooses today) become row-major.
Tensor readable(const Tensor& x) {
  const bool blocked = x.layout().kind() == Layout::Kind::opaque;
  return blocked && onednn::channels_a_block(x) == 0 ? x.to(Layout{}) : x;
}

BatchNormResult forward(const Tensor& input, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                        const Tensor& running_var, const BatchNormArgs& args, bool) {
  const Tensor x = readable(input);
  onednn::type_of(x.dtype());
  const ptrdiff_t channels = x.shape()[1];
  BatchNormResult r{Tensor::empty_like(x),
                    args.training ? Tensor::empty({channels}) : running_mean,
                    args.training ? Tensor::empty({channels}) : running_var,
                    {}};
  if (x.count() == 0) return r;
  const Slabs slabs(x);
  const float* xs = x.data<float>();
  if (args.training) {
    const std::vector<Moments> moments = moments_of(slabs, xs, channels);
    float *means = r.mean.fill<float>(), *variances = r.variance.fill<float>();
    for (ptrdiff_t c = 0; c < channels; ++c) {
      means[c] = float(moments[size_t(c)].mean);
      variances[c] = float(moments[size_t(c)].squares / moments[size_t(c)].n);
    }
  }
  const float *means = r.mean.data<float>(), *variances = r.variance.data<float>();
  std::vector<float> scales(static_cast<size_t>(channels)), shifts(scales.size());
  for (ptrdiff_t c = 0; c < channels; ++c) {
    scales[size_t(c)] = float(or_else(weight, c, 1) / std::sqrt(double(variances[c]) + args.eps));
    shifts[size_t(c)] = float(or_else(bias, c, 0));
  }
  float* ys = r.y.fill<float>();
  slabs.each_strip([&](const Strip& strip, ptrdiff_t at, ptrdiff_t channel, ptrdiff_t) {
    const PerLane mean(slabs, means, channel), scale(slabs, scales.data(), channel),
        shift(slabs, shifts.data(), channel);
    loops().apply(strip, xs + at, ys + at, mean, scale, shift, args.relu);
  });
  return r;
}

// With g = dy where relu let through and h = (x − mean)/√(variance + eps): dweight = Σ g·h, dbias = Σ g,
// dx = weight/√(variance + eps) · (g − mean(g) − h·mean(g·h)); in evaluation the two means fall away.
BatchNormGradients backward(const Tensor& upstream, const Tensor& input, const Tensor& y, const Tensor& weight,
                            const BatchNormResult& statistics, const BatchNormArgs& args) {
  const Tensor x = readable(input), dy = upstream.to(x.layout()), relu = args.relu ? readable(y) : Tensor();
  const ptrdiff_t channels = x.shape()[1];
  BatchNormGradients g{Tensor::empty_like(x), Tensor::zeros({channels}), Tensor::zeros({channels})};
  if (x.count() == 0) return g;
  const Slabs slabs(x);
  const float *xs = x.data<float>(), *dys = dy.data<float>(), *ys = args.relu ? relu.data<float>() : nullptr;
  const float *means = statistics.mean.data<float>(), *variances = statistics.variance.data<float>();
  const std::vector<Sums> sums = sums_of(slabs, dys, ys, xs, means, channels);
  float *dws = g.dweight.fill<float>(), *dbs = g.dbias.fill<float>();
  std::vector<float> of_g(static_cast<size_t>(channels)), of_x(of_g.size(), 0), constants(of_g.size(), 0);
  const double n = double(x.count() / channels);
  for (ptrdiff_t c = 0; c < channels; ++c) {
    const double rstd = 1 / std::sqrt(double(variances[c]) + args.eps), scale = rstd * or_else(weight, c, 1);
    const Sums& total = sums[size_t(c)];
    dws[c] = float(total.dot * rstd);
    dbs[c] = float(total.sum);
    of_g[size_t(c)] = float(scale);
    if (!args.training) continue;
    of_x[size_t(c)] = float(-scale * rstd * rstd * total.dot / n);
    constants[size_t(c)] = float(-scale * total.sum / n);
  }
  float* dxs = g.dx.fill<float>();
  slabs.each_strip([&](const Strip& strip, ptrdiff_t at, ptrdiff_t channel, ptrdiff_t) {
    const PerLane mean(slabs, means, channel), a(slabs, of_g.data(), channel), b(slabs, of_x.data(), channel),
        constant(slabs, constants.data(), channel);
    const float *y_at = ys ? ys + at : nullptr, *x_at = args.training ? xs + at : nullptr;
    loops().differentiate(strip, dys + at, y_at, x_at, dxs + at, mean, a, b, constant);
  });
  return g;
}

const bool filled = batch_norm_forward.set(Device::cpu, forward) && batch_norm_backward.set(Device::cpu, backward);

}  // namespace
}  // namespace skew
