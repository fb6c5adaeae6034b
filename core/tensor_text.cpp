// A tensor as text: nested rows, as everybody's array library prints them.
#include <ostream>

#include "core/error.h"
#include "core/tensor.h"

namespace skew {
namespace {

constexpr ptrdiff_t most = 1000, ends = 3;  // elements shown in full; else so many at either end of an axis

struct Rows {
  const std::vector<double>& values;
  const Shape& shape;
  bool shortened;

  // The elements from `first` on, of all axes from `axis` on. As deep as a shape has axes: at most eight.
  std::string str(int axis, ptrdiff_t first) const {
    if (axis == shape.rank()) return text(values[size_t(first)]);
    const ptrdiff_t length = shape[axis], step = shape.count(axis + 1, shape.rank());
    const bool innermost = axis + 1 == shape.rank();
    const std::string between = innermost ? ", " : ",\n" + std::string(size_t(axis) + 1, ' ');
    std::string out = "[";
    for (ptrdiff_t i = 0; i < length; ++i) {
      if (i > 0) out += between;
      if (shortened && i == ends && length > 2 * ends) {
        out += "…" + between;
        i = length - ends;
      }
      out += str(axis + 1, first + i * step);
    }
    return out + "]";
  }
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& t) {
  if (!t.defined()) return out << "tensor: undefined";
  out << t.dtype() << ' ' << t.shape();
  if (!t.name().empty()) out << ' ' << t.name();
  const std::vector<double> values = t.doubles();
  return out << (t.shape().rank() > 1 ? "\n" : " ") << Rows{values, t.shape(), t.count() > most}.str(0, 0);
}

}  // namespace skew
