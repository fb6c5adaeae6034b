// RFC 4180 in one pass: the parser copies unquoted text into one buffer and remembers where each field ends.
#include "apps/formats/csv.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <utility>

#include "apps/formats/utf8.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

constexpr uint64_t largest_text = uint64_t(1) << 31;  // offsets are 32 bits

bool is_blank(std::string_view s) { return s.find_first_not_of(" \t") == s.npos; }

// Splits bytes into fields; `text` receives their characters, `ends` where each field stops in it.
class Parser {
 public:
  Parser(std::string_view bytes, char separator, const std::string& file, std::string& text,
         std::vector<uint32_t>& ends)
      : bytes_(bytes), separator_(separator), file_(file), text_(text), ends_(ends) {}

  // Reads one record. False at the end of the file. `fields` receives their number, 0 for an empty line.
  bool record(int64_t& fields) {
    fields = 0;
    if (at_ >= bytes_.size()) return false;
    start_ = line_;
    if (line_end()) return true;
    for (;;) {
      if (quote_begins()) quoted();
      else plain();
      ends_.push_back(uint32_t(text_.size()));
      ++fields;
      if (at_ >= bytes_.size() || line_end()) return true;
      ++at_;  // the separator
    }
  }

  int64_t start() const { return start_; }  // the line on which the last record began

 private:
  bool ends_field(char c) const { return c == separator_ || c == '\n' || c == '\r'; }

  // Consumes CRLF, LF or a lone CR.
  bool line_end() {
    if (bytes_[at_] != '\n' && bytes_[at_] != '\r') return false;
    at_ += bytes_[at_] == '\r' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\n' ? 2 : 1;
    ++line_;
    return true;
  }

  void skip_spaces() {
    while (at_ < bytes_.size() && bytes_[at_] != separator_ && (bytes_[at_] == ' ' || bytes_[at_] == '\t')) ++at_;
  }

  // Blanks before a quote are no part of the field.
  bool quote_begins() {
    const size_t begin = at_;
    skip_spaces();
    if (at_ < bytes_.size() && bytes_[at_] == '"') return true;
    at_ = begin;
    return false;
  }

  void plain() {
    const size_t begin = at_;
    while (at_ < bytes_.size() && !ends_field(bytes_[at_])) ++at_;
    text_.append(bytes_.substr(begin, at_ - begin));
  }

  void quoted() {
    const int64_t opened = line_;
    for (++at_;; ++at_) {
      if (at_ >= bytes_.size())
        throw FileError(text(file_, ":", opened, ": a quoted field is never closed; add the missing \""));
      if (bytes_[at_] == '"') {
        if (at_ + 1 >= bytes_.size() || bytes_[at_ + 1] != '"') break;
        ++at_;  // "" stands for one quote
      }
      line_ += bytes_[at_] == '\n';
      text_.push_back(bytes_[at_]);
    }
    ++at_;
    skip_spaces();
    if (at_ < bytes_.size() && !ends_field(bytes_[at_]))
      throw FileError(text(file_, ":", line_, ": text after a closing quote; write a quote inside a field as \"\""));
  }

  std::string_view bytes_;
  char separator_;
  const std::string& file_;
  std::string& text_;
  std::vector<uint32_t>& ends_;
  size_t at_ = 0;
  int64_t line_ = 1, start_ = 1;
};

// What separates fields: a first line such as sep=; says it, else what the header holds most of, commas when in doubt.
char separator_of(std::string_view bytes) {
  size_t counts[4] = {};
  constexpr std::string_view separators = ",;\t|";
  bool inside = false;
  const size_t begin = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
  for (const char c : bytes.substr(begin)) {
    if (c == '"') inside = !inside;
    if (!inside && (c == '\n' || c == '\r')) break;
    if (const size_t k = separators.find(c); !inside && k != separators.npos) ++counts[k];
  }
  return separators[size_t(std::max_element(counts, counts + 4) - counts)];
}

