// The comparisons behind `skew loss check`.
#include "apps/loss_lab/loss_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "core/error.h"
#include "core/gradcheck.h"
#include "core/random.h"
#include "core/registry.h"
#include "core/visit.h"

namespace skew::lab {
namespace {

constexpr double rtol = 1e-6, atol = 1e-8, step = 1e-3;

void fault(LossCheck& check, const std::string& words) {
  if (check.faults.size() < 8) check.faults.push_back(words);
}
double error_of(double analytic, double numeric) {
  return std::abs(analytic - numeric) / (atol + rtol * std::abs(numeric));
}

// ---- a loss with a value at a single logit, against finite differences of it ----------------------------------------
// The slope of f at x from five points: on both sides of x, and on one side alone.
template <class F> double central(F&& f, double x) {
  return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
}
template <class F> double one_sided(F&& f, double x, double h) {
  return (-25 * f(x) + 48 * f(x + h) - 36 * f(x + 2 * h) + 16 * f(x + 3 * h) - 3 * f(x + 4 * h)) / (12 * h);
}

template <class F>
void compare(LossCheck& check, double& worst, const char* what, F&& f, double analytic, double x, double y) {
  ++check.derivatives;
  double error = error_of(analytic, central(f, x));
  if (!(error <= 1)) {
    const double side = std::min(error_of(analytic, one_sided(f, x, step)), error_of(analytic, one_sided(f, x, -step)));
    if (side <= 1) ++check.kinks;
    error = side;
  }
  if (!(error <= worst)) worst = error;
  if (!(error <= 1))
    fault(check, text(what, " at x = ", x, ", y = ", y, ": analytic ", analytic, ", numeric ", central(f, x)));
}

void check_slopes(LossCheck& check, const AnyLoss& loss) {
  for (const double y : {0., 1., .3})
    for (int i = 0; i <= 1600; ++i) {
      const double x = -30 + i * .0375 + .0007;
      const AtLogit l = loss.at(x, y);
      compare(
          check, check.slope_error, "∂ℓ/∂x", [&](double at) { return loss.at(at, y).value; }, l.dx, x, y);
      compare(
          check, check.curvature_error, "∂²ℓ/∂x²", [&](double at) { return loss.at(at, y).dx; }, l.d2x, x, y);
    }
}

// ---- every loss through its op, on the samples of its row in the table of ops ---------------------------------------
// A row for a loss that is made of other losses and has none of its own.
OpRow row_of(const AnyLoss& loss) {
  OpRow row;
  row.run = [loss](const NamedTensors& in, const Args&) -> NamedTensors {
    return {{"y", skew::loss(loss, in.at("x"), in.at("target"))}};
  };
  const auto rows = [&](ptrdiff_t n, ptrdiff_t c) {
    const SampleInput targets =
        loss.single_label() ? SampleInput{"target", {n}, Fill::index, c} : SampleInput{"target", {n, c}, Fill::binary};
    return Sample{{{"x", {n, c}}, targets}, {}};
  };
  row.samples = {rows(1, 1), rows(4, 5), rows(17, 16)};
  return row;
}
// Calls f(row, sample, seed) for each.
template <class F> void for_samples(const AnyLoss& loss, F&& f) {
  const auto found = registered_ops().find(loss.name());
  const OpRow row = found == registered_ops().end() ? row_of(loss) : found->second;
  uint64_t seed = 1;
  for (const Sample& sample : row.samples) f(row, sample, seed++);
}

void check_op_slopes(LossCheck& check, const AnyLoss& loss) {
  for_samples(loss, [&](const OpRow& row, const Sample& sample, uint64_t seed) {
    std::vector<std::string> names;
    Tensors inputs;
    for (auto& [input_name, tensor] : make_inputs(sample, Device::reference, seed)) {
      inputs.push_back(tensor), names.push_back(input_name);
      if (input_name == row.differentiable[0]) inputs.back().set_requires_grad();
    }
    const GradcheckReport r = gradcheck(
        [&](const Tensors& in) {
          NamedTensors named;
          for (size_t i = 0; i < names.size(); ++i) named[names[i]] = in[i];
          return row.run(named, sample.args).at("y");
        },
        inputs, names);
    check.derivatives += r.checked;
    if (!(r.worst <= check.slope_error)) check.slope_error = r.worst;
    if (!r.ok) fault(check, text("sample ", seed, " (", sample.args.print(), "): ", r.where));
  });
}

struct ValueAndSlope {
  std::vector<double> value, slope;
};
ValueAndSlope run_op(const OpRow& row, const Sample& sample, NamedTensors inputs) {
  Tensor& x = inputs[row.differentiable[0]];
  x.set_requires_grad();
  const Tensor y = row.run(inputs, sample.args).at("y");
  backward(y, Tensor::full(y.shape(), 1, y.dtype(), y.device()));
  return {y.doubles(), x.grad().defined() ? x.grad().doubles() : std::vector<double>{}};
}

// |a − b| in units of 1e-5 of the largest |b| (at least 1e-3: gradients of means are small).
double float_error(const std::vector<double>& a, const std::vector<double>& b) {
  double scale = 1e-3, worst = 0;
  for (const double v : b) scale = std::max(scale, std::abs(v));
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double error = std::abs(a[i] - b[i]) / (1e-5 * scale);
    if (!(error <= worst)) worst = error;
  }
  return a.size() == b.size() ? worst : NAN;
}

void check_floats(LossCheck& check, const AnyLoss& loss) {
  for_samples(loss, [&](const OpRow& row, const Sample& sample, uint64_t seed) {
    const NamedTensors in_float = make_inputs(sample, Device::cpu, seed);
    NamedTensors in_double;
    for (const auto& [input_name, t] : in_float) {
      const Tensor there = t.to(Device::reference);
      in_double[input_name] = is_floating(t.dtype()) ? there.to(DType::float64) : there;
    }
    const ValueAndSlope a = run_op(row, sample, in_float), b = run_op(row, sample, in_double);
    const double error = std::max(float_error(a.value, b.value), float_error(a.slope, b.slope));
    check.derivatives += ptrdiff_t(a.slope.size());
    if (!(error <= check.slope_error)) check.slope_error = error;
    if (!(error <= 1))
      fault(check, text("sample ", seed, " (", sample.args.print(), "): float32 is off by ", error, " · 1e-5"));
  });
}

// ---- the ends of the number type ------------------------------------------------------------------------------------
std::vector<double> extreme_logits(DType dtype) {
  return visit_floating(dtype, "extreme logits", [](auto zero) {
    using Ends = std::numeric_limits<decltype(zero)>;
    std::vector<double> all{0};
    for (const double x : {double(Ends::denorm_min()), double(Ends::min()), 1e-8, 16.7, 18.42, 36.8, 87.4, 88.8, 100.,
                           103.98, 104.5, 709.8, 745.2, 1e4, 1e30, double(Ends::max())})
      for (const double signed_x : {x, -x}) all.push_back(signed_x);
    return all;
  });
}

// Runs the loss on one row and reports what is not finite. Returns the value.
double check_row(LossCheck& check, const AnyLoss& loss, const std::vector<double>& x, const Tensor& target,
                 Device device, const std::string& where) {
  Tensor logits = Tensor::from(x, {1, ptrdiff_t(x.size())}, Device::reference).to(check.dtype).to(device);
  logits.set_requires_grad();
  const Tensor value = skew::loss(loss, logits, target, {.reduction = Reduction::mean});
  backward(value);
  const double plain = value.item();
  bool finite = std::isfinite(plain);
  if (logits.grad().defined())
    for (const double g : logits.grad().doubles()) finite = finite && std::isfinite(g);
  if (!finite) fault(check, "NaN or infinity " + where);
  return plain;
}

void check_extremes(LossCheck& check, const AnyLoss& loss, bool pointwise) {
  const Device device = check.dtype == DType::float64 ? Device::reference : Device::cpu;
  constexpr ptrdiff_t classes = 4;
  Generator random(1, 0x63686563);
  for (const double extreme : extreme_logits(check.dtype)) {
    if (pointwise) {
      for (const double y : {0., 1., .5})
        check_row(check, loss, {extreme}, Tensor::full({1, 1}, y, check.dtype, device), device,
                  text("at x = ", extreme, ", y = ", y));
      continue;
    }
    // The extreme one at the first place, at all places but the first, and everywhere.
    for (int pattern = 0; pattern < 3; ++pattern) {
      std::vector<double> x(classes);
      for (size_t c = 0; c < x.size(); ++c)
        x[c] = pattern == 2 || (c == 0) == (pattern == 0) ? extreme : random.normal();
      for (ptrdiff_t t = 0; t < 2; ++t) {
        std::vector<double> labels(classes, 0.);
        labels[size_t(t)] = 1;
        const Tensor target = loss.single_label()
                                  ? Tensor::from(std::vector<int64_t>{t}, {1}, Device::reference).to(device)
                                  : Tensor::from(labels, {1, classes}, Device::reference).to(check.dtype).to(device);
        check_row(check, loss, x, target, device,
                  text("in a row with x = ", extreme,
                       pattern == 0   ? " first"
                       : pattern == 1 ? " behind the first"
                                      : " only",
                       ", target ", t));
      }
    }
  }
}

}  // namespace

