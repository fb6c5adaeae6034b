// Iterative stratification over groups. N images, G groups, L classes.
#include "apps/data/split.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <unordered_map>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace skew {
namespace {

constexpr uint64_t split_stream = uint64_t(0x5B) << 56;  // this file's own random numbers, apart from all others

struct Group {
  std::vector<int64_t> images;
  std::vector<std::pair<size_t, int64_t>> positives;  // (class, how many), for those that occur
};

std::vector<Group> collect(std::span<const std::string> groups, std::span<const float> targets, int64_t classes,
                           int64_t images) {
  std::vector<Group> out;
  std::unordered_map<std::string_view, size_t> known;
  for (int64_t i = 0; i < images; ++i) {
    size_t g = out.size();
    if (!groups.empty() && !groups[size_t(i)].empty()) g = known.try_emplace(groups[size_t(i)], g).first->second;
    if (g == out.size()) out.emplace_back();
    out[g].images.push_back(i);
    for (size_t c = 0; c < size_t(classes); ++c) {
      if (targets[size_t(i * classes) + c] != 1) continue;
      auto& positives = out[g].positives;
      const auto same = std::ranges::find(positives, c, &std::pair<size_t, int64_t>::first);
      if (same == positives.end()) positives.emplace_back(c, 1);
      else ++same->second;
    }
  }
  return out;
}

class Stratifier {
 public:
  Stratifier(std::vector<Group> groups, size_t classes, const SplitRatio& ratio, uint64_t seed)
      : groups_(std::move(groups)),
        classes_(classes),
        lacking_(classes + 1),
        of_class_(classes),
        left_(classes),
        split_(groups_.size(), -1) {
    order_ = Generator(seed, split_stream).permutation(int64_t(groups_.size()));
    std::ranges::stable_sort(order_, std::ranges::greater{},
                             [&](int64_t g) { return groups_[size_t(g)].images.size(); });
    std::vector<double> totals(classes + 1);
    for (const int64_t g : order_) {
      for (const auto& [c, count] : groups_[size_t(g)].positives) {
        of_class_[c].push_back(size_t(g));
        left_[c] += count;
        totals[c] += double(count);
      }
      totals[classes] += double(groups_[size_t(g)].images.size());
    }
    const double sum = std::accumulate(ratio.share.begin(), ratio.share.end(), 0.0);
    for (size_t c = 0; c <= classes; ++c)
      for (size_t s = 0; s < 3; ++s) lacking_[c][s] = totals[c] * ratio.share[s] / sum;
    for (size_t s = 0; s < 3; ++s) share_[s] = ratio.share[s] / sum;
    remaining_ = totals[classes];
    for (size_t c = 0; c < classes; ++c)
      if (left_[c] > 0) rarest_.emplace(left_[c], c);
  }

  // The class with the fewest positives among groups not yet placed, until none is left; then groups without any.
  std::vector<int> run() {
    while (!rarest_.empty()) {
      const size_t c = rarest_.begin()->second;
      for (const size_t g : of_class_[c])
        if (split_[g] < 0) place(g, c, amount(groups_[g], c));
    }
    for (const int64_t g : order_)
      if (split_[size_t(g)] < 0) place(size_t(g), classes_, double(groups_[size_t(g)].images.size()));
    return split_;
  }

  const std::vector<Group>& groups() const { return groups_; }

 private:
  double amount(const Group& group, size_t c) const {
    return double(std::ranges::find(group.positives, c, &std::pair<size_t, int64_t>::first)->second);
  }

  // By how many images split s is behind what its share of those already placed would be.
  double behind(size_t s) const { return lacking_[classes_][s] - share_[s] * remaining_; }

  // Split a rather than b for a group of `amount` positives of class c.
  bool better(size_t a, size_t b, size_t c, double amount) const {
    constexpr double rounding = 1e-9;
    const std::array<double, 3>& lacking = lacking_[c];
    const bool a_whole = lacking[a] + rounding >= amount, b_whole = lacking[b] + rounding >= amount;
    const bool a_part = lacking[a] > rounding, b_part = lacking[b] > rounding;
    if (a_whole != b_whole) return a_whole;
    if (a_part != b_part) return a_part;
    if (!a_whole && a_part)  // both lack a part of a group: what classes leave over makes up the total
      return lacking[a] + behind(a) > lacking[b] + behind(b) + rounding;
    return std::pair(lacking[a], lacking_[classes_][a]) > std::pair(lacking[b], lacking_[classes_][b]);
  }

  void place(size_t g, size_t c, double amount) {
    int best = -1;
    for (int s = 0; s < 3; ++s)
      if (share_[size_t(s)] > 0 && (best < 0 || better(size_t(s), size_t(best), c, amount))) best = s;
    split_[g] = best;
    lacking_[classes_][size_t(best)] -= double(groups_[g].images.size());
    remaining_ -= double(groups_[g].images.size());
    for (const auto& [k, count] : groups_[g].positives) {
      lacking_[k][size_t(best)] -= double(count);
      rarest_.erase({left_[k], k});
      left_[k] -= count;
      if (left_[k] > 0) rarest_.emplace(left_[k], k);
    }
  }

  std::vector<Group> groups_;
  size_t classes_;
  std::vector<std::array<double, 3>> lacking_;  // of each class (and of images) in each split
  std::vector<std::vector<size_t>> of_class_;   // groups with positives of it, in the order of order_
  std::vector<int64_t> left_;                   // positives of each class in groups not yet placed
  std::set<std::pair<int64_t, size_t>> rarest_;
  std::array<double, 3> share_{};
  double remaining_ = 0;  // images not yet placed
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
