// The number types of tensors. Gradients exist for float32 and float64; int64 and uint8 carry labels, indices, masks.
// A new type (bfloat16, say) is a word here, its C++ type in DTypeOf and in one of the lists, its name in dtype.cpp;
// core/visit.h then reaches it. Backends take it one kernel at a time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace skew {

enum class DType : uint8_t { float32, float64, int64, uint8 };

template <class T> struct DTypeOf;
template <> struct DTypeOf<float> { static constexpr DType value = DType::float32; };
template <> struct DTypeOf<double> { static constexpr DType value = DType::float64; };
template <> struct DTypeOf<int64_t> { static constexpr DType value = DType::int64; };
template <> struct DTypeOf<uint8_t> { static constexpr DType value = DType::uint8; };
template <class T> inline constexpr DType dtype_of = DTypeOf<T>::value;

template <class... T> struct TypeList {
  static constexpr bool has(DType type) { return ((type == dtype_of<T>) || ...); }
  static constexpr size_t size_of(DType type) { return ((type == dtype_of<T> ? sizeof(T) : 0) + ...); }
};
using FloatingTypes = TypeList<float, double>;
using ElementTypes = TypeList<float, double, int64_t, uint8_t>;

constexpr size_t size_of(DType type) { return ElementTypes::size_of(type); }
constexpr bool is_floating(DType type) { return FloatingTypes::has(type); }
const char* name_of(DType type);
std::ostream& operator<<(std::ostream& out, DType type);

}  // namespace skew
