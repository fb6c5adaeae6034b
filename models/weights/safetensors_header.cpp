// A SAX handler that knows the header's two levels and stops at the first thing that does not belong there. It never
// recurses and keeps only what the format allows, so deep or huge JSON costs nothing.
#include "models/weights/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

constexpr size_t max_name_bytes = 4096;  // as written, escapes included
constexpr size_t max_word_bytes = 24;    // 2^64 has 20 digits
constexpr int max_depth = 3;

struct DtypeBits {
  std::string_view name;
  int bits;
};
constexpr std::array dtypes{
    DtypeBits{"F32", 32},    DtypeBits{"F64", 64},        DtypeBits{"F16", 16},        DtypeBits{"BF16", 16},
    DtypeBits{"I64", 64},    DtypeBits{"I32", 32},        DtypeBits{"I16", 16},        DtypeBits{"I8", 8},
    DtypeBits{"U64", 64},    DtypeBits{"U32", 32},        DtypeBits{"U16", 16},        DtypeBits{"U8", 8},
    DtypeBits{"BOOL", 8},    DtypeBits{"F8_E4M3", 8},     DtypeBits{"F8_E5M2", 8},     DtypeBits{"F8_E8M0", 8},
    DtypeBits{"F4", 4},      DtypeBits{"F8_E4M3FNUZ", 8}, DtypeBits{"F8_E5M2FNUZ", 8}, DtypeBits{"F6_E2M3", 6},
    DtypeBits{"F6_E3M2", 6}, DtypeBits{"C64", 64}};

// Depth 1: tensor names and __metadata__; depth 2: a tensor's fields or metadata's keys; arrays only in a tensor.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(SafetensorsHeader& header) : header_(header) {}
  const std::string& error() const { return error_; }

  bool start_object(size_t) override {
    if (in_array_ || depth_ == 2) return refuse("an object where the format has none");
    if (depth_ == 1 && in_metadata_) {
      depth_ = 2;
      return true;
    }
    if (depth_++ == 0) return true;
    if (header_.tensors.size() == max_header_entries) return refuse(text("more than ", max_header_entries, " tensors"));
    header_.tensors.push_back({.name = name_, .dtype = {}, .shape = {}});
    seen_ = {};
    return true;
  }

  bool end_object() override {
    if (--depth_ != 1 || std::exchange(in_metadata_, false)) return true;
    for (const bool seen : seen_) {
      if (!seen) return refuse("dtype, shape and data_offsets must all be there");
    }
    return true;
  }

  bool key(std::string& key) override {
    if (depth_ == 1) return top_key(key);
    if (!in_metadata_) return field(key);
    if (header_.metadata.size() == max_header_entries) return refuse("too many metadata keys");
    metadata_value_ = nullptr;
    const auto [place, fresh] = header_.metadata.try_emplace(key);
    metadata_value_ = &place->second;
    return fresh || refuse(text("metadata key '", key, "' occurs twice"));
  }

  bool string(std::string& value) override {
    if (depth_ == 2 && in_metadata_) {
      *metadata_value_ = value;
      return true;
    }
    if (depth_ != 2 || in_array_ || field_ != dtype) return refuse("a string where the format has none");
    const bool known = std::any_of(dtypes.begin(), dtypes.end(), [&](const DtypeBits& d) { return d.name == value; });
    header_.tensors.back().dtype = value;
    return known || refuse(text("dtype '", value.substr(0, 32), "' is not of this format"));
  }

  bool start_array(size_t) override {
    if (depth_ != 2 || in_metadata_ || in_array_ || field_ == dtype)
      return refuse("an array where the format has none");
    in_array_ = true;
    offsets_ = 0;
    return true;
  }

  bool end_array() override {
    in_array_ = false;
    return field_ == shape || offsets_ == 2 || refuse("data_offsets must be two numbers");
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (!in_array_) return refuse("a number where the format has none");
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return refuse("a number beyond 2^63");
    const auto number = static_cast<int64_t>(value);
    HeaderTensor& tensor = header_.tensors.back();
    if (field_ == shape) {
      if (tensor.shape.size() == max_rank) return refuse(text("more than ", max_rank, " axes"));
      tensor.shape.push_back(number);
    } else {
      if (offsets_ == 2) return refuse("data_offsets must be two numbers");
      (offsets_ == 0 ? tensor.begin : tensor.end) = number;
    }
    ++offsets_;
    return true;
  }

  bool number_integer(number_integer_t) override { return refuse("a negative number"); }
  bool number_float(number_float_t, const std::string&) override { return refuse("a number that is no whole number"); }
  bool boolean(bool) override { return refuse("true or false, where the format has none"); }
  bool null() override { return refuse("null, where the format has none"); }
  bool binary(binary_t&) override { return refuse("binary data"); }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse(text("no valid JSON at byte ", position));
  }

 private:
  enum Field { dtype, shape, data_offsets };

  bool refuse(const std::string& why) {
    if (error_.empty()) error_ = depth_ == 2 && !in_metadata_ ? text("tensor '", name_, "': ", why) : why;
    return false;
  }

  bool top_key(const std::string& key) {
    if (key == "__metadata__") {
      in_metadata_ = true;
      return !std::exchange(metadata_seen_, true) || refuse("__metadata__ occurs twice");
    }
    name_ = key;
    return true;
  }

  bool field(const std::string& key) {
    constexpr std::array<std::string_view, 3> fields{"dtype", "shape", "data_offsets"};
    const auto found = std::find(fields.begin(), fields.end(), key);
    if (found == fields.end()) return refuse(text("a field '", key.substr(0, 32), "' that is not of this format"));
    field_ = static_cast<Field>(found - fields.begin());
    return !std::exchange(seen_[field_], true) || refuse(text("the field ", key, " occurs twice"));
  }

  SafetensorsHeader& header_;
  std::string error_, name_;
  std::string* metadata_value_ = nullptr;
  Field field_ = dtype;
  std::array<bool, 3> seen_{};
  size_t offsets_ = 0;
  int depth_ = 0;
  bool in_metadata_ = false, metadata_seen_ = false, in_array_ = false;
};

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw FileError(text(where, ": safetensors header: ", why, "; the file is damaged or of another format"));
}