std::string from_utf16(std::string_view bytes, bool big, const std::string& file) {
  std::u32string points;
  for (size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto low = uint8_t(bytes[i + (big ? 1 : 0)]), high = uint8_t(bytes[i + (big ? 0 : 1)]);
    const char32_t unit = char32_t(high << 8 | low);
    const bool second = unit >= 0xDC00 && unit < 0xE000;
    if (second && !points.empty() && points.back() >= 0xD800 && points.back() < 0xDC00)
      points.back() = 0x10000 + ((points.back() - 0xD800) << 10) + (unit - 0xDC00);
    else points.push_back(unit);
  }
  for (const char32_t c : points)
    if (c >= 0xD800 && c < 0xE000) throw FileError(text(file, ": damaged UTF-16 text; save it as UTF-8"));
  return report::encode(points);
}

// Windows-1252's own 32; 0: none.
constexpr char32_t from_0x80[] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                  0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Western words have at most two such bytes in a row (größe), those of Cyrillic, Greek or Chinese many. A file with
// characters of UTF-8 is damaged UTF-8.
bool may_be_windows_1252(std::string_view bytes) {
  size_t in_a_row = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = uint8_t(bytes[i]);
    in_a_row = c < 0x80 ? 0 : in_a_row + 1;
    if (in_a_row > 2 || (c >= 0x80 && c < 0xA0 && from_0x80[c - 0x80] == 0)) return false;
    if (c >= 0xC2 && c < 0xE0 && i + 1 < bytes.size() && report::is_utf8(bytes.substr(i, 2))) return false;
  }
  return true;
}

std::string from_windows_1252(std::string_view bytes) {
  std::u32string points;
  for (const char byte : bytes) {
    const auto c = uint8_t(byte);
    points.push_back(c >= 0x80 && c < 0xA0 ? from_0x80[c - 0x80] : c);
  }
  return report::encode(points);
}

std::string in_utf8(std::string_view bytes, const std::string& file, CsvTable::Encoding& encoding) {
  const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
  if (little || big) {
    encoding = CsvTable::Encoding::utf16;
    return from_utf16(bytes, big, file);
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (report::is_utf8(bytes)) return std::string(bytes);
  encoding = may_be_windows_1252(bytes) ? CsvTable::Encoding::windows_1252 : CsvTable::Encoding::unknown;
  return encoding == CsvTable::Encoding::unknown ? std::string(bytes) : from_windows_1252(bytes);
}

const char* separator_name(char separator) {
  if (separator == '\t') return "tabs";
  if (separator == '|') return "bars";
  return separator == ';' ? "semicolons" : "commas";
}

void check_text(std::string_view bytes, const std::string& file) {
  if (bytes.size() > largest_text) throw FileError(text(file, ": larger than 2 GiB; split the table"));
  if (bytes.find('\0') != std::string_view::npos)
    throw FileError(text(file, ": holds a NUL byte, so it is no CSV text; is it another kind of file?"));
}

std::string read_gzip(const std::filesystem::path& path) {
  const uint64_t limit = std::clamp<uint64_t>(100 * uint64_t(std::filesystem::file_size(path)), 64 << 20, largest_text);
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(path.c_str(), "rb"), gzclose);
  if (!in) throw FileError(text(path.string(), ": cannot open: ", std::strerror(errno)));
  std::string bytes;
  std::vector<char> part(1 << 16);
  for (;;) {
    const int n = gzread(in.get(), part.data(), unsigned(part.size()));
    int code = Z_OK;
    const char* why = gzerror(in.get(), &code);
    if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
      throw FileError(text(path.string(), ": torn or damaged gzip data (", why, "); fetch the file again"));
    if (n == 0) return bytes;
    bytes.append(part.data(), size_t(n));
    if (bytes.size() > limit)
      throw FileError(
          text(path.string(), ": unpacks to more than ", limit >> 20, " MiB; unpack it first if that is meant"));
  }
}

}  // namespace

std::string_view trimmed(std::string_view field) {
  const size_t begin = field.find_first_not_of(" \t");
  return begin == field.npos ? "" : field.substr(begin, field.find_last_not_of(" \t") - begin + 1);
}

