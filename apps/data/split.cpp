// Iterative stratification over groups. N images, G groups, L classes.
#include "apps/data/split.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace skew {
namespace {

constexpr uint64_t split_stream = uint64_t(0x5B) << 56;  // this file's own random numbers, apart from all others

struct Group {
  std::vector<int64_t> images;
  std::vector<int64_t> positives;  // of each class
};

std::vector<Group> collect(std::span<const std::string> groups, std::span<const float> targets, int64_t classes,
                           int64_t images) {
  std::vector<Group> out;
  std::unordered_map<std::string_view, size_t> known;
  for (int64_t i = 0; i < images; ++i) {
    size_t g = out.size();
    if (!groups.empty() && !groups[size_t(i)].empty()) g = known.try_emplace(groups[size_t(i)], g).first->second;
    if (g == out.size()) out.push_back({{}, std::vector<int64_t>(size_t(classes))});
    out[g].images.push_back(i);
    for (size_t c = 0; c < size_t(classes); ++c) out[g].positives[c] += targets[size_t(i * classes) + c] == 1;
  }
  return out;
}

class Stratifier {
 public:
  Stratifier(std::vector<Group> groups, size_t classes, const SplitRatio& ratio, uint64_t seed)
      : groups_(std::move(groups)), classes_(classes), lacking_(classes + 1), split_(groups_.size(), -1) {
    const double sum = std::accumulate(ratio.share.begin(), ratio.share.end(), 0.0);
    for (size_t c = 0; c <= classes; ++c) {
      double total = 0;
      for (const Group& group : groups_) total += amount(group, c);
      for (size_t s = 0; s < 3; ++s) lacking_[c][s] = total * ratio.share[s] / sum;
    }
    for (size_t s = 0; s < 3; ++s) allowed_[s] = ratio.share[s] > 0;
    order_ = Generator(seed, split_stream).permutation(int64_t(groups_.size()));
    std::ranges::stable_sort(order_, std::ranges::greater{},
                             [&](int64_t g) { return groups_[size_t(g)].images.size(); });
  }

  std::vector<int> run() {
    for (size_t done = 0; done <= classes_; ++done) {
      const size_t c = rarest();
      for (const int64_t g : order_)
        if (split_[size_t(g)] < 0 && amount(groups_[size_t(g)], c) > 0) place(size_t(g), c);
    }
    return split_;
  }

  const std::vector<Group>& groups() const { return groups_; }

 private:
  // Positives of class c in a group; "class" L counts the images themselves and is dealt last.
  double amount(const Group& group, size_t c) const {
    return c == classes_ ? double(group.images.size()) : double(group.positives[c]);
  }

  // The class with the fewest positives among groups not yet placed; L once no positives remain.
  size_t rarest() const {
    std::vector<int64_t> left(classes_);
    for (size_t g = 0; g < groups_.size(); ++g)
      if (split_[g] < 0)
        for (size_t c = 0; c < classes_; ++c) left[c] += groups_[g].positives[c];
    size_t best = classes_;
    for (size_t c = 0; c < classes_; ++c)
      if (left[c] > 0 && (best == classes_ || left[c] < left[best])) best = c;
    return best;
  }

  void place(size_t g, size_t c) {
    int best = -1;
    for (int s = 0; s < 3; ++s) {
      if (!allowed_[size_t(s)]) continue;
      const auto key = [&](int k) { return std::pair(lacking_[c][size_t(k)], lacking_[classes_][size_t(k)]); };
      if (best < 0 || key(s) > key(best)) best = s;
    }
    split_[g] = best;
    for (size_t k = 0; k <= classes_; ++k) lacking_[k][size_t(best)] -= amount(groups_[g], k);
  }

  std::vector<Group> groups_;
  size_t classes_;
  std::vector<std::array<double, 3>> lacking_;  // of each class (and of images) in each split
  std::array<bool, 3> allowed_{};
  std::vector<int> split_;
  std::vector<int64_t> order_;
};

}  // namespace

SplitRatio parse_ratio(std::string_view words) {
  std::vector<double> parts;
  for (const std::string& word : split_list(words, '/')) {
    const std::optional<double> value = parse_number(word);
    if (!value || !(*value >= 0) || *value > 1e9) parts.resize(9);
    parts.push_back(value.value_or(0));
  }
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  if (parts.size() != 3 || !(parts[0] > 0) || (std::abs(sum - 100) > 1e-6 && std::abs(sum - 1) > 1e-6))
    throw UsageError(
        text("ratio '", words, "': expected train/val/test that sum to 100 or to 1, such as 70/10/20 or .8/0/.2"));
  return {{parts[0], parts[1], parts[2]}};
}

std::vector<Split> stratified_split(std::span<const std::string> groups, std::span<const float> targets,
                                    int64_t classes, int64_t images, const SplitRatio& ratio, uint64_t seed) {
  if (images < 0 || classes < 0 || int64_t(targets.size()) != images * classes ||
      (!groups.empty() && int64_t(groups.size()) != images))
    throw ValueError(text("stratified_split: expected ", images, " x ", classes, " targets and ", images,
                          " groups or none, got ", targets.size(), " and ", groups.size()));
  Stratifier stratifier(collect(groups, targets, classes, images), size_t(classes), ratio, seed);
  const std::vector<int> chosen = stratifier.run();
  std::vector<Split> out(static_cast<size_t>(images));
  for (size_t g = 0; g < chosen.size(); ++g)
    for (const int64_t i : stratifier.groups()[g].images) out[size_t(i)] = Split(chosen[g]);
  return out;
}

}  // namespace skew
