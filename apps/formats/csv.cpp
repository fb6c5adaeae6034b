// RFC 4180 in one pass: the parser copies unquoted text into one buffer and remembers where each field ends.
#include "apps/formats/csv.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

constexpr uint64_t largest_text = uint64_t(1) << 31;  // offsets are 32 bits

// Splits bytes into fields; `text` receives their characters, `ends` where each field stops in it.
class Parser {
 public:
  Parser(std::string_view bytes, const std::string& file, std::string& text, std::vector<uint32_t>& ends)
      : bytes_(bytes), file_(file), text_(text), ends_(ends) {}

  // Reads one record. False at the end of the file. `fields` receives their number, 0 for an empty line.
  bool record(int64_t& fields) {
    fields = 0;
    if (at_ >= bytes_.size()) return false;
    start_ = line_;
    if (line_end()) return true;
    for (;;) {
      if (at_ < bytes_.size() && bytes_[at_] == '"') quoted();
      else plain();
      ends_.push_back(uint32_t(text_.size()));
      ++fields;
      if (at_ >= bytes_.size() || line_end()) return true;
      ++at_;  // the comma
    }
  }

  int64_t start() const { return start_; }  // the line on which the last record began

 private:
  // Consumes CRLF, LF or a lone CR.
  bool line_end() {
    if (bytes_[at_] != '\n' && bytes_[at_] != '\r') return false;
    at_ += bytes_[at_] == '\r' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\n' ? 2 : 1;
    ++line_;
    return true;
  }

  void plain() {
    const size_t begin = at_;
    while (at_ < bytes_.size() && bytes_[at_] != ',' && bytes_[at_] != '\n' && bytes_[at_] != '\r') ++at_;
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
    if (at_ < bytes_.size() && bytes_[at_] != ',' && bytes_[at_] != '\n' && bytes_[at_] != '\r')
      throw FileError(text(file_, ":", line_, ": text after a closing quote; write a quote inside a field as \"\""));
  }

  std::string_view bytes_;
  const std::string& file_;
  std::string& text_;
  std::vector<uint32_t>& ends_;
  size_t at_ = 0;
  int64_t line_ = 1, start_ = 1;
};

void check_text(std::string_view bytes, const std::string& file) {
  if (bytes.size() > largest_text) throw FileError(text(file, ": larger than 2 GiB; split the table"));
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF")
    throw FileError(text(file, ": the text is UTF-16; save it as UTF-8"));
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

CsvTable::CsvTable(std::string_view bytes, std::string file) : file_(std::move(file)) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  check_text(bytes, file_);
  Parser parser(bytes, file_, text_, ends_);
  int64_t fields = 0;
  while (fields == 0)
    if (!parser.record(fields))
      throw FileError(text(file_, ": empty; expected a header line such as path,split,label"));
  std::unordered_set<std::string_view> seen;
  for (uint32_t begin = 0, i = 0; i < ends_.size(); begin = ends_[i++])
    columns_.push_back(text_.substr(begin, ends_[i] - begin));
  for (const std::string& name : columns_)
    if (!seen.insert(name).second) throw FileError(text(file_, ":1: column '", name, "' occurs twice; rename one"));
  text_.clear();
  ends_.clear();
  while (parser.record(fields)) {
    if (fields == 0) continue;
    if (size_t(fields) != columns_.size())
      throw FileError(text(file_, ":", parser.start(), ": ", fields, " fields, but the header has ", columns_.size(),
                           "; quote fields that hold commas"));
    lines_.push_back(parser.start());
  }
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