CsvTable::CsvTable(std::string_view given, std::string file) : file_(std::move(file)) {
  const std::string utf8 = in_utf8(given, file_, encoding_);
  std::string_view bytes = utf8;
  check_text(bytes, file_);
  int64_t lines_before = 0;
  if (bytes.starts_with("sep=") && bytes.size() > 5 && (bytes[5] == '\r' || bytes[5] == '\n')) {
    separator_ = bytes[4];
    bytes.remove_prefix(bytes[5] == '\r' && bytes.size() > 6 && bytes[6] == '\n' ? 7 : 6);
    lines_before = 1;
  } else separator_ = separator_of(bytes);
  Parser parser(bytes, separator_, file_, text_, ends_);
  const auto blank_from = [&](size_t first) {
    const size_t begin = first == 0 ? 0 : ends_[first - 1];
    return is_blank(std::string_view(text_).substr(begin));
  };
  int64_t fields = 0;
  while (fields == 0) {
    text_.clear();
    ends_.clear();
    if (!parser.record(fields))
      throw FileError(text(file_, ": empty; expected a header line such as path,split,label"));
    if (blank_from(0)) fields = 0;
  }
  std::unordered_set<std::string> seen;
  for (uint32_t begin = 0, i = 0; i < ends_.size(); begin = ends_[i++])
    columns_.emplace_back(trimmed(std::string_view(text_).substr(begin, ends_[i] - begin)));
  for (const std::string& name : columns_)
    if (!name.empty() && !seen.insert(name).second)
      throw FileError(
          text(file_, ":", parser.start() + lines_before, ": column '", name, "' occurs twice; rename one"));
  text_.clear();
  ends_.clear();
  for (size_t first = ends_.size(); parser.record(fields); first = ends_.size()) {
    if (fields == 0 || blank_from(first)) {
      text_.resize(first == 0 ? 0 : ends_[first - 1]);
      ends_.resize(first);
      continue;
    }
    const size_t wanted = first + columns_.size();
    if (ends_.size() > wanted && blank_from(wanted)) {
      ends_.resize(wanted);
      text_.resize(ends_.back());
    }
    while (ends_.size() < wanted && columns_[ends_.size() - first].empty()) ends_.push_back(uint32_t(text_.size()));
    if (ends_.size() != wanted)
      throw FileError(text(file_, ":", parser.start() + lines_before, ": ", fields, " fields, but the header has ",
                           columns_.size(), "; quote fields that hold ", separator_name(separator_)));
    lines_.push_back(parser.start() + lines_before);
  }
}

std::string CsvTable::encoding_note() const {
  const char* const save = "save it as UTF-8 (spreadsheets call it CSV UTF-8)";
  if (encoding_ == Encoding::windows_1252)
    return text(file_, " is not UTF-8: read as Windows-1252, of western languages; if names look wrong, ", save);
  return encoding_ == Encoding::unknown ? text(file_, " is not UTF-8: names may be wrong; ", save) : "";
}

int64_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? -1 : found - columns_.begin();
}

std::string_view CsvTable::at(int64_t row, int64_t column) const {
  if (row < 0 || row >= rows() || column < 0 || size_t(column) >= columns_.size())
    throw ValueError(text(file_, ": no field at row ", row, ", column ", column));
  const size_t i = size_t(row) * columns_.size() + size_t(column);
  const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(text_).substr(begin, ends_[i] - begin);
}

std::string CsvTable::where(int64_t row) const { return text(file_, ":", line(row)); }

CsvTable read_csv(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw FileError(text(path.string(), ": no such file"));
  if (!std::filesystem::is_regular_file(path, ignored)) throw FileError(text(path.string(), ": not a regular file"));
  const std::string name = path.filename().string();
  if (path.extension() == ".gz") return CsvTable(read_gzip(path), name);
  const std::vector<uint8_t> bytes = read_file(path.string(), largest_text);
  return CsvTable({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
}

}  // namespace skew
