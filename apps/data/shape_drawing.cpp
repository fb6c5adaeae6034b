// Signed distances after Inigo Quilez's "2D distance functions" (circle, segment, box, equilateral triangle).
#include "apps/data/shape_drawing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace skew {

const std::string_view shape_names[shape_count] = {"disc", "ring",  "cross", "square", "triangle", "bar",  "ell",
                                                   "arc",  "frame", "tee",   "half",   "dots",     "star", "hook"};

namespace {

double segment(double x, double y, double ax, double ay, double bx, double by) {
  const double dx = bx - ax, dy = by - ay;
  const double t = std::clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(x - ax - t * dx, y - ay - t * dy);
}

double box(double x, double y, double half) {
  const double dx = std::abs(x) - half, dy = std::abs(y) - half;
  return std::hypot(std::max(dx, 0.0), std::max(dy, 0.0)) + std::min(std::max(dx, dy), 0.0);
}

double triangle(double x, double y, double side) {
  const double k = std::sqrt(3.0);
  x = std::abs(x) - side;
  y += side / k;
  if (x + k * y > 0) {
    const double turned = (x - k * y) / 2;
    y = (-k * x - y) / 2;
    x = turned;
  }
  x -= std::clamp(x, -2 * side, 0.0);
  return y < 0 ? std::hypot(x, y) : -std::hypot(x, y);
}

double star(double x, double y, double r) {
  double nearest = r * 9;
  for (int arm = 0; arm < 3; ++arm) {
    const double c = std::cos(arm * std::numbers::pi / 3) * r, s = std::sin(arm * std::numbers::pi / 3) * r;
    nearest = std::min(nearest, segment(x, y, -c, -s, c, s));
  }
  return nearest;
}

}  // namespace

double shape_distance(int kind, double x, double y, double r) {
  const double stroke = std::max(0.6, r / 8), length = std::hypot(x, y), rim = std::abs(length - 0.85 * r);
  switch (kind) {
    case 0: return length - 0.8 * r;
    case 1: return rim - stroke;
    case 2: return std::min(segment(x, y, -r, 0, r, 0), segment(x, y, 0, -r, 0, r)) - stroke;
    case 3: return box(x, y, 0.72 * r);
    case 4: return triangle(x, y, 0.9 * r);
    case 5: return segment(x, y, -r, 0, r, 0) - 1.6 * stroke;
    case 6: return std::min(segment(x, y, -0.6 * r, -r, -0.6 * r, r), segment(x, y, -0.6 * r, r, 0.8 * r, r)) - stroke;
    case 7: return std::max(rim - stroke, -y - 0.2 * r);
    case 8: return std::abs(box(x, y, 0.75 * r)) - stroke;
    case 9: return std::min(segment(x, y, -0.8 * r, -r, 0.8 * r, -r), segment(x, y, 0, -r, 0, r)) - stroke;
    case 10: return std::max(length - r, -y);
    case 11: return std::min(std::hypot(x - 0.65 * r, y), std::hypot(x + 0.65 * r, y)) - 0.38 * r;
    case 12: return star(x, y, r) - stroke;
    default: {  // a bar that ends in a half circle
      const double bend =
          y > 0.3 * r ? std::abs(std::hypot(x, y - 0.3 * r) - 0.55 * r) : std::hypot(x + 0.55 * r, y - 0.3 * r);
      return std::min(segment(x, y, 0.55 * r, -r, 0.55 * r, 0.3 * r), bend) - stroke;
    }
  }
}

namespace {

struct Canvas {
  int side;
  std::vector<float> values;

  // Adds weight · f(x, y) at every pixel.
  template <class F> void add(double weight, F f) {
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) values[size_t(y * side + x)] += float(weight * f(double(x), double(y)));
  }
};

double sign(Generator& random) { return random.bits() & 1 ? 1 : -1; }

void background(Canvas& canvas, Generator& random) {
  const double side = canvas.side, base = random.uniform(0.4, 0.6), sx = random.uniform(-0.15, 0.15),
               sy = random.uniform(-0.15, 0.15);
  canvas.add(1, [&](double x, double y) { return base + sx * (x / side - 0.5) + sy * (y / side - 0.5); });
  for (int blob = 0; blob < 2; ++blob) {
    const double cx = random.uniform(0, side), cy = random.uniform(0, side), width = random.uniform(3, 7);
    canvas.add(sign(random) * random.uniform(0.03, 0.1), [&](double x, double y) {
      return std::exp(-((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (2 * width * width));
    });
  }
  for (int64_t scratch = random.below(3); scratch > 0; --scratch) {
    const double ax = random.uniform(0, side), ay = random.uniform(0, side), angle = random.uniform(0, 6.3);
    const double bx = ax + 3 * std::cos(angle), by = ay + 3 * std::sin(angle);
    canvas.add(sign(random) * random.uniform(0.1, 0.2),
               [&](double x, double y) { return std::clamp(0.9 - segment(x, y, ax, ay, bx, by), 0.0, 1.0); });
  }
}

}  // namespace

std::vector<float> draw_shapes(std::span<const int> kinds, int side, Generator& random) {
  Canvas canvas{side, std::vector<float>(size_t(side * side))};
  background(canvas, random);
  struct Placed {
    double x, y, r;
  };
  std::vector<Placed> placed;
  for (const int kind : kinds) {
    Placed best{};
    double widest = -1e9;
    for (int attempt = 0; attempt < 12; ++attempt) {  // the place farthest from the shapes already there
      const double r = random.uniform(4.5, 6.5);
      const Placed place{random.uniform(r, side - 1 - r), random.uniform(r, side - 1 - r), r};
      double gap = 0;
      for (const Placed& other : placed)
        gap = std::min(gap, std::hypot(place.x - other.x, place.y - other.y) - place.r - other.r);
      if (gap > widest) {
        widest = gap;
        best = place;
      }
    }
    placed.push_back(best);
    const double angle = random.uniform(0, 2 * std::numbers::pi), c = std::cos(angle), s = std::sin(angle);
    const double polarity = random.below(8) > 0 ? 1 : -1;
    canvas.add(polarity * random.uniform(0.3, 0.5), [&](double x, double y) {
      const double u = x - best.x, v = y - best.y;
      return std::clamp(0.5 - shape_distance(kind, c * u + s * v, c * v - s * u, best.r), 0.0, 1.0);
    });
  }
  for (float& v : canvas.values) v = std::clamp(v + float(0.04 * random.normal()), 0.0f, 1.0f);
  return canvas.values;
}

}  // namespace skew
