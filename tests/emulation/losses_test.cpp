// Every loss of the table on emulated cuda beside the reference in double: hard and soft labels, masks, weights, class
// weights, each reduction; value and gradient. A combination that a loss refuses, it refuses on both in the same words.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <regex>

#include "core/backward.h"
#include "core/error.h"
#include "core/random.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

constexpr ptrdiff_t rows = 7, classes = 37;  // more than a warp, less than a block

struct Outcome {
  std::string refused;
  std::vector<double> value, gradient;
};

struct Values {
  std::vector<double> logits, labels, mask, weights, class_weights;
  std::vector<int64_t> numbers;

  Values(uint64_t seed, bool soft) {
    Generator random(seed, 1);
    for (ptrdiff_t i = 0; i < rows * classes; ++i) {
      logits.push_back(double(float(3 * random.normal())));
      const double share = double(float(random.uniform()));
      labels.push_back(soft && i % 3 ? share : double(random.below(5) == 0));
      mask.push_back(double(random.below(3) > 0));
      weights.push_back(double(float(random.uniform())));
    }
    for (ptrdiff_t c = 0; c < classes; ++c) class_weights.push_back(double(float(.5 + random.uniform())));
    for (ptrdiff_t n = 0; n < rows; ++n) numbers.push_back(random.below(classes));
  }
};

enum class Kind { plain, masked, weighted, class_weighted };

// A distribution over the classes for losses of one label; elsewhere labels as they are.
std::vector<double> soft_rows(std::vector<double> labels) {
  for (ptrdiff_t n = 0; n < rows; ++n) {
    double sum = 0;
    for (ptrdiff_t c = 0; c < classes; ++c) sum += labels[size_t(n * classes + c)];
    for (ptrdiff_t c = 0; c < classes; ++c) labels[size_t(n * classes + c)] /= sum;
  }
  return labels;
}

Outcome outcome(const AnyLoss& any, const Values& in, bool soft, Kind kind, Reduction reduction, Device device) {
  const DType type = device == Device::reference ? DType::float64 : DType::float32;
  const auto tensor = [&](const std::vector<double>& values, const Shape& shape) {
    return Tensor::from(values, shape, Device::reference).to(type).to(device);
  };
  const bool one = any.single_label();
  const Shape whole = {rows, classes}, of_rows = {rows};
  Tensor logits = tensor(in.logits, whole);
  logits.set_requires_grad();
  const Tensor targets = !one   ? tensor(in.labels, whole)
                         : soft ? tensor(soft_rows(in.labels), whole)
                                : Tensor::from(in.numbers, of_rows, device);
  const auto fitting = [&](const std::vector<double>& values) {
    return one && !soft ? tensor({values.begin(), values.begin() + rows}, of_rows) : tensor(values, whole);
  };
  LossArgs args{.reduction = reduction};
  if (kind == Kind::masked) args.mask = fitting(in.mask);
  if (kind == Kind::weighted) args.weights = fitting(in.weights);
  if (kind == Kind::class_weighted) args.class_weights = tensor(in.class_weights, {classes});
  Outcome result;
  try {
    const Tensor l = loss(any, logits, targets, args);
    result.value = l.doubles();
    backward(l, Tensor::full(l.shape(), 1, type, device));
    result.gradient = logits.grad().doubles();
  } catch (const Error& error) {
    result.refused = std::regex_replace(error.what(), std::regex("float64"), "float32");
  }
  return result;
}

LossParameters counts_for(const AnyLoss& any) {
  std::string list;
  for (ptrdiff_t c = 0; c < classes; ++c) list += (c ? "," : "") + std::to_string(2 + c % 90);
  LossParameters out;
  if (any.has_parameter("class_freq")) out.emplace_back("class_freq", list);
  if (any.has_parameter("train_num")) out.emplace_back("train_num", "9000");
  return out;
}

// The largest difference, of the largest number; infinite where NaNs or lengths differ.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0, scale = 1e-9;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(a[i]) != std::isfinite(b[i])) return INFINITY;
    if (!std::isfinite(a[i])) continue;
    worst = std::max(worst, std::abs(a[i] - b[i]));
    scale = std::max(scale, std::abs(b[i]));
  }
  return worst / scale;
}

}  // namespace

TEST_CASE("every loss, with soft labels, masks and weights, is on cuda what it is on the reference") {
  int losses = 0, compared = 0, refused = 0;
  double worst = 0;
  for (const auto& [name, row] : loss_table()) {
    ++losses;
    const AnyLoss any = make_loss(name, counts_for(make_loss(name)));
    for (const bool soft : {false, true})
      for (const Kind kind : {Kind::plain, Kind::masked, Kind::weighted, Kind::class_weighted})
        for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
          INFO(name << (soft ? ", soft" : ", hard") << ", kind " << int(kind) << ", reduction " << int(reduction));
          const Values in(uint64_t(losses), soft);
          const Outcome truth = outcome(any, in, soft, kind, reduction, Device::reference),
                        mine = outcome(any, in, soft, kind, reduction, Device::cuda);
          CHECK(mine.refused == truth.refused);
          if (!truth.refused.empty()) {
            ++refused;
            continue;
          }
          ++compared;
          worst = std::max({worst, difference(mine.value, truth.value), difference(mine.gradient, truth.gradient)});
          CHECK(difference(mine.value, truth.value) < 2e-5);
          CHECK(difference(mine.gradient, truth.gradient) < 2e-5);
        }
  }
  std::printf("%d losses: %d combinations compared, off by at most %.1e of the largest; %d refused alike\n", losses,
              compared, worst, refused);
  CHECK(compared > 12 * losses);
}
