// Things in a row that each want to stand somewhere, and must not overlap: the places nearest to all wishes, by least
// squares. Exact, by pooling neighbours that push each other (isotonic regression: Barlow et al., "Statistical
// inference under order restrictions", 1972).
#pragma once
#include <vector>

namespace skew::explorer {

struct Wish {
  double centre, weight;
  double size, gap;  // gap: behind it, and before the next one, whichever is less
};

inline std::vector<double> spaced(const std::vector<Wish>& wishes) {
  struct Pool {
    double mean, weight;
    size_t count;
  };
  // subtracting the room that those before take turns "at least so far apart" into "not falling"
  std::vector<double> room(wishes.size(), 0);
  for (size_t i = 1; i < wishes.size(); ++i) {
    const double gap = wishes[i - 1].gap < wishes[i].gap ? wishes[i - 1].gap : wishes[i].gap;
    room[i] = room[i - 1] + (wishes[i - 1].size + wishes[i].size) / 2 + gap;
  }
  std::vector<Pool> pools;
  for (size_t i = 0; i < wishes.size(); ++i) {
    pools.push_back({wishes[i].centre - room[i], wishes[i].weight, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
      const Pool last = pools.back();
      pools.pop_back();
      Pool& before = pools.back();
      before.mean = (before.mean * before.weight + last.mean * last.weight) / (before.weight + last.weight);
      before.weight += last.weight;
      before.count += last.count;
    }
  }
  std::vector<double> out;
  for (const Pool& pool : pools)
    for (size_t i = 0; i < pool.count; ++i) out.push_back(pool.mean + room[out.size()]);
  return out;
}

}  // namespace skew::explorer
