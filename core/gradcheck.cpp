// Slopes by differences, compared with those that the graph sends back for a random dy.
#include "core/gradcheck.h"

#include <cmath>
#include <numeric>

#include "core/backward.h"
#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace {

constexpr double rtol = 1e-6, atol = 1e-8;
constexpr double difference_step = 1e-3;  // of a five-point central difference, error ∝ step⁴

double dot(const Tensor& a, const std::vector<double>& b) {
  const std::vector<double> v = a.values<double>();
  return std::inner_product(v.begin(), v.end(), b.begin(), 0.);
}

// f'(x) from f at x ± h and x ± 2h: the h² terms cancel, the error is h⁴ f⁽⁵⁾/30.
double slope(const std::function<double()>& f, double& x, double h) {
  const double at = x;
  auto value = [&](double moved) { return x = moved, f(); };
  const double near = value(at + h) - value(at - h), far = value(at + 2 * h) - value(at - 2 * h);
  x = at;
  return (8 * near - far) / (12 * h);
}

}  // namespace

GradcheckReport gradcheck(const std::function<Tensor(const Tensors&)>& f, Tensors inputs,
                          const std::vector<std::string>& names) {
  for (Tensor& t : inputs) {
    if (!t.requires_grad()) continue;
    if (t.dtype() != DType::float64) throw DtypeError(text("gradcheck: expected float64 inputs, got ", t.dtype()));
    t.set_grad({});
  }
  const Tensor y = f(inputs);
  std::vector<double> dy(size_t(y.count()));
  Generator random(0, 0x67726164);
  for (double& v : dy) v = random.normal();
  backward(y, Tensor::from(dy, y.shape(), y.device()));

  GradcheckReport report;
  const NoGrad off;
  for (size_t k = 0; k < inputs.size(); ++k) {
    Tensor& x = inputs[k];
    if (!x.requires_grad()) continue;
    const std::vector<double> analytic =
        x.grad().defined() ? x.grad().values<double>() : std::vector<double>(size_t(x.count()), 0.);
    for (ptrdiff_t i = 0; i < x.count(); ++i) {
      double& element = x.write<double>("gradcheck")[i];
      const double numeric = slope([&] { return dot(f(inputs), dy); }, element, difference_step);
      const double error = std::abs(analytic[size_t(i)] - numeric) / (atol + rtol * std::abs(numeric));
      ++report.checked;
      if (error <= report.worst) continue;  // a NaN error compares false and is kept
      report.worst = error;
      report.where = text(names[k], '[', i, "]: analytic ", analytic[size_t(i)], ", numeric ", numeric);
      if (!(error <= 1)) report.ok = false;
    }
  }
  return report;
}

}  // namespace skew
