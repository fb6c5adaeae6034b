// The number types of tensors. Gradients exist for float32 and float64; int64 and uint8 carry labels, indices, masks.
// (bfloat16 has its place in the list of later work: add it here, then in the backends that take it.)
#pragma once
#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace skew {

enum class DType : uint8_t { float32, float64, int64, uint8 };

constexpr size_t size_of(DType type) { return type == DType::uint8 ? 1 : type == DType::float32 ? 4 : 8; }
constexpr bool is_floating(DType type) { return type == DType::float32 || type == DType::float64; }
const char* name_of(DType type);
std::ostream& operator<<(std::ostream& out, DType type);

template <class T> struct DTypeOf;
template <> struct DTypeOf<float> { static constexpr DType value = DType::float32; };
template <> struct DTypeOf<double> { static constexpr DType value = DType::float64; };
template <> struct DTypeOf<int64_t> { static constexpr DType value = DType::int64; };
template <> struct DTypeOf<uint8_t> { static constexpr DType value = DType::uint8; };
template <class T> inline constexpr DType dtype_of = DTypeOf<T>::value;

}  // namespace skew
