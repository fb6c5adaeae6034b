// A soak: random graphs of the registry's ops, with broadcasts, tensors used again, detached ones and shared
// parameters. Gradients against central differences in double on the reference, and the cpu's float against the
// reference. 60 graphs, 1,000 with SKEW_LONG=1. A failure prints the graph and its seed, which is its number.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/backward.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "ops/arithmetic.h"
#include "ops/gather.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "apps/op_trials/op_samples.h"

using namespace skew;

namespace {

// ---- a graph as data: run on any device, from any leaves ------------------------------------------------------------

// Where a step takes an input from: tensor number `from`, its elements picked, brought into the sample's range.
struct Source {
  std::string name;
  size_t from;
  bool detached;
  std::vector<int64_t> picked;  // which elements; empty: all of them, in their order
  SampleInput as;
};
struct Step {
  const OpRow* row;
  Sample sample;
  NamedTensors constants;  // inputs that have no gradient, float32 on the cpu
  std::vector<Source> sources;
};
struct Graph {
  std::vector<Tensor> leaves;  // float32 on the cpu: tensors 0 … leaves−1; results of steps follow
  std::vector<Step> steps;
};

// Smoothly into the range that the sample asks for, so that no result runs away.
Tensor in_range(const Tensor& t, Fill fill) {
  const auto number = [&](double v) { return Tensor::full({}, v, t.dtype(), t.device()); };
  if (fill == Fill::positive) return add(mul(sigmoid(t), number(1.5)), number(.5));
  if (fill == Fill::unit) return add(mul(sigmoid(t), number(.9)), number(.05));
  return mul(tanh(mul(t, number(.5))), number(2));
}

// `still`: where detached tensors come from, those of a run before leaves were moved; differences see no slope there.
Tensor taken(const Source& s, const std::vector<Tensor>& all, const std::vector<Tensor>& still) {
  Tensor t = s.detached ? still[s.from].detach() : all[s.from];
  t = reshape(t, {t.count()});
  if (!s.picked.empty()) t = index_select(t, Tensor::from(s.picked, {ptrdiff_t(s.picked.size())}, t.device()), 0);
  t = reshape(t, std::vector<ptrdiff_t>(s.as.shape.begin(), s.as.shape.end()));
  return in_range(t, s.as.fill);
}

Tensor like(const Tensor& t, Device device, DType type) {
  const Tensor there = t.to(device);
  return is_floating(t.dtype()) ? there.to(type).copy() : there.copy();  // a copy: statistics are updated in place
}

Tensor result_of(const Step& step, const std::vector<Tensor>& all, const std::vector<Tensor>& still) {
  NamedTensors in;
  for (const auto& [name, t] : step.constants) in[name] = like(t, all[0].device(), all[0].dtype());
  for (const Source& s : step.sources) in[s.name] = taken(s, all, still);
  return step.row->run(in, step.sample.args).at("y");
}

// Leaves and results.
std::vector<Tensor> tensors_of(const Graph& graph, const std::vector<Tensor>& leaves,
                               const std::vector<Tensor>* still = nullptr) {
  std::vector<Tensor> all = leaves;
  for (const Step& step : graph.steps) all.push_back(result_of(step, all, still ? *still : all));
  return all;
}

// Σ of all results, each element times a fixed number.
Tensor total(const std::vector<Tensor>& all, size_t leaves) {
  Tensor sum_of_all = Tensor::zeros({}, all[0].dtype(), all[0].device());
  for (size_t k = leaves; k < all.size(); ++k) {
    std::vector<double> factors(size_t(all[k].count()));
    Generator random(k, 0x666163);
    for (double& f : factors) f = float(random.uniform(-1, 1));
    const Tensor t = Tensor::from(factors, all[k].shape(), Device::reference);
    sum_of_all = add(sum_of_all, sum(mul(all[k], t.to(all[k].dtype()).to(all[k].device()))));
  }
  return sum_of_all;
}

std::vector<Tensor> leaves_on(const Graph& graph, Device device, DType type) {
  std::vector<Tensor> list;
  for (const Tensor& t : graph.leaves) list.push_back(like(t, device, type).set_requires_grad());
  return list;
}

std::string description(const Graph& graph) {
  std::string s = text(graph.leaves.size(), " leaves");
  size_t number = graph.leaves.size();
  for (const Step& step : graph.steps) {
    s += text("\n  t", number++, " = ", step.row->name, ' ', step.sample.args.print());
    for (const Source& from : step.sources)
      s += text(' ', from.name, ' ', from.as.shape, " of ", from.detached ? "detached " : "", 't', from.from);
  }
  return s;
}

// ---- making one -----------------------------------------------------------------------------------------------------
bool takes_gradient(const OpRow& row, const SampleInput& in) {
  return in.fill != Fill::index && in.fill != Fill::binary &&
         std::find(row.differentiable.begin(), row.differentiable.end(), in.name) != row.differentiable.end();
}

struct Maker {
  Generator random;
  Graph graph;
  std::vector<ptrdiff_t> counts;  // elements of each tensor so far, leaves first

