// Shapes: made with checks, broadcast, printed.
#include "core/shape.h"

#include <algorithm>
#include <ostream>

#include "core/error.h"

namespace skew {

Shape::Shape(std::initializer_list<ptrdiff_t> lengths)
    : Shape(std::span<const ptrdiff_t>(lengths.begin(), lengths.size())) {}

Shape::Shape(std::span<const ptrdiff_t> lengths) {
  if (lengths.size() > max_rank)
    throw ShapeError(text("shape: expected at most ", max_rank, " axes, got ", lengths.size()));
  ptrdiff_t product = 1;
  bool overflow = false;
  for (const ptrdiff_t length : lengths) {
    if (length < 0) throw ShapeError(text("shape: expected lengths ≥ 0, got ", length, " at axis ", rank_));
    lengths_[size_t(rank_++)] = length;
    // an axis of 0 does not excuse the others: their strides are products too
    overflow |= __builtin_mul_overflow(product, std::max<ptrdiff_t>(length, 1), &product);
    count_ = length == 0 ? 0 : count_;
  }
  if (overflow || product > PTRDIFF_MAX / 16)  // room for the size in bytes of any dtype
    throw ShapeError(text("shape: ", *this, " holds more elements than memory can"));
  if (count_ != 0) count_ = product;
}

bool Shape::operator==(const Shape& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

ptrdiff_t Shape::count(int first, int last) const {
  ptrdiff_t product = 1;
  for (int i = first; i < last; ++i) product *= lengths_[size_t(i)];
  return product;
}

int Shape::axis(ptrdiff_t axis, std::string_view op) const {
  if (axis < -rank_ || axis >= rank_)
    throw ShapeError(text(op, ": expected an axis in ", -rank_, "..", rank_ - 1, " of ", *this, ", got ", axis));
  return int(axis < 0 ? axis + rank_ : axis);
}

Shape Shape::with(int axis, ptrdiff_t length) const {
  std::array<ptrdiff_t, max_rank> lengths = lengths_;
  lengths[size_t(axis)] = length;
  return Shape(std::span<const ptrdiff_t>(lengths.data(), size_t(rank_)));
}

Shape broadcast(const Shape& a, const Shape& b, std::string_view op) {
  std::array<ptrdiff_t, Shape::max_rank> lengths{};
  const int rank = std::max(a.rank(), b.rank());
  for (int i = 1; i <= rank; ++i) {
    const ptrdiff_t m = i <= a.rank() ? a[a.rank() - i] : 1, n = i <= b.rank() ? b[b.rank() - i] : 1;
    if (m != n && m != 1 && n != 1)
      throw ShapeError(text(op, ": expected shapes that broadcast, got ", a, " and ", b, ": lengths ", m, " and ", n,
                            " at axis ", -i, "; reshape one of them so that they are equal or 1 there"));
    lengths[size_t(rank - i)] = m == 1 ? n : m;
  }
  return Shape(std::span<const ptrdiff_t>(lengths.data(), size_t(rank)));
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '[';
  for (int i = 0; i < shape.rank(); ++i) out << (i ? ", " : "") << shape[i];
  return out << ']';
}

}  // namespace skew
