// The shift of each part of training, added up.
#include "apps/evaluation/prior_shift.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losses/class_weights.h"

namespace skew {
namespace {

// A parameter of the loss, as the type V; `otherwise` where it has none of that name.
template <class V> V parameter(const AnyLoss& loss, const char* name, V otherwise) {
  for (const FieldInfo& p : loss.parameters())
    if (p.name == name) set_field({loss.name(), name}, otherwise, p.value, finite());
  return otherwise;
}

double loss_shift(const AnyLoss& loss, const PerClass& counts, const PerClass& weights, int64_t c) {
  if (loss.name() == "balanced_softmax") return std::log(counts.at(c));
  if (loss.name() == "logit_adjusted") return parameter(loss, "tau", 1.0) * std::log(counts.at(c));
  if (loss.name() == "class_balanced") return -std::log(weights.at(c));
  return 0;
}

// ln of how much less often than in the data an image of a class with `count` images was shown, up to a constant.
double sampler_shift(const SamplerOptions& sampler, double count, double images) {
  if (sampler.kind == SamplerKind::class_aware) return std::log(count);
  if (sampler.kind == SamplerKind::repeat_factor)
    return -.5 * std::log(std::max(1.0, sampler.threshold * images / count));
  return 0;
}

}  // namespace

std::vector<double> prior_shift(const AnyLoss& loss, const SamplerOptions& sampler,
                                std::span<const int64_t> train_counts) {
  if (!loss.single_label() || train_counts.empty()) return {};
  const PerClass counts = parameter(loss, "class_freq", PerClass(1));
  PerClass weights(1);
  if (loss.name() == "class_balanced") weights = effective_number_weights(parameter(loss, "beta", .9999), counts);
  const double images = std::accumulate(train_counts.begin(), train_counts.end(), 0.0);
  std::vector<double> shift;
  for (size_t c = 0; c < train_counts.size(); ++c)
    shift.push_back(loss_shift(loss, counts, weights, int64_t(c)) +
                    sampler_shift(sampler, std::max(.5, double(train_counts[c])), images));
  const double mean = std::accumulate(shift.begin(), shift.end(), 0.0) / double(shift.size());
  for (double& v : shift) v -= mean;
  const bool none = std::ranges::all_of(shift, [](double v) { return std::abs(v) < 1e-9; });
  return none ? std::vector<double>{} : shift;
}

}  // namespace skew
