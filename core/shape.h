// The lengths of a tensor's axes, and the rules that combine them. Every product is checked for overflow here,
// so a count that exists fits in ptrdiff_t. Images are N, C, H, W; weights C_out, C_in/groups, kh, kw.
// Read next: core/layout.h (the order in memory, which a shape never says).
#pragma once
#include <array>
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string_view>

namespace skew {

// Up to eight lengths ≥ 0; rank 0 is a scalar with one element. Cheap to copy.
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<ptrdiff_t> lengths);  // throws ShapeError: negative, rank > 8, product too large
  explicit Shape(std::span<const ptrdiff_t> lengths);

  int rank() const { return rank_; }
  ptrdiff_t count() const { return count_; }  // number of elements
  ptrdiff_t operator[](int axis) const { return lengths_[size_t(axis)]; }
  const ptrdiff_t* begin() const { return lengths_.data(); }
  const ptrdiff_t* end() const { return lengths_.data() + rank_; }
  bool operator==(const Shape& other) const;

  // Product of the lengths of axes [first, last).
  ptrdiff_t count(int first, int last) const;
  // A negative axis counts from the back; throws ShapeError naming `op` when it is outside −rank … rank−1.
  int axis(ptrdiff_t axis, std::string_view op) const;
  // The same shape with one length replaced.
  Shape with(int axis, ptrdiff_t length) const;

 private:
  std::array<ptrdiff_t, max_rank> lengths_{};
  int rank_ = 0;
  ptrdiff_t count_ = 1;
};

// NumPy's rule: aligned from the back, a length of 1 stretches. Throws ShapeError naming `op` and both shapes.
Shape broadcast(const Shape& a, const Shape& b, std::string_view op);

std::ostream& operator<<(std::ostream& out, const Shape& shape);  // [2, 3, 8, 8]

}  // namespace skew
