// Averages, norms, clipping, running statistics, and the verdict of a step: one pass over a list of tensors each.
#include <cmath>

#include "backends/cuda/each.cuh"
#include "backends/cuda/list.cuh"
#include "core/memory.h"
#include "core/pending.h"
#include "ops/optimizer_kernels.h"

namespace skew::gpu {
namespace {

struct Elements {
  const float* x = nullptr;
  ptrdiff_t count = 0;
};
std::vector<Elements> elements_of(Inputs list) {
  std::vector<Elements> items;
  for (const Tensor& t : list) items.push_back({read(t), t.count()});
  return items;
}
struct Written {
  float* x = nullptr;
  ptrdiff_t count = 0;
};
std::vector<Written> written_of(std::span<Tensor> list, const char* writer) {
  std::vector<Written> items;
  for (const Tensor& t : list) items.push_back({write(t, writer), t.count()});
  return items;
}

template <class T> T read_back(const Scratch<T>& from) {
  T value;
  download(Device::cuda, &value, from.get(), sizeof value);
  return value;
}

// ---- in place
struct AverageElements {
  float* average = nullptr;
  const float* value = nullptr;
  ptrdiff_t count = 0;
};
void average(std::span<AverageItem> list, double decay) {
  std::vector<AverageElements> items;
  for (const AverageItem& item : list)
    items.push_back({write(item.average, "average_update"), read(item.value), item.average.count()});
  const float share = float(1 - decay);
  each_of_list("average_update", items, [=] __device__(const AverageElements& t, ptrdiff_t i) {
    t.average[i] += share * (t.value[i] - t.average[i]);
  });
}

void scale(std::span<Tensor> list, double factor) {
  const float f = float(factor);
  each_of_list("scale_in_place", written_of(list, "scale_in_place"),
               [=] __device__(const Written& t, ptrdiff_t i) { t.x[i] *= f; });
}
void clamp(std::span<Tensor> list, double limit) {
  const float most = float(limit);
  each_of_list("clamp_in_place", written_of(list, "clamp_in_place"), [=] __device__(const Written& t, ptrdiff_t i) {
    const float v = t.x[i];
    if (v > most) t.x[i] = most;
    if (v < -most) t.x[i] = -most;
  });
}

// ---- running statistics
struct MoveElements {
  float* running = nullptr;
  const float* batch = nullptr;
  ptrdiff_t count = 0;
  double momentum = 0, scale = 0;

  __device__ float moved(ptrdiff_t c) const {
    return float((1 - momentum) * double(running[c]) + momentum * scale * double(batch[c]));
  }
};
template <class Moves> std::vector<MoveElements> moves_of(const Moves& moves) {
  std::vector<MoveElements> items;
  for (const StatisticsMove& m : moves)
    items.push_back({address_of<float>(m.running), read(m.batch), m.running.count(), m.momentum, m.scale});
  return items;
}
void move(std::span<StatisticsMove> moves) {
  for (const StatisticsMove& m : moves) write(m.running, "batch_norm");
  each_of_list("batch_norm", moves_of(moves),
               [=] __device__(const MoveElements& t, ptrdiff_t c) { t.running[c] = t.moved(c); });
}

// ---- norms
struct Most {
  double value;
};
__device__ Most merged(Most a, Most b) { return b.value > a.value || b.value != b.value ? b : a; }  // a NaN stays

double power_sum_of(Inputs list, double power) {
  const Scratch<double> result(1);
  double* const to = result.get();
  if (std::isinf(power))
    reduce_list(
        "power_sum", elements_of(list), Most{0},
        [=] __device__(const Elements& t, ptrdiff_t i) { return Most{fabs(double(t.x[i]))}; },
        [=] __device__(const Most& most) { *to = most.value; });
  else
    reduce_list(
        "power_sum", elements_of(list), 0.0,
        [=] __device__(const Elements& t, ptrdiff_t i) {
          const double size = fabs(double(t.x[i]));
          if (power == 1) return size;
          return power == 2 ? size * size : pow(size, power);
        },
        [=] __device__(double sum) { *to = sum; });
  return read_back(result);
}

// x·0 is 0 for a finite x and NaN otherwise.
bool finite(Inputs list) {
  const Scratch<double> result(1);
  double* const to = result.get();
  reduce_list(
      "all_finite", elements_of(list), 0.0,
      [=] __device__(const Elements& t, ptrdiff_t i) { return double(t.x[i] * 0.f); },
      [=] __device__(double sum) { *to = sum; });
  return read_back(result) == 0;
}

// ---- the verdict
__device__ bool is_finite(double x) { return x - x == 0; }
__device__ Fault fault_of(double loss, bool statistics_finite, double norm) {
  if (!is_finite(loss)) return Fault::loss;
  if (!statistics_finite) return Fault::statistic;
  return is_finite(norm) ? Fault::none : Fault::gradient_norm;
}

void judge(const Tensor& loss, std::span<const StatisticsMove> moves, Inputs gradients, double max_norm,
           const Verdict& verdict) {
  const Scratch<double> sums(2);
  double *const squares = sums.get(), *const not_finite = squares + 1;
  reduce_list(
      "judge_step", elements_of(gradients), 0.0,
      [=] __device__(const Elements& t, ptrdiff_t i) { return double(t.x[i]) * double(t.x[i]); },
      [=] __device__(double sum) { *squares = sum; });
  reduce_list(
      "judge_step", moves_of(moves), 0.0,
      [=] __device__(const MoveElements& t, ptrdiff_t c) { return double(t.moved(c) * 0.f); },
      [=] __device__(double sum) { *not_finite = sum; });
  const float* const total = read(loss);
  StepNumbers* const numbers = verdict.address();
  const bool unlimited = std::isinf(max_norm);
  each("judge_step", 1, [=] __device__(ptrdiff_t) {
    const double norm = sqrt(*squares), factor = max_norm / (norm + 1e-6);
    numbers->loss = double(*total);
    numbers->gradient_norm = norm;
    numbers->clip = unlimited || factor >= 1 ? 1 : factor;
    numbers->fault = fault_of(double(*total), *not_finite == 0, norm);
  });
  // Refusals that await this verdict: a step has a few. Were there more than a block of cells, the next readback looks
  // at all as ever (core/pending.h).
  const AskedCells asked = asked_cells(Device::cuda);
  const int64_t count = asked.count;
  const int64_t* const cells = count ? asked.blocks[0] : nullptr;
  reduce(
      "judge_step", 1, cells ? cells_a_block : 0, Neighbours::terms, 0.0,
      [=] __device__(ptrdiff_t, ptrdiff_t i) { return cells[i] == no_element ? 0. : 1.; },
      [=] __device__(ptrdiff_t, double refused) {
        if (refused > 0) numbers->fault = Fault::loss;  // so that optimisers write nothing
        numbers->not_refused = refused > 0 || count > cells_a_block ? -1 : count;
      });
}

const bool filled = on_cuda(average_update, average) && on_cuda(scale_in_place, scale) &&
                    on_cuda(clamp_in_place, clamp) && on_cuda(move_running_statistics, move) &&
                    on_cuda(power_sum, power_sum_of) && on_cuda(all_elements_finite, finite) &&
                    on_cuda(judge_step, judge);

}  // namespace
}  // namespace skew::gpu
