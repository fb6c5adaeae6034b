// RAL for labels that exclude each other, where its parameters or logits are extreme.
#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

struct SingleRun {
  std::vector<double> value, grad;
};
// One row of logits, its target; double on the reference device, float on the cpu.
SingleRun run(const AnyLoss& l, const std::vector<double>& x, int64_t target, Device device) {
  const DType type = device == Device::cpu ? DType::float32 : DType::float64;
  Tensor logits = Tensor::from(x, {1, ptrdiff_t(x.size())}, Device::reference).to(type).to(device);
  logits.set_requires_grad();
  const Tensor value = loss(l, logits, Tensor::from(std::vector<int64_t>{target}, {1}, device));
  backward(value);
  auto plain = [](const Tensor& t) { return t.doubles(); };
  return {plain(value), plain(logits.grad())};
}

}  // namespace

TEST_CASE("ral_single saturates where its value would leave the number type, and keeps its slope") {
  for (const LossParameters& p :
       std::vector<LossParameters>{{{"lambda", "10"}, {"epsilon_neg", "5"}, {"gamma_neg", "8"}},
                                   {{"lambda", "10"}, {"epsilon_neg", "5"}, {"gamma_neg", "7.5"}, {"gamma_pos", "8"}},
                                   {{"lambda", "10000"},
                                    {"epsilon_neg", "10000"},
                                    {"epsilon_pos", "10000"},
                                    {"epsilon_pos_pow", "10000"},
                                    {"gamma_neg", "300"},
                                    {"gamma_pos", "300"}},
                                   {{"epsilon_neg", "-10000"},
                                    {"epsilon_pos", "-10000"},
                                    {"epsilon_pos_pow", "-10000"},
                                    {"gamma_neg", "8"},
                                    {"gamma_pos", "8"},
                                    {"label_smoothing", "0"}}})
    for (const Device device : {Device::reference, Device::cpu})
      for (const double v : {0.5, 30.0, 100.0, 1e4, 1e30, device == Device::cpu ? 3.4028234e38 : 1.7976931e308})
        for (const std::vector<double>& x : {std::vector<double>{v, -v, 0}, {-v, v, v}, {-v, -v, -v}, {0.3, v, -v / 2}})
          for (const int64_t t : {0, 1, 2}) {
            const AnyLoss l = make_loss("ral_single", p);
            const SingleRun r = run(l, x, t, device);
            bool finite = std::isfinite(r.value[0]);
            for (const double g : r.grad) finite &= std::isfinite(g);
            INFO(l.print() << " on " << device << " at " << v << " target " << t);
            if (!finite) CHECK(false);
          }
  const AnyLoss steep = make_loss("ral_single", {{"lambda", "10"}, {"epsilon_neg", "5"}, {"gamma_neg", "8"}});
  const SingleRun a = run(steep, {0, -1e30, 0}, 0, Device::cpu);
  CHECK(a.value[0] > 1e33);  // s/C of 46⁸·1e30, cut
  CHECK(a.grad[1] == Approx(-.1 / 3 * std::pow(46, 8)).epsilon(1e-4));
}
