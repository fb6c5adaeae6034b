// A small parser for the header's dictionary, then a copy that puts elements into row-major little-endian order.
#include "apps/formats/npy.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/error.h"

namespace skew {
namespace {

constexpr size_t max_header_bytes = 1 << 16;  // numpy's own headers stay below 1 KiB for plain numbers
constexpr size_t max_rank = 32;               // numpy's limit until 2.0
constexpr std::string_view magic("\x93NUMPY", 6);

[[noreturn]] void bad_npy(const std::string& name, const std::string& why) { throw FileError(name + ": npy: " + why); }

struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<int64_t>> shape;
};

// {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } in any order, either kind of quote, any white space.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Header parse() {
    expect('{');
    Header header;
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && !header.descr) header.descr = descr();
      else if (key == "fortran_order" && !header.fortran_order) header.fortran_order = boolean();
      else if (key == "shape" && !header.shape) header.shape = tuple();
      else bad_npy(name_, "unknown or repeated key '" + key + "' in the header");
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) malformed();
    if (!header.descr || !header.fortran_order || !header.shape)
      bad_npy(name_, "the header lacks one of descr, fortran_order, shape");
    return header;
  }

 private:
  [[noreturn]] void malformed() const {
    bad_npy(name_, text("malformed header at its character ", at_, "; write the array anew with numpy.save"));
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c) {
    if (at_ >= text_.size() || peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) malformed();
  }
  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') malformed();
    const size_t end = text_.find(quote, ++at_);
    if (end == std::string_view::npos) malformed();
    const std::string_view s = text_.substr(at_, end - at_);
    if (s.find('\\') != std::string_view::npos) malformed();
    at_ = end + 1;
    return std::string(s);
  }
  std::string descr() {
    if (peek() == '[') bad_npy(name_, "a structured type; skew reads plain numbers, save the columns one by one");
    return string();
  }
  bool boolean() {
    skip_space();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    malformed();
  }
  int64_t integer() {
    skip_space();
    const size_t begin = at_;
    int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if (__builtin_mul_overflow(value, int64_t{10}, &value) ||
          __builtin_add_overflow(value, int64_t{text_[at_] - '0'}, &value))
        bad_npy(name_, "a length in the shape that no file can have");
    if (at_ == begin) malformed();
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2 wrote its long integers so
    return value;
  }
  std::vector<int64_t> tuple() {
    std::vector<int64_t> lengths;
    expect('(');
    while (!accept(')')) {
      lengths.push_back(integer());
      if (lengths.size() > max_rank) bad_npy(name_, text("more than ", max_rank, " dimensions"));
      if (accept(',')) continue;
      if (lengths.size() == 1) malformed();  // (3) is a number in Python, (3,) a tuple
      expect(')');
      break;
    }
    return lengths;
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0;
};

struct ElementType {
  std::string dtype;
  size_t size;
  bool big_endian;
};

ElementType element_type(std::string_view descr, const std::string& name) {
  if (descr.size() < 2) bad_npy(name, text("unknown type '", descr, "'"));
  const char order = descr[0], kind = descr[1];
  const std::string_view size = descr.substr(2);
  const char* why = kind == 'U' || kind == 'S' || kind == 'a' ? "text"
                    : kind == 'c'                             ? "complex numbers"
                    : kind == 'M' || kind == 'm'              ? "dates"
                    : kind == 'O'                             ? "Python objects, which can run code"
                    : kind == 'V'                             ? "raw records"
                                                              : nullptr;
  if (why) bad_npy(name, text("type '", descr, "' holds ", why, "; skew reads bool, integers and floats"));
  const bool known = kind == 'b'                  ? size == "1"
                     : kind == 'i' || kind == 'u' ? size == "1" || size == "2" || size == "4" || size == "8"
                     : kind == 'f'                ? size == "2" || size == "4" || size == "8"
                                                  : false;
  if (!known || std::string_view("<>|=").find(order) == std::string_view::npos || (order == '|' && size != "1"))
    bad_npy(name, text("unknown type '", descr, "'; skew reads bool, integers and floats of up to 8 bytes"));
  const auto bytes = size_t(size[0] - '0');
  const char* word = kind == 'b' ? "bool" : kind == 'i' ? "int" : kind == 'u' ? "uint" : "float";
  return {kind == 'b' ? word : text(word, 8 * bytes), bytes, order == '>'};  // '=' is the writer's order: little here
}