  explicit Maker(uint64_t seed) : random(seed, 0x67726170) {}

  // Leaves are numbered before results: all are made first, and steps choose among them.
  void make_leaves() {
    for (const Shape& shape : {Shape{2, 3}, Shape{4}, Shape{2, 3, 2, 2}, Shape{}, Shape{5, 1}}) {
      std::vector<float> v(size_t(shape.count()));
      for (float& x : v) x = float(random.normal());
      graph.leaves.push_back(Tensor::from(v, shape, Device::cpu));
      counts.push_back(shape.count());
    }
  }

  Source source(const SampleInput& in) {
    Source s{in.name, 0, random.below(8) == 0, {}, in};
    do s.from = size_t(random.below(int64_t(counts.size())));
    while (counts[s.from] == 0);
    const ptrdiff_t wanted = in.shape.count(), there = counts[s.from];
    if (wanted == there) return s;
    for (ptrdiff_t i = 0; i < wanted; ++i) s.picked.push_back(random.below(there));
    if (wanted == 0) s.from = 0;
    return s;
  }

  // One more op, unless this sample has nothing to differentiate or too much to compute.
  bool add_step() {
    auto at = registered_ops().begin();
    std::advance(at, random.below(int64_t(registered_ops().size())));
    const std::vector<Sample> samples = samples_of(at->second).samples;
    const Sample& sample = samples[size_t(random.below(int64_t(samples.size())))];
    Step step{&at->second, sample, make_inputs(sample, Device::cpu, uint64_t(random.below(1 << 20))), {}};
    for (const SampleInput& in : sample.inputs) {
      if (in.shape.count() == 0 || in.shape.count() > 300) return false;
      if (!takes_gradient(*step.row, in)) continue;
      step.constants.erase(in.name);
      step.sources.push_back(source(in));
    }
    if (step.sources.empty()) return false;
    graph.steps.push_back(std::move(step));
    return keep_last();
  }

