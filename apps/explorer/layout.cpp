// Ranks, order within ranks, places.
#include "apps/explorer/layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "apps/explorer/spaced.h"

namespace skew::explorer {
namespace {

using report::Point;

// A vertex of the layered graph: a box, or a bend of an arrow that passes through a layer.
struct Vertex {
  int layer = 0;
  double width = 0, height = 0;
  bool bend = false;
  std::vector<int> left{}, right{};  // neighbours in the layers beside
  double y = 0;                      // of its centre
  size_t place = 0;                  // in its layer
  double centre = 0;                 // of its neighbours' places
};

class Layers {
 public:
  Layers(const std::vector<BoxSize>& boxes, const std::vector<Arrow>& arrows, const LayoutGaps& gaps)
      : gaps_(gaps), boxes_(boxes.size()) {
    for (const BoxSize& box : boxes) vertices_.push_back({.width = box.width, .height = box.height});
    rank(arrows);
    bends_.resize(boxes_);
    for (const Arrow& arrow : arrows) connect(arrow);
    layers_.resize(size_t(most_layer()) + 1);
    for (size_t v = 0; v < vertices_.size(); ++v) layers_[size_t(vertices_[v].layer)].push_back(int(v));
  }

  void order() {
    for (auto& layer : layers_) place(layer);
    std::vector<std::vector<int>> best = layers_;
    int64_t fewest = crossings();
    for (int sweep = 0; sweep < 12 && fewest > 0; ++sweep) {
      const bool from_left = sweep % 2 == 0, other_way = sweep % 4 >= 1 && sweep % 4 <= 2;
      for (size_t k = 0; k < layers_.size(); ++k)
        by_barycentre(from_left ? k : layers_.size() - 1 - k, from_left, other_way);
      exchange_neighbours();
      if (const int64_t now = crossings(); now < fewest) {
        fewest = now;
        best = layers_;
      }
    }
    layers_ = std::move(best);
    for (auto& layer : layers_) place(layer);
  }

  GraphLayout places(const std::vector<Arrow>& arrows) {
    for (auto& layer : layers_) {
      double y = 0;
      for (const int v : layer) {
        at(v).y = y + at(v).height / 2;
        y += at(v).height + gap(v);
      }
    }
    for (int sweep = 0; sweep < 48; ++sweep)
      for (size_t k = 0; k < layers_.size(); ++k) align(layers_[sweep % 2 ? layers_.size() - 1 - k : k], sweep);
    return finished(arrows);
  }

 private:
  Vertex& at(int v) { return vertices_[size_t(v)]; }
  double gap(int v) const { return vertices_[size_t(v)].bend ? gaps_.between_boxes / 2 : gaps_.between_boxes; }
  int most_layer() const {
    int most = 0;
    for (const Vertex& v : vertices_) most = std::max(most, v.layer);
    return most;
  }

  // ---- ranks: the longest path from the beginning; what begins stands right before its first use
  void rank(const std::vector<Arrow>& arrows) {
    std::vector<std::vector<int>> to(boxes_);
    std::vector<bool> begins(boxes_, true);
    for (const Arrow& arrow : arrows) {
      if (arrow.from == arrow.to) continue;
      to[size_t(std::min(arrow.from, arrow.to))].push_back(std::max(arrow.from, arrow.to));
      begins[size_t(std::max(arrow.from, arrow.to))] = false;
    }
    for (size_t v = 0; v < boxes_; ++v)
      for (const int next : to[v]) at(next).layer = std::max(at(next).layer, vertices_[v].layer + 1);
    for (size_t v = 0; v < boxes_; ++v) {
      if (!begins[v] || to[v].empty()) continue;
      int first = at(to[v][0]).layer;
      for (const int next : to[v]) first = std::min(first, at(next).layer);
      vertices_[v].layer = first - 1;
    }
  }

  // Bends in every layer between; arrows from one box share theirs and part late.
  void connect(const Arrow& arrow) {
    std::vector<int>& path = paths_.emplace_back();
    if (arrow.from == arrow.to) return;
    const int from = std::min(arrow.from, arrow.to), to = std::max(arrow.from, arrow.to);
    path.push_back(from);
    std::vector<int>& bends = bends_[size_t(from)];
    for (int layer = at(from).layer + 1; layer < at(to).layer; ++layer) {
      const size_t k = size_t(layer - at(from).layer - 1);
      if (k == bends.size()) {
        bends.push_back(int(vertices_.size()));
        vertices_.push_back({.layer = layer, .height = 2, .bend = true});
        join(path.back(), bends.back());
      }
      path.push_back(bends[k]);
    }
    join(path.back(), to);
    path.push_back(to);
  }

  void join(int left, int right) {
    at(left).right.push_back(right);
    at(right).left.push_back(left);
  }

  // ---- order within layers
  void place(const std::vector<int>& layer) {
    for (size_t i = 0; i < layer.size(); ++i) at(layer[i]).place = i;
  }

  // other_way: what wants the same place changes sides, so that a tie is no end.
  void by_barycentre(size_t k, bool from_left, bool other_way) {
    std::vector<int>& layer = layers_[k];
    for (const int v : layer) {
      const std::vector<int>& beside = from_left ? at(v).left : at(v).right;
      double sum = 0;
      for (const int other : beside) sum += double(at(other).place);
      at(v).centre = beside.empty() ? double(at(v).place) : sum / double(beside.size());
    }
    if (other_way) std::reverse(layer.begin(), layer.end());
    std::stable_sort(layer.begin(), layer.end(), [&](int a, int b) { return at(a).centre < at(b).centre; });
    place(layer);
  }

