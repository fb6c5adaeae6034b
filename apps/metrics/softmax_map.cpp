// Temperature by bisection, vector scaling by L-BFGS (D. Liu & J. Nocedal, 1989), which suits many classes.
#include "apps/metrics/softmax_map.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace skew::metrics {
namespace {

// ln p, where 0 is no longer than the smallest number away.
double log_of(double p) { return std::log(std::max(p, 1e-300)); }

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// What vector scaling minimises, at (ln β, b): the log loss and the cost of leaving `toward`.
class VectorLoss {
 public:
  VectorLoss(std::span<const double> probabilities, std::span<const int64_t> targets, int64_t classes,
             std::span<const double> toward)
      : targets_(targets), toward_(toward.begin(), toward.end()), width_(size_t(classes)) {
    toward_.resize(width_);
    for (const double p : probabilities) logs_.push_back(log_of(p));
    spread_ = 1 / (double(targets.size()) + 2);
  }

  const std::vector<double>& toward() const { return toward_; }

  // at: ln β, then the biases; gradient and curvature (the diagonal of the second derivatives): alike.
  double operator()(std::span<const double> at, std::vector<double>& gradient, std::vector<double>& curvature) const {
    const double beta = std::exp(at[0]), even = spread_ / double(width_);
    double value = 0;
    gradient.assign(at.size(), 0);
    curvature.assign(at.size(), 1);
    std::vector<double> p(width_);
    for (size_t i = 0; i < targets_.size(); ++i) {
      const double* x = &logs_[i * width_];
      double largest = -HUGE_VAL, sum = 0, mean = 0, square = 0;
      for (size_t c = 0; c < width_; ++c) {
        p[c] = beta * x[c] + at[c + 1];
        largest = std::max(largest, p[c]);
      }
      const double own = p[size_t(targets_[i])];
      const double all = std::accumulate(p.begin(), p.end(), 0.0);
      for (double& v : p) sum += v = std::exp(v - largest);
      value += largest + std::log(sum) - (1 - spread_) * own - even * all;
      for (size_t c = 0; c < width_; ++c) {
        p[c] /= sum;
        const double target = even + (size_t(targets_[i]) == c ? 1 - spread_ : 0);
        gradient[c + 1] += p[c] - target;
        curvature[c + 1] += p[c] * (1 - p[c]);
        gradient[0] += (p[c] - target) * beta * x[c];
        mean += p[c] * beta * x[c];
        square += p[c] * beta * x[c] * beta * x[c];
      }
      curvature[0] += std::max(0.0, square - mean * mean);
    }
    for (size_t c = 0; c < width_; ++c) {
      const double off = at[c + 1] - toward_[c];
      value += off * off / 2;
      gradient[c + 1] += off;
    }
    return value;
  }

 private:
  std::span<const int64_t> targets_;
  std::vector<double> logs_, toward_;
  size_t width_;
  double spread_;
};

// The last steps of the search and how the gradient changed in them: its picture of the curvature.
class Memory {
 public:
  void add(std::vector<double> step, std::vector<double> change) {
    const double product = dot(step, change);
    if (product <= 1e-12 * dot(step, step)) return;
    pairs_.push_back({std::move(step), std::move(change), product});
    if (pairs_.size() > 8) pairs_.pop_front();
  }
  // Minus the inverse curvature times the gradient; `diagonal` is the curvature before any step.
  std::vector<double> direction(std::vector<double> gradient, std::span<const double> diagonal) const {
    std::vector<double> shares;
    for (auto k = pairs_.rbegin(); k != pairs_.rend(); ++k) {
      shares.push_back(dot(k->step, gradient) / k->product);
      for (size_t j = 0; j < gradient.size(); ++j) gradient[j] -= shares.back() * k->change[j];
    }
    for (size_t j = 0; j < gradient.size(); ++j) gradient[j] /= diagonal[j];
    for (const Pair& k : pairs_) {
      const double more = shares.back() - dot(k.change, gradient) / k.product;
      shares.pop_back();
      for (size_t j = 0; j < gradient.size(); ++j) gradient[j] += more * k.step[j];
    }
    for (double& v : gradient) v = -v;
    return gradient;
  }

