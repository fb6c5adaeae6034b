// The updates of optimisers on the cpu: vectorised loops (backends/cpu/vector/update.cpp) over the pieces of all
// parameters.
#include "ops/optimizer_kernels.h"

#include <numeric>

#include "backends/cpu/flush_denormals.h"
#include "backends/cpu/vector/update.h"
#include "backends/host/host.h"
#include "backends/host/update.h"

namespace skew {
namespace {

const UpdateLoops& loops() {
  static const UpdateLoops chosen =
      by_isa(isa_baseline::update_loops, isa_avx2::update_loops, isa_avx512::update_loops)();
  return chosen;
}

// Denormals are flushed: without a gradient a momentum would decay to one that 0.9 rounds back to itself, stay there,
// and make every later step ten times as long.
PieceLoop sgd_loop(SgdItem& item, double clip) {
  const SgdUpdate u = item.u;
  float *weight = item.p.write<float>("sgd_update"), *v = write_if<float>(item.momentum, "sgd_update");
  const float *gradient = item.g.data<float>(), factor = float(clip);
  return {item.p.count(), [=](ptrdiff_t begin, ptrdiff_t end) {
            const FlushDenormals flush;
            loops().sgd(weight + begin, gradient + begin, v ? v + begin : nullptr, end - begin, factor, u);
          }};
}

PieceLoop adam_loop(AdamItem& item, double clip) {
  const AdamUpdate u = item.u;
  float *weight = item.p.write<float>("adam_update"), *most = write_if<float>(item.largest, "adam_update");
  float *first = item.m.write<float>("adam_update"), *second = item.v.write<float>("adam_update");
  const float *gradient = item.g.data<float>(), factor = float(clip);
  // A second moment below 1e-38 is nothing beside an eps above 1e-12, but all that m is divided by without one.
  const bool flushes = u.eps >= 1e-12;
  return {item.p.count(), [=](ptrdiff_t begin, ptrdiff_t end) {
            const FlushDenormals flush(flushes);
            loops().adam(weight + begin, gradient + begin, first + begin, second + begin, most ? most + begin : nullptr,
                         end - begin, factor, u);
          }};
}

void sgd(std::span<SgdItem> items, const Verdict& verdict) { update_list(items, verdict, sgd_loop); }
void adam(std::span<AdamItem> items, const Verdict& verdict) { update_list(items, verdict, adam_loop); }

void average(std::span<AverageItem> items, double decay) {
  std::vector<PieceLoop> pieces;
  for (AverageItem& item : items) {
    float* mean = item.average.write<float>("average_update");
    const float* value = item.value.data<float>();
    pieces.push_back({item.average.count(), [=](ptrdiff_t begin, ptrdiff_t end) {
                        const FlushDenormals flush;
                        loops().average(mean + begin, value + begin, end - begin, decay);
                      }});
  }
  run_pieces(pieces);
}

void scale(std::span<Tensor> list, double factor) {
  std::vector<PieceLoop> pieces;
  for (Tensor& x : list) {
    float* v = x.write<float>("scale_in_place");
    pieces.push_back({x.count(), [=](ptrdiff_t begin, ptrdiff_t end) {
                        const FlushDenormals flush;
                        loops().scale(v + begin, end - begin, factor);
                      }});
  }
  run_pieces(pieces);
}

// The pieces' sums are added in their order within each tensor, the tensors' sums in theirs.
double sum_of_squares(Inputs list) {
  std::vector<std::vector<double>> sums;
  for (const Tensor& x : list) sums.emplace_back(size_t((x.count() + longest_piece - 1) / longest_piece));
  std::vector<PieceLoop> pieces;
  for (size_t i = 0; i < list.size(); ++i) {
    const float* v = list[i].data<float>();
    double* sum = sums[i].data();
    pieces.push_back({list[i].count(), [=](ptrdiff_t begin, ptrdiff_t end) {
                        const FlushDenormals flush;
                        sum[begin / longest_piece] = loops().square_sum(v + begin, end - begin);
                      }});
  }
  run_pieces(pieces);
  double total = 0;
  for (const std::vector<double>& of_tensor : sums) total += std::accumulate(of_tensor.begin(), of_tensor.end(), 0.);
  return total;
}

double sum_of_powers(Inputs list, double power) {
  return power == 2 ? sum_of_squares(list) : plain_power_sum(list, power);
}

void judge_cpu(const Tensor& loss, std::span<const StatisticsMove> moves, Inputs gradients, double max_norm,
               const Verdict& verdict) {
  judge(loss, moves, sum_of_squares(gradients), max_norm, numbers_of(verdict));
}

const bool filled = sgd_update.set(Device::cpu, sgd) && adam_update.set(Device::cpu, adam) &&
                    average_update.set(Device::cpu, average) && power_sum.set(Device::cpu, sum_of_powers) &&
                    scale_in_place.set(Device::cpu, scale) && judge_step.set(Device::cpu, judge_cpu);

}  // namespace
}  // namespace skew
