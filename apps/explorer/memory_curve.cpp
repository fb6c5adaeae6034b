// Counting memory in and out.
#include "apps/explorer/memory_curve.h"

#include <algorithm>
#include <map>
#include <set>

#include "apps/explorer/graph_model.h"

namespace skew::explorer {
namespace {

// What is kept of which memory: several ops that keep the same name the same number.
struct Kept {
  int64_t bytes = 0;
  bool of_leaf = false;
  int users = 0;
};

class Keeper {
 public:
  explicit Keeper(const Recording& recording) : recording_(recording) {}

  void take(const RecordedNode& node) { change(node, 1); }
  void give_back(const RecordedNode& node) { change(node, -1); }
  const MemoryMoment& now() const { return now_; }

 private:
  // A recording that was read knows names alone: an input's, y, or neither.
  std::pair<int, int> memory_of(const RecordedNode& node, size_t k) const {
    const SavedTensor& saved = node.saved[k];
    if (saved.storage >= 0) return {saved.storage, -1};
    if (saved.name == "y") return {-1, node.id};
    for (const RecordedInput& in : node.inputs)
      if (in.name == saved.name && in.node >= 0) return {-1, in.node};
    return {-2 - int(k), node.id};
  }

  bool is_leaf(const RecordedNode& node, const SavedTensor& saved) const {
    for (const RecordedInput& in : node.inputs)
      if (in.name == saved.name && in.node >= 0)
        return recording_.nodes[size_t(in.node)].kind != RecordedNode::Kind::op;
    return false;
  }

  void change(const RecordedNode& node, int by) {
    for (size_t k = 0; k < node.saved.size(); ++k) {
      const SavedTensor& saved = node.saved[k];
      Kept& kept = kept_[memory_of(node, k)];
      if (kept.users == 0) kept = {int64_t(saved.bytes), is_leaf(node, saved), 0};
      const bool was = kept.users > 0;
      kept.users += by;
      const int64_t change = kept.bytes * (int(kept.users > 0) - int(was));
      now_.bytes += change;
      if (kept.of_leaf) now_.of_leaves += change;
    }
  }

  const Recording& recording_;
  std::map<std::pair<int, int>, Kept> kept_;
  MemoryMoment now_;
};

}  // namespace

std::vector<MemoryMoment> memory_curve(const Recording& recording, bool all) {
  const std::vector<Moment> moments = moments_of(recording, all);
  std::map<int, int> last_arrival;  // of what each node sent
  for (const RecordedNode& node : recording.nodes)
    for (const Contribution& c : node.contributions)
      if (c.from >= 0) last_arrival[c.from] = std::max(last_arrival[c.from], c.arrival);
  Keeper keeper(recording);
  std::set<int> kept;
  std::vector<MemoryMoment> out;
  for (const Moment& moment : moments) {
    const RecordedNode& node = recording.nodes[size_t(moment.node)];
    if (moment.contribution < 0) {
      keeper.take(node);
      kept.insert(node.id);
    } else {
      const Contribution& c = node.contributions[size_t(moment.contribution)];
      if (c.from >= 0 && last_arrival[c.from] == c.arrival && kept.erase(c.from))
        keeper.give_back(recording.nodes[size_t(c.from)]);
    }
    out.push_back(keeper.now());
  }
  return out;
}

}  // namespace skew::explorer