  // Crossings between the arrows of two vertices if `a` stands above `b`.
  int64_t crossings_of(int a, int b) {
    int64_t count = 0;
    for (const bool left : {true, false})
      for (const int x : left ? at(a).left : at(a).right)
        for (const int y : left ? at(b).left : at(b).right) count += at(x).place > at(y).place;
    return count;
  }

  void exchange_neighbours() {
    bool better = true;
    for (int round = 0; round < 8 && better; ++round) {
      better = false;
      for (auto& layer : layers_)
        for (size_t i = 0; i + 1 < layer.size(); ++i) {
          if (crossings_of(layer[i], layer[i + 1]) <= crossings_of(layer[i + 1], layer[i])) continue;
          std::swap(layer[i], layer[i + 1]);
          at(layer[i]).place = i;
          at(layer[i + 1]).place = i + 1;
          better = true;
        }
    }
  }

  // Pairs of arrows between neighbouring layers that cross, counted by a tree of sums over the places passed.
  int64_t crossings() {
    int64_t count = 0;
    for (size_t k = 0; k + 1 < layers_.size(); ++k) {
      std::vector<int64_t> tree(layers_[k + 1].size() + 1, 0);
      int64_t seen = 0;
      for (const int v : layers_[k]) {
        std::vector<size_t> ends;
        for (const int other : at(v).right) ends.push_back(at(other).place);
        for (const size_t end : ends) {
          int64_t not_below = 0;
          for (size_t i = end + 1; i > 0; i -= i & -i) not_below += tree[i];
          count += seen - not_below;
        }
        for (const size_t end : ends) {
          for (size_t i = end + 1; i < tree.size(); i += i & -i) ++tree[i];
          ++seen;
        }
      }
    }
    return count;
  }

  // ---- places
  // Each vertex wants to stand where its neighbours stand, bends most of all: long arrows become straight.
  void align(const std::vector<int>& layer, int sweep) {
    std::vector<Wish> wishes;
    for (const int v : layer) {
      double sum = 0, weight = 0;
      const auto pull = [&](const std::vector<int>& beside) {
        for (const int other : beside) {
          const int bends = at(v).bend + at(other).bend;
          const double strength = std::array{1., 2., 30.}[size_t(bends)];
          sum += strength * at(other).y;
          weight += strength;
        }
      };
      if (sweep < 24) pull(sweep % 2 ? at(v).right : at(v).left);
      if (sweep >= 24 || weight == 0) {
        pull(at(v).left);
        pull(at(v).right);
      }
      wishes.push_back({weight > 0 ? sum / weight : at(v).y, std::max(weight, 0.1), at(v).height, gap(v)});
    }
    const std::vector<double> y = spaced(wishes);
    for (size_t i = 0; i < layer.size(); ++i) at(layer[i]).y = y[i];
  }

  GraphLayout finished(const std::vector<Arrow>& arrows) {
    GraphLayout out;
    double top = 1e300, bottom = -1e300;
    for (const Vertex& v : vertices_) {
      top = std::min(top, v.y - v.height / 2);
      bottom = std::max(bottom, v.y + v.height / 2);
    }
    std::vector<double> left(layers_.size()), widest(layers_.size());
    double x = 0;
    for (size_t k = 0; k < layers_.size(); ++k) {
      for (const int v : layers_[k]) widest[k] = std::max(widest[k], at(v).width);
      left[k] = x;
      x += widest[k] + gaps_.between_layers;
    }
    const auto middle = [&](const Vertex& v) { return left[size_t(v.layer)] + widest[size_t(v.layer)] / 2; };
    for (size_t b = 0; b < boxes_; ++b) {
      const Vertex& v = vertices_[b];
      out.corner.push_back({middle(v) - v.width / 2, v.y - v.height / 2 - top});
    }
    for (size_t a = 0; a < arrows.size(); ++a) {
      std::vector<Point>& route = out.route.emplace_back();
      const std::vector<int>& path = paths_[a];
      for (size_t i = 0; i < path.size(); ++i) {
        const Vertex& v = at(path[i]);
        if (i == 0) route.push_back({middle(v) + v.width / 2, v.y - top});
        else if (i + 1 == path.size())
          route.push_back({middle(v) - v.width / 2, v.y - top + port(path[i], path[i - 1])});
        else
          for (const double side : {-0.5, 0.5})
            route.push_back({middle(v) + side * widest[size_t(v.layer)], v.y - top});
      }
      if (arrows[a].from > arrows[a].to) std::reverse(route.begin(), route.end());
    }
    out.width = boxes_ ? x - gaps_.between_layers : 0;
    out.height = boxes_ ? bottom - top : 0;
    return out;
  }

  // Where an arrow enters a box: arrows enter side by side, in the order in which they come.
  double port(int box, int from) {
    std::vector<int> beside = at(box).left;
    std::stable_sort(beside.begin(), beside.end(), [&](int a, int b) { return at(a).y < at(b).y; });
    const size_t i = size_t(std::find(beside.begin(), beside.end(), from) - beside.begin());
    const double room = std::min(at(box).height - 12, gaps_.between_ports * double(beside.size() - 1));
    return beside.size() < 2 ? 0 : room * (double(i) / double(beside.size() - 1) - 0.5);
  }

  LayoutGaps gaps_;
  size_t boxes_;
  std::vector<Vertex> vertices_;
  std::vector<std::vector<int>> layers_, paths_, bends_;
};

}  // namespace

GraphLayout layered_layout(const std::vector<BoxSize>& boxes, const std::vector<Arrow>& arrows,
                           const LayoutGaps& gaps) {
  if (boxes.empty()) return {};
  Layers layers(boxes, arrows, gaps);
  layers.order();
  return layers.places(arrows);
}

}  // namespace skew::explorer
