// Three orders from one generator per epoch.
#include "apps/data/sampler.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace skew {
namespace {

constexpr uint64_t sampler_stream = uint64_t(0x5A) << 56;  // this file's own random numbers, apart from all others

void shuffle(std::vector<int64_t>& values, Generator& random) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[size_t(random.below(int64_t(i)))]);
}

std::vector<std::vector<int64_t>> members_of_classes(const Dataset& data, const std::vector<int64_t>& indices) {
  std::vector<std::vector<int64_t>> members(data.classes().size() + 1);  // the last: no positive
  for (const int64_t i : indices) {
    bool none = true;
    for (size_t c = 0; c + 1 < members.size(); ++c)
      if (data.target(i)[c] == 1) {
        members[c].push_back(i);
        none = false;
      }
    if (none) members.back().push_back(i);
  }
  std::erase_if(members, [](const auto& list) { return list.empty(); });
  return members;
}

std::vector<double> repeat_factors(const Dataset& data, const std::vector<int64_t>& indices, double threshold) {
  std::vector<double> factor(data.classes().size(), 0), out;
  for (const int64_t i : indices)
    for (size_t c = 0; c < factor.size(); ++c) factor[c] += data.target(i)[c] == 1;
  for (double& f : factor) f = f > 0 ? std::max(1.0, std::sqrt(threshold * double(indices.size()) / f)) : 1.0;
  for (const int64_t i : indices) {
    double largest = 1;
    for (size_t c = 0; c < factor.size(); ++c)
      if (data.target(i)[c] == 1) largest = std::max(largest, factor[c]);
    out.push_back(largest);
  }
  return out;
}

}  // namespace

Sampler::Sampler(const Dataset& data, std::vector<int64_t> indices, SamplerOptions options, uint64_t seed)
    : indices_(std::move(indices)), options_(options), seed_(seed), size_(int64_t(indices_.size())) {
  if (indices_.empty()) throw ValueError(text(data.name(), ": no images in its train split"));
  if (!(options.threshold > 0 && options.threshold <= 1))
    throw ValueError(text("repeat-factor threshold ", options.threshold, ": expected a fraction above 0, at most 1"));
  if (options.kind == SamplerKind::class_aware) members_ = members_of_classes(data, indices_);
  if (options.kind != SamplerKind::repeat_factor) return;
  repeats_ = repeat_factors(data, indices_, options.threshold);
  double sum = 0;
  for (const double r : repeats_) sum += r;
  size_ = int64_t(sum);
}

std::vector<int64_t> Sampler::order(int64_t epoch) const {
  if (options_.kind == SamplerKind::class_aware) return class_aware(epoch);
  if (options_.kind == SamplerKind::repeat_factor) return repeat_factor(epoch);
  std::vector<int64_t> out = indices_;
  Generator random(seed_, sampler_stream | uint64_t(epoch));
  shuffle(out, random);
  return out;
}

std::vector<int64_t> Sampler::class_aware(int64_t epoch) const {
  Generator random(seed_, sampler_stream | uint64_t(epoch));
  std::vector<std::vector<int64_t>> lists = members_;
  std::vector<size_t> used(lists.size());
  for (auto& list : lists) shuffle(list, random);
  std::vector<int64_t> turns(lists.size()), out;
  for (size_t k = 0; k < turns.size(); ++k) turns[k] = int64_t(k);
  while (int64_t(out.size()) < size_) {
    shuffle(turns, random);
    for (const int64_t turn : turns) {
      const size_t k = size_t(turn);
      if (used[k] == lists[k].size()) shuffle(lists[k], random), used[k] = 0;
      out.push_back(lists[k][used[k]++]);
    }
  }
  out.resize(size_t(size_));
  return out;
}

std::vector<int64_t> Sampler::repeat_factor(int64_t epoch) const {
  Generator random(seed_, sampler_stream | uint64_t(epoch));
  const std::vector<int64_t> places = random.permutation(std::ssize(indices_));
  std::vector<int64_t> out;
  // copies of an image = whole numbers passed by the running sum: ⌊r⌋ or ⌈r⌉, r on average
  double sum = random.uniform();
  for (const int64_t k : places) {
    const double next = sum + repeats_[size_t(k)];
    for (int64_t copies = int64_t(next) - int64_t(sum); copies > 0; --copies) out.push_back(indices_[size_t(k)]);
    sum = next;
  }
  shuffle(out, random);
  out.resize(size_t(std::min<int64_t>(size_, int64_t(out.size()))));
  return out;
}

std::vector<int64_t> positives_in(const Dataset& data, const std::vector<int64_t>& order) {
  std::vector<int64_t> counts(data.classes().size(), 0);
  for (const int64_t i : order)
    for (size_t c = 0; c < counts.size(); ++c) counts[c] += data.target(i)[c] == 1;
  return counts;
}

}  // namespace skew
