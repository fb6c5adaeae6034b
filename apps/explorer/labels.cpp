// Trying places along each arrow, taking the one that least lies below.
#include "apps/explorer/labels.h"

#include <algorithm>
#include <cmath>

namespace skew::explorer {
namespace {

using report::Point;

constexpr double apart = 6;             // pixels between two points of a curve
constexpr size_t most_points = 200000;  // more would take longer than anybody waits for a picture

Point on_bezier(const Point* p, double t) {
  const double u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
  return {a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x, a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

std::vector<Point> points_of(const Curve& curve) {
  std::vector<Point> out;
  for (size_t i = 0; i + 3 < curve.size(); i += 3) {
    const double length = std::hypot(curve[i + 3].x - curve[i].x, curve[i + 3].y - curve[i].y);
    const int steps = std::max(2, int(length / apart));
    for (int k = 0; k <= steps; ++k) out.push_back(on_bezier(&curve[i], double(k) / steps));
  }
  return out;
}

bool overlap(const Rectangle& a, const Rectangle& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

class Places {
 public:
  Places(const std::vector<Curve>& curves, const std::vector<Rectangle>& boxes, double letter_height)
      : boxes_(boxes), letter_height_(letter_height) {
    for (const Curve& curve : curves) {
      of_curve_.push_back(points_of(curve));
      if (points_.size() < most_points) points_.insert(points_.end(), of_curve_.back().begin(), of_curve_.back().end());
    }
    std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  }

  Point place(const LabelWish& wish) {
    const std::vector<Point>& curve = of_curve_[wish.curve];
    Point best{};
    double least = 1e300;
    for (size_t i = 0; i < 12; ++i) {
      const Point at = candidate(curve, wish.width, i);
      const double cost = cost_of(extent(at, wish.width)) + 0.4 * double(i);
      if (cost >= least) continue;
      least = cost;
      best = at;
    }
    taken_.push_back(extent(best, wish.width));
    return best;
  }

 private:
  // Above and below the arrow, at its tip first, then further and further back.
  Point candidate(const std::vector<Point>& curve, double width, size_t i) const {
    constexpr double from_tip[] = {11, 30, 52, 78, 110, 150};
    const Point tip = curve.back();
    const double right = tip.x - from_tip[i / 2], middle = right - width / 2;
    double y = tip.y, nearest = 1e300;
    for (const Point& p : curve)
      if (std::abs(p.x - middle) < nearest) {
        nearest = std::abs(p.x - middle);
        y = p.y;
      }
    return {right - width, i % 2 == 0 ? y - 5 : y + letter_height_ + 6};
  }

  Rectangle extent(Point at, double width) const {
    return {at.x - 2, at.y - letter_height_ - 2, at.x + width + 2, at.y + 3};
  }

  double cost_of(const Rectangle& r) const {
    double cost = 0;
    const auto first =
        std::lower_bound(points_.begin(), points_.end(), r.left, [](const Point& p, double x) { return p.x < x; });
    for (auto p = first; p != points_.end() && p->x < r.right; ++p) cost += p->y > r.top && p->y < r.bottom;
    for (const Rectangle& other : taken_) cost += 30 * overlap(r, other);
    for (const Rectangle& box : boxes_) cost += 30 * overlap(r, box);
    return cost;
  }

  const std::vector<Rectangle>& boxes_;
  double letter_height_;
  std::vector<std::vector<Point>> of_curve_;
  std::vector<Point> points_;  // of all curves, from left to right
  std::vector<Rectangle> taken_;
};

}  // namespace

std::vector<Point> label_places(const std::vector<LabelWish>& wishes, const std::vector<Curve>& curves,
                                const std::vector<Rectangle>& boxes, double letter_height) {
  Places places(curves, boxes, letter_height);
  std::vector<Point> out;
  for (const LabelWish& wish : wishes) out.push_back(places.place(wish));
  return out;
}

}  // namespace skew::explorer
