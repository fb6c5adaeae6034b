// Lengths, their checked products, and broadcasting.
#include "core/shape.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("a shape counts its elements") {
  CHECK(Shape{}.count() == 1);
  CHECK(Shape{2, 3, 4}.count() == 24);
  CHECK(Shape{2, 0, 4}.count() == 0);
  CHECK(Shape{2, 3, 4}.count(1, 3) == 12);
  CHECK(Shape{2, 3, 4}.count(3, 3) == 1);
  CHECK(text(Shape{2, 3}) == "[2, 3]");
  CHECK(text(Shape{}) == "[]");
}

TEST_CASE("equal means equal rank and lengths") {
  CHECK(Shape{2, 3} == Shape{2, 3});
  CHECK_FALSE(Shape{2, 3} == Shape{3, 2});
  CHECK_FALSE(Shape{1} == Shape{});
  CHECK_FALSE(Shape{0} == Shape{0, 0});
}

TEST_CASE("products that do not fit are refused, also behind a zero") {
  const ptrdiff_t big = ptrdiff_t(1) << 32;
  CHECK_THROWS_AS((Shape{big, big}), ShapeError);
  CHECK_THROWS_WITH((Shape{big, big}), Contains("[4294967296, 4294967296] holds more elements than memory can"));
  CHECK_THROWS_AS((Shape{0, big, big}), ShapeError);
  CHECK_THROWS_AS((Shape{big, big, 0}), ShapeError);
  CHECK_THROWS_AS((Shape{PTRDIFF_MAX}), ShapeError);  // its bytes would overflow
  CHECK_THROWS_AS((Shape{2, 3}.with(0, PTRDIFF_MAX)), ShapeError);
  CHECK_NOTHROW(Shape{PTRDIFF_MAX / 16});
}

TEST_CASE("bad lengths and ranks are refused") {
  CHECK_THROWS_WITH((Shape{2, -1}), "shape: expected lengths ≥ 0, got -1 at axis 1");
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}), "shape: expected at most 8 axes, got 9");
  CHECK_NOTHROW(Shape{1, 1, 1, 1, 1, 1, 1, 1});
}

TEST_CASE("axes count from the back when negative") {
  const Shape s{2, 3, 4};
  CHECK(s.axis(-1, "sum") == 2);
  CHECK(s.axis(-3, "sum") == 0);
  CHECK_THROWS_WITH(s.axis(3, "sum"), "sum: expected an axis in -3..2 of [2, 3, 4], got 3");
  CHECK_THROWS_AS(s.axis(-4, "sum"), ShapeError);
  CHECK_THROWS_AS(Shape{}.axis(0, "sum"), ShapeError);
}

TEST_CASE("broadcasting stretches lengths of 1 and refuses the rest, naming both shapes") {
  CHECK(broadcast({2, 1, 4}, {3, 1}, "add") == Shape{2, 3, 4});
  CHECK(broadcast({}, {3}, "add") == Shape{3});
  CHECK(broadcast({1}, {0}, "add") == Shape{0});
  CHECK(broadcast({0, 1}, {1, 5}, "add") == Shape{0, 5});
  CHECK_THROWS_WITH(broadcast({2, 3}, {2, 4}, "add"),
                    Contains("add: ") && Contains("[2, 3] and [2, 4]") && Contains("axis -1"));
  CHECK_THROWS_AS(broadcast({2}, {0}, "add"), ShapeError);
  const ptrdiff_t big = ptrdiff_t(1) << 32;
  CHECK_THROWS_AS(broadcast({big, 1}, {1, big}, "add"), ShapeError);
}
