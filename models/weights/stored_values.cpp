// Decoding little-endian bytes to double or int64_t, one element type at a time.
#include "models/weights/stored_values.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"

namespace skew {
namespace {

static_assert(std::endian::native == std::endian::little, "stored values are copied, not swapped");

// A small float: sign, `exponent` bits, `mantissa` bits. With finite_only the top exponent holds numbers as well and
// only all ones is NaN (E4M3); otherwise it holds infinities and NaNs as in IEEE 754.
double small_float(uint32_t bits, int exponent, int mantissa, bool finite_only = false) {
  const uint32_t fraction = bits & ((1u << mantissa) - 1), top = (1u << exponent) - 1;
  const uint32_t power = bits >> mantissa & top;
  const double sign = bits >> (mantissa + exponent) & 1 ? -1 : 1;
  const int bias = (1 << (exponent - 1)) - 1;
  if (power == top && (!finite_only || fraction == (1u << mantissa) - 1))
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  if (power == 0) return sign * std::ldexp(fraction, 1 - bias - mantissa);
  return sign * std::ldexp(fraction + (1u << mantissa), static_cast<int>(power) - bias - mantissa);
}

// Calls take(element) for each element of type T.
template <class T, class Take> void each(const StoredTensor& tensor, Take take) {
  for (size_t at = 0; at + sizeof(T) <= tensor.bytes.size(); at += sizeof(T)) {
    T element;
    std::memcpy(&element, tensor.bytes.data() + at, sizeof(T));
    take(element);
  }
}

// True if the type is one of the integers (or BOOL), each element handed to take().
template <class Take> bool each_integer(const StoredTensor& t, Take take) {
  if (t.dtype == "I64") return each<int64_t>(t, take), true;
  if (t.dtype == "I32") return each<int32_t>(t, take), true;
  if (t.dtype == "I16") return each<int16_t>(t, take), true;
  if (t.dtype == "I8") return each<int8_t>(t, take), true;
  if (t.dtype == "U64") return each<uint64_t>(t, take), true;
  if (t.dtype == "U32") return each<uint32_t>(t, take), true;
  if (t.dtype == "U16") return each<uint16_t>(t, take), true;
  if (t.dtype == "U8" || t.dtype == "BOOL") return each<uint8_t>(t, take), true;
  return false;
}

}  // namespace

std::vector<double> to_doubles(const StoredTensor& t) {
  std::vector<double> values;
  const auto put = [&](auto element) { values.push_back(static_cast<double>(element)); };
  if (each_integer(t, put)) return values;
  if (t.dtype == "F64") {
    each<double>(t, put);
  } else if (t.dtype == "F32") {
    each<float>(t, put);
  } else if (t.dtype == "F16") {
    each<uint16_t>(t, [&](uint16_t bits) { put(small_float(bits, 5, 10)); });
  } else if (t.dtype == "BF16") {
    each<uint16_t>(t, [&](uint16_t bits) { put(std::bit_cast<float>(uint32_t{bits} << 16)); });
  } else if (t.dtype == "F8_E4M3") {
    each<uint8_t>(t, [&](uint8_t bits) { put(small_float(bits, 4, 3, true)); });
  } else if (t.dtype == "F8_E5M2") {
    each<uint8_t>(t, [&](uint8_t bits) { put(small_float(bits, 5, 2)); });
  } else {
    throw FileError(text("tensor '", t.name, "': values of type ", t.dtype, " are not read; store it as F32"));
  }
  return values;
}

std::vector<int64_t> to_integers(const StoredTensor& t) {
  std::vector<int64_t> values;
  const bool whole = each_integer(t, [&](auto element) {
    if (static_cast<uint64_t>(element) >> 63 != 0 && element > 0)
      throw FileError(text("tensor '", t.name, "': ", element, " is beyond 2^63"));
    values.push_back(static_cast<int64_t>(element));
  });
  if (!whole) throw FileError(text("tensor '", t.name, "': expected whole numbers, it holds ", t.dtype));
  return values;
}

}  // namespace skew