// Element i of the row-major result is element source(i) of a Fortran-ordered file.
void copy_fortran(const uint8_t* in, uint8_t* out, const std::vector<int64_t>& shape, size_t size, int64_t count) {
  const size_t rank = shape.size();
  std::vector<int64_t> index(rank, 0), stride(rank, 1);
  for (size_t d = 1; d < rank; ++d) stride[d] = stride[d - 1] * shape[d - 1];
  int64_t source = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(out + size_t(i) * size, in + size_t(source) * size, size);
    for (size_t d = rank; d-- > 0;) {
      source += stride[d];
      if (++index[d] < shape[d]) break;
      source -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
}

// Offset of the data; `header` receives the dictionary's text.
size_t read_preamble(std::span<const uint8_t> file, std::string_view& header, const std::string& name) {
  const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
  if (all.substr(0, magic.size()) != magic) bad_npy(name, "does not begin as a .npy file; write it with numpy.save");
  if (file.size() < 10) bad_npy(name, "truncated in its header");
  const int major = file[6], minor = file[7];
  if (major < 1 || major > 3 || minor != 0) bad_npy(name, text("version ", major, ".", minor, "; 1.0 to 3.0 are read"));
  const size_t start = major == 1 ? 10 : 12;
  if (file.size() < start) bad_npy(name, "truncated in its header");
  size_t length = size_t(file[8]) | size_t(file[9]) << 8;
  if (major > 1) length |= size_t(file[10]) << 16 | size_t(file[11]) << 24;
  if (length > file.size() - start)
    bad_npy(name, text("truncated: the header claims ", length, " bytes, ", file.size() - start, " are left"));
  if (length > max_header_bytes)
    bad_npy(name, text("a header of ", length, " bytes; plain arrays need less than 1 KiB"));
  header = all.substr(start, length);
  return start + length;
}

}  // namespace

NpyArray parse_npy(std::span<const uint8_t> file, const std::string& name) {
  static_assert(std::endian::native == std::endian::little, "copy below for a big-endian machine");
  std::string_view dictionary;
  const size_t start = read_preamble(file, dictionary, name);
  const Header header = HeaderParser(dictionary, name).parse();
  const ElementType type = element_type(*header.descr, name);
  const size_t available = file.size() - start;
  int64_t count = 1, total = 0;
  bool overflow = false;
  for (int64_t length : *header.shape) overflow |= __builtin_mul_overflow(count, std::max<int64_t>(length, 1), &count);
  overflow |= __builtin_mul_overflow(count, int64_t(type.size), &total);
  if (std::find(header.shape->begin(), header.shape->end(), 0) != header.shape->end()) count = total = 0;
  if (overflow || uint64_t(total) > available)
    bad_npy(name, text("truncated or hostile: the shape asks for ", overflow ? "more than 2^63" : text(total),
                       " bytes, ", available, " are left"));
  NpyArray array{name, type.dtype, *header.shape, {}};
  const uint8_t* data = file.data() + start;
  if (*header.fortran_order && header.shape->size() > 1) {
    array.bytes.resize(size_t(total));
    copy_fortran(data, array.bytes.data(), array.shape, type.size, count);
  } else {
    array.bytes.assign(data, data + total);
  }
  if (type.big_endian)
    for (size_t i = 0; i < array.bytes.size(); i += type.size)
      std::reverse(array.bytes.begin() + ptrdiff_t(i), array.bytes.begin() + ptrdiff_t(i + type.size));
  if (type.dtype == "bool" && std::any_of(array.bytes.begin(), array.bytes.end(), [](uint8_t b) { return b > 1; }))
    bad_npy(name, "a bool that is neither 0 nor 1");
  return array;
}

}  // namespace skew