  // Whether the last step has a result to go on with: it is run once. Its values may not run away.
  bool keep_last() {
    const Tensor y = tensors_of(graph, leaves_on(graph, Device::reference, DType::float64)).back();
    bool good = is_floating(y.dtype()) && y.requires_grad() && y.count() > 0;
    for (const double v : y.doubles()) good = good && std::abs(v) < 1e3;
    if (good) counts.push_back(y.count());
    else graph.steps.pop_back();
    return good;
  }
};

Graph make_graph(uint64_t seed) {
  Maker maker(seed);
  maker.make_leaves();
  const int64_t wanted = 3 + maker.random.below(6);
  for (int64_t made = 0; made < wanted;) made += maker.add_step();
  return maker.graph;
}

// ---- what is compared -----------------------------------------------------------------------------------------------
struct Slopes {
  double value = 0;
  std::vector<std::vector<double>> gradient;  // of each leaf
};

Slopes slopes(const Graph& graph, const std::vector<Tensor>& leaves) {
  const Tensor y = total(tensors_of(graph, leaves), leaves.size());
  Slopes s{y.item(), {}};
  if (y.requires_grad()) backward(y);
  for (const Tensor& t : leaves)
    s.gradient.push_back(t.grad().defined() ? t.grad().doubles() : std::vector<double>(size_t(t.count())));
  return s;
}

double largest_slope(const Slopes& s) {
  double most = std::abs(s.value);
  for (const auto& g : s.gradient)
    for (const double v : g) most = std::max(most, std::abs(v));
  return most;
}

double distance(const Slopes& a, const Slopes& b) {
  double most = std::abs(a.value - b.value);
  for (size_t k = 0; k < a.gradient.size(); ++k)
    for (size_t i = 0; i < a.gradient[k].size(); ++i)
      most = std::max(most, std::isfinite(a.gradient[k][i]) ? std::abs(a.gradient[k][i] - b.gradient[k][i]) : INFINITY);
  return most;
}

// A slope by differences over ±h and ±h/2. Smooth: their jumps, from one side to the other, halve with h; at a kink
// they stay, and where the function is wild the two slopes differ.
struct Measured {
  double slope, error;
  bool smooth;
};
Measured measured(const Graph& graph, std::vector<Tensor>& leaves, const std::vector<Tensor>& still, size_t k,
                  ptrdiff_t i, double scale) {
  constexpr double h = 1e-4;
  double& x = leaves[k].write<double>("random_graphs")[i];
  const double at = x;
  const auto value = [&](double moved) {
    x = moved;
    return total(tensors_of(graph, leaves, &still), leaves.size()).item();
  };
  const double here = value(at), up = value(at + h), down = value(at - h), half_up = value(at + h / 2),
               half_down = value(at - h / 2);
  x = at;
  const double wide = (up - down) / (2 * h), narrow = (half_up - half_down) / h;
  const double jump = std::abs(up + down - 2 * here) / h,
               half_jump = std::abs(half_up + half_down - 2 * here) / (h / 2);
  const double slope = (4 * narrow - wide) / 3, error = std::abs(wide - narrow);
  const bool smooth = error < 1e-4 * scale && (half_jump < .75 * jump || half_jump < 1e-6 * scale);
  return {slope, error, smooth};
}

struct SlopeTally {
  int checked = 0, at_kinks = 0;
};

// A few elements of every leaf. The differences' own error is h²/24·f‴, of which `error` is three times as much; what
// is left, rounding, is 1e-16·value/h.
void check_gradients(const Graph& graph, uint64_t seed, SlopeTally& tally) {
  std::vector<Tensor> leaves = leaves_on(graph, Device::reference, DType::float64);
  const Slopes s = slopes(graph, leaves);
  const double scale = 1 + largest_slope(s);
  const NoGrad off;
  const std::vector<Tensor> still = tensors_of(graph, leaves_on(graph, Device::reference, DType::float64));
  Generator random(seed, 0x656c65);
  for (size_t k = 0; k < leaves.size(); ++k)
    for (int n = 0; n < 3; ++n) {
      const ptrdiff_t i = random.below(leaves[k].count());
      const Measured m = measured(graph, leaves, still, k, i, scale);
      ++(m.smooth ? tally.checked : tally.at_kinks);
      if (!m.smooth) continue;
      INFO("gradient of t" << k << '[' << i << "]: " << s.gradient[k][size_t(i)] << ", by differences " << m.slope);
      CHECK(std::abs(s.gradient[k][size_t(i)] - m.slope) <= 1e-7 * scale + m.error);
    }
}

// The cpu may be off by 1e-4, and by what the graph makes of rounded numbers: eight times the most of what the
// reference is off in float, and in double from leaves moved by a rounding.
void check_devices(const Graph& graph, uint64_t seed) {
  const Slopes truth = slopes(graph, leaves_on(graph, Device::reference, DType::float64));
  double sensitivity = distance(slopes(graph, leaves_on(graph, Device::reference, DType::float32)), truth);
  Generator random(seed, 0x6d6f76);
  for (int n = 0; n < 4; ++n) {
    std::vector<Tensor> moved = leaves_on(graph, Device::reference, DType::float64);
    for (Tensor& t : moved)
      for (ptrdiff_t i = 0; i < t.count(); ++i)
        t.write<double>("random_graphs")[i] *= 1 + random.uniform(-1, 1) * 0x1p-22;
    sensitivity = std::max(sensitivity, distance(slopes(graph, moved), truth));
  }
  const Slopes cpu = slopes(graph, leaves_on(graph, Device::cpu, DType::float32));
  const double apart = distance(cpu, truth), allowed = 1e-4 * (1 + largest_slope(truth)) + 8 * sensitivity;
  INFO("cpu and reference are " << apart << " apart, allowed " << allowed);
  CHECK(apart <= allowed);
}

}  // namespace

TEST_CASE("random graphs: gradients are their slopes, and the cpu is the reference") {
  const int before = threads();
  set_threads(1);  // the tensors are small
  const uint64_t graphs = std::getenv("SKEW_LONG") ? 1000 : 60;
  SlopeTally tally;
  for (uint64_t seed = 1; seed <= graphs; ++seed) {
    INFO("graph " << seed);
    const Graph graph = make_graph(seed);
    INFO(description(graph));
    check_gradients(graph, seed, tally);
    check_devices(graph, seed);
  }
  set_threads(before);
  std::printf("random graphs: %d of them, %d slopes, %d more at kinks\n", int(graphs), tally.checked, tally.at_kinks);
  CHECK(tally.at_kinks * 5 < tally.checked);  // kinks are rare, or nothing was checked
}
