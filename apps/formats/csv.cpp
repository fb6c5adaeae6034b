// RFC 4180 in one pass: the parser copies unquoted text into one buffer and remembers where each field ends.
#include "apps/formats/csv.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <unordered_set>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

constexpr uint64_t kLargestText = uint64_t(1) << 31;  // offsets are 32 bits

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
      if (at_ < bytes_.size() && bytes_[at_] == '"')
        quoted();
      else
        plain();
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
  if (bytes.size() > kLargestText) throw FileError(text(file, ": larger than 2 GiB; split the table"));
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF")
    throw FileError(text(file, ": the text is UTF-16; save it as UTF-8"));
  if (bytes.find('\0') != std::string_view::npos)
    throw FileError(text(file, ": holds a NUL byte, so it is no CSV text; is it another kind of file?"));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) throw FileError(text(path.string(), ": cannot open: ", std::strerror(errno)));
  const auto size = in.tellg();
  if (size < 0 || uint64_t(size) > kLargestText) throw FileError(text(path.string(), ": larger than 2 GiB"));
  std::string bytes(size_t(size), '\0');
  in.seekg(0);
  if (!in.read(bytes.data(), size)) throw FileError(text(path.string(), ": cannot read: ", std::strerror(errno)));
  return bytes;
}

std::string read_gzip(const std::filesystem::path& path) {
  const uint64_t limit = std::clamp<uint64_t>(100 * uint64_t(std::filesystem::file_size(path)), 64 << 20, kLargestText);
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
  text_.clear(), ends_.clear();
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
  return CsvTable(path.extension() == ".gz" ? read_gzip(path) : read_file(path), path.filename().string());
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    // a lone empty field is quoted too: as an empty line it would be skipped by readers
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos && !(fields.size() == 1 && fields[i].empty())) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line;
}

CsvWriter::CsvWriter(std::filesystem::path path, const std::vector<std::string>& columns)
    : path_(std::move(path)), width_(columns.size()) {
  std::error_code ignored;
  // a device or pipe cannot be replaced by a rename: write to it directly
  const bool direct = std::filesystem::exists(path_, ignored) && !std::filesystem::is_regular_file(path_, ignored);
  temporary_ = direct ? path_ : std::filesystem::path(text(path_.string(), ".", getpid(), ".tmp"));
  out_ = std::fopen(temporary_.c_str(), "wb");
  if (!out_) fail("cannot write");
  try {
    row(columns);
  } catch (...) {
    discard();  // no destructor runs for a constructor that throws
    throw;
  }
}

CsvWriter::~CsvWriter() { discard(); }

void CsvWriter::discard() {
  if (!out_) return;
  std::fclose(std::exchange(out_, nullptr));
  if (temporary_ != path_) std::remove(temporary_.c_str());
}

void CsvWriter::fail(const char* what) const {
  throw FileError(
      text(path_.string(), ": ", what, ": ", std::strerror(errno), "; is there space, and is the folder yours?"));
}

void CsvWriter::row(const std::vector<std::string>& fields) {
  if (fields.size() != width_)
    throw ValueError(text(path_.string(), ": expected ", width_, " fields in a row, got ", fields.size()));
  const std::string line = csv_line(fields) + "\n";
  if (std::fwrite(line.data(), 1, line.size(), out_) != line.size()) fail("cannot write");
}

void CsvWriter::finish() {
  const bool direct = temporary_ == path_;
  if (std::fflush(out_) != 0 || (!direct && fsync(fileno(out_)) != 0)) fail("cannot write");
  std::FILE* out = std::exchange(out_, nullptr);
  const bool closed = std::fclose(out) == 0;
  if (direct && closed) return;
  if (!closed || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    if (!direct) std::remove(temporary_.c_str());
    fail("cannot write");
  }
  const int folder = open(path_.has_parent_path() ? path_.parent_path().c_str() : ".", O_RDONLY | O_DIRECTORY);
  if (folder < 0) return;
  fsync(folder);  // makes the new name durable; some file systems refuse it, which loses nothing but that promise
  close(folder);
}

}  // namespace skew