void check_names(const SafetensorsHeader& header, const std::string& where) {
  std::vector<std::string_view> names;
  for (const HeaderTensor& tensor : header.tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) refuse(where, text("tensor '", *twice, "' occurs twice"));
}

// One quick pass before the JSON reader, which is slow on absurd names and numbers: depth, names, words outside
// strings.
void check_tokens(std::string_view json, const std::string& where) {
  int depth = 0;
  size_t word = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    word = c <= ' ' || c == ',' || c == ':' ? 0 : word + 1;
    if (word > max_word_bytes) refuse(where, text("a number or word of more than ", max_word_bytes, " bytes"));
    if (c == '{' || c == '[') word = 0, ++depth;
    if (c == '}' || c == ']') word = 0, --depth;
    if (depth > max_depth) refuse(where, text("nested more than ", max_depth, " deep"));
    if (c != '"') continue;
    const size_t begin = i;
    while (++i < json.size() && json[i] != '"') i += json[i] == '\\';
    if (depth == 1 && i - begin > max_name_bytes) refuse(where, text("a tensor name of ", i - begin, " bytes"));
    word = 0;
  }
}

// Each range has the size its shape needs, and in order of their begin they cover the data without overlap or hole.
void check_ranges(const SafetensorsHeader& header, int64_t data_bytes, const std::string& where) {
  std::vector<const HeaderTensor*> order;
  for (const HeaderTensor& tensor : header.tensors) {
    int64_t bytes = 0;
    try {
      bytes = stored_bytes(tensor.dtype, tensor.shape);
    } catch (const ValueError& error) {
      refuse(where, text("tensor '", tensor.name, "': ", error.what()));
    }
    if (tensor.begin > tensor.end || tensor.end > data_bytes || tensor.end - tensor.begin != bytes)
      refuse(where, text("tensor '", tensor.name, "' of ", bytes, " bytes claims bytes ", tensor.begin, " to ",
                         tensor.end, " of ", data_bytes));
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const HeaderTensor* a, const HeaderTensor* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  int64_t covered = 0;
  for (const HeaderTensor* tensor : order) {
    if (tensor->begin != covered)
      refuse(where, text("tensor '", tensor->name, "' begins at byte ", tensor->begin, ", expected ", covered,
                         tensor->begin < covered ? " (ranges overlap)" : " (a hole)"));
    covered = tensor->end;
  }
  if (covered != data_bytes) refuse(where, text("describes ", covered, " bytes of data, the file holds ", data_bytes));
}

}  // namespace

int dtype_bits(std::string_view dtype) { return row_named("stored dtype", dtype, dtypes).bits; }

int64_t stored_bytes(std::string_view dtype, const std::vector<int64_t>& shape) {
  // Lengths of 0 are left out of the product, so that [0, 2^40, 2^40] is refused like [1, 2^40, 2^40].
  int64_t bits = dtype_bits(dtype);
  bool empty = false;
  for (const int64_t length : shape) {
    if (length < 0) throw ValueError(text("a length of ", length));
    empty |= length == 0;
    if (length > 0 && __builtin_mul_overflow(bits, length, &bits))
      throw ValueError("more elements than 2^63 bits hold");
  }
  if (empty) return 0;
  if (bits % 8 != 0) throw ValueError(text(bits, " bits are no whole number of bytes"));
  return bits / 8;
}

SafetensorsHeader parse_safetensors_header(std::string_view json, int64_t data_bytes, const std::string& where) {
  if (json.empty() || json.front() != '{') refuse(where, "does not begin with '{'");
  // The JSON reader takes a NUL for the end of its input; none is allowed inside JSON.
  if (json.find('\0') != std::string_view::npos) refuse(where, "holds a NUL byte");
  check_tokens(json, where);
  SafetensorsHeader header;
  HeaderHandler handler(header);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &handler)) refuse(where, handler.error());
  check_names(header, where);
  check_ranges(header, data_bytes, where);
  return header;
}

}  // namespace skew