std::string why_no_point(const AnyLoss& loss) {
  try {
    loss.at(0, 0);
    return "";
  } catch (const ValueError& e) {
    return e.what();
  }
}

LossCheck check_loss(const std::string& name, DType dtype) {
  LossCheck check{.loss = name, .dtype = dtype, .low = {NAN, NAN}, .high = {NAN, NAN}, .faults = {}};
  const AnyLoss loss = make_loss(name);
  const bool pointwise = why_no_point(loss).empty();
  if (dtype == DType::float64) {
    const bool detaches = loss.has_parameter("detach_focus");
    const AnyLoss flowing = detaches ? make_loss(name, {{"detach_focus", "false"}}) : loss;
    if (pointwise) check_slopes(check, flowing);
    check_op_slopes(check, flowing);
  } else {
    check_floats(check, loss);
  }
  const Device device = dtype == DType::float64 ? Device::reference : Device::cpu;
  const auto at = [&](double x, int y) {
    return check_row(check, loss, {x}, Tensor::full({1, 1}, y, dtype, device), device, text("at x = ", x, ", y = ", y));
  };
  for (const int y : {0, 1})
    if (pointwise) check.low[y] = at(-100, y), check.high[y] = at(100, y);
  check_extremes(check, loss, pointwise);
  return check;
}

}  // namespace skew::lab
