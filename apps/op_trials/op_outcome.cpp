// Running an op and comparing what came of it.
#include "apps/op_trials/op_outcome.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "core/error.h"

namespace skew {
namespace {

constexpr float smallest_normal = std::numeric_limits<float>::min();

// Distinct numbers, or the special one everywhere.
Tensor upstream_of(const Tensor& y, float special) {
  std::vector<float> dy(size_t(y.count()), special);
  for (size_t i = 0; special == 1 && i < dy.size(); ++i) dy[i] = float(std::sin(double(i) + 1));
  return Tensor::from(dy, y.shape(), y.device());
}

OpDifference tensors_differ(const Tensor& a, const Tensor& b, double scale, double tolerance) {
  if (!(a.shape() == b.shape())) return {"shapes"};
  const std::vector<double> x = a.doubles(), y = b.doubles();
  for (const double v : y)
    if (std::isfinite(v)) scale = std::max(scale, std::abs(v));
  OpDifference first;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool finite = std::isfinite(x[i]) && std::isfinite(y[i]);
    const bool same = (std::isnan(x[i]) && std::isnan(y[i])) || x[i] == y[i];
    if (same || (finite && std::abs(x[i] - y[i]) <= tolerance * scale + 64 * smallest_normal)) continue;
    const bool neither = !std::isfinite(x[i]) && !std::isfinite(y[i]);
    const OpDifference here{text("at ", i, ": ", x[i], " and ", y[i]), neither && std::isnan(x[i]) != std::isnan(y[i])};
    if (!here.infinity_or_nan) return here;
    if (first.empty()) first = here;
  }
  return first;
}

}  // namespace

bool has_gradient(const OpRow& row, const std::string& input) {
  return std::find(row.differentiable.begin(), row.differentiable.end(), input) != row.differentiable.end();
}

OpOutcome op_outcome(const OpRow& row, const Args& args, const NamedTensors& in, float upstream, Device device) {
  OpOutcome out;
  NamedTensors here;
  for (const auto& [name, t] : in) {
    here[name] = t.to(device).copy();
    if (has_gradient(row, name) && is_floating(t.dtype())) here[name].set_requires_grad();
  }
  try {
    for (const auto& [name, t] : row.run(here, args)) {
      out.parts[name] = t.detach().host();  // a device that runs behind refuses here
      if (name == "y" && t.requires_grad()) backward(t, upstream_of(t, upstream));
    }
  } catch (const Error& error) {
    return {error.what(), {}};
  }
  out.upstream = std::isfinite(upstream) ? std::abs(upstream) : 0;
  for (const auto& [name, t] : here) {
    out.parts[name + " afterwards"] = t.detach();
    if (t.requires_grad() && t.grad().defined()) out.parts["gradient of " + name] = t.grad();
  }
  return out;
}

OpDifference difference(const OpOutcome& there, const OpOutcome& truth, double tolerance, double of_gradients) {
  if (there.refused != truth.refused) return {"refusals '" + there.refused + "' and '" + truth.refused + "'"};
  OpDifference first;
  for (const auto& [name, t] : truth.parts) {
    if (!there.parts.contains(name)) return {name + " is missing"};
    const bool gradient = name.starts_with("gradient");
    OpDifference d =
        tensors_differ(there.parts.at(name), t, gradient ? truth.upstream : 0, gradient ? of_gradients : tolerance);
    d.words = d.empty() ? "" : name + ' ' + d.words;
    if (!d.empty() && !d.infinity_or_nan) return d;
    if (first.empty()) first = d;
  }
  return first;
}

}  // namespace skew