 private:
  struct Pair {
    std::vector<double> step, change;
    double product;
  };
  std::deque<Pair> pairs_;
};

std::vector<double> difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  for (size_t k = 0; k < a.size(); ++k) out.push_back(a[k] - b[k]);
  return out;
}

constexpr double widest = 4;  // of ln β

}  // namespace

void apply_softmax_map(std::span<double> probabilities, int64_t classes, const SoftmaxMap& map) {
  const auto width = size_t(classes);
  for (size_t row = 0; row < probabilities.size(); row += width) {
    const std::span<double> p = probabilities.subspan(row, width);
    double largest = -HUGE_VAL, sum = 0;
    for (size_t c = 0; c < width; ++c) {
      p[c] = map.inverse_temperature * log_of(p[c]) + (map.bias.empty() ? 0 : map.bias[c]);
      largest = std::max(largest, p[c]);
    }
    for (double& v : p) sum += v = std::exp(v - largest);
    for (double& v : p) v /= sum;
  }
}

double fit_inverse_temperature(std::span<const double> probabilities, std::span<const int64_t> targets,
                               int64_t classes) {
  if (targets.empty()) return 1;
  const auto width = size_t(classes);
  const double spread = 1 / (double(targets.size()) + 2);
  double wanted = 0;  // Σ ln p under the targets
  for (size_t i = 0; i < targets.size(); ++i) {
    const std::span<const double> p = probabilities.subspan(i * width, width);
    wanted += (1 - spread) * log_of(p[size_t(targets[i])]);
    for (const double v : p) wanted += spread / double(classes) * log_of(v);
  }
  // Σ ln p under the model at β, which rises with β, less what is wanted: the slope of the log loss. That is convex in
  // β, so bisection finds the least.
  auto slope = [&](double beta) {
    std::vector<double> scaled(probabilities.begin(), probabilities.end());
    apply_softmax_map(scaled, classes, {beta});
    double expected = 0;
    for (size_t k = 0; k < scaled.size(); ++k) expected += scaled[k] * log_of(probabilities[k]);
    return expected - wanted;
  };
  double low = -widest, high = widest;  // ln β
  for (int k = 0; k < 40; ++k) {
    const double middle = (low + high) / 2;
    (slope(std::exp(middle)) < 0 ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

SoftmaxMap fit_vector_scaling(std::span<const double> probabilities, std::span<const int64_t> targets, int64_t classes,
                              std::span<const double> toward) {
  const VectorLoss loss(probabilities, targets, classes, toward);
  std::vector<double> at = {0}, gradient, curvature, next_gradient, next_curvature;
  at.insert(at.end(), loss.toward().begin(), loss.toward().end());
  double value = loss(at, gradient, curvature);
  Memory memory;
  const double enough = 1e-7 * double(targets.size() + 1);
  for (int k = 0; k < 200 && std::sqrt(dot(gradient, gradient)) > enough; ++k) {
    const std::vector<double> direction = memory.direction(gradient, curvature);
    const double slope = dot(direction, gradient);
    std::vector<double> next;
    double next_value = value, length = 1;
    for (; length > 1e-10; length /= 2) {
      next = at;
      for (size_t j = 0; j < at.size(); ++j) next[j] += length * direction[j];
      next[0] = std::clamp(next[0], -widest, widest);
      next_value = loss(next, next_gradient, next_curvature);
      if (next_value < value + 1e-4 * length * slope) break;
    }
    if (!(next_value < value)) break;  // as low as rounding allows
    memory.add(difference(next, at), difference(next_gradient, gradient));
    at = next;
    value = next_value;
    gradient = next_gradient;
    curvature = next_curvature;
  }
  return {std::exp(at[0]), {at.begin() + 1, at.end()}};
}

}  // namespace skew::metrics
