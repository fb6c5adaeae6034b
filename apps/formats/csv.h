// Tables as comma-separated text (RFC 4180): a reader that keeps each field's line for messages, and a writer.
// It knows quoting, embedded line breaks, CRLF, a UTF-8 byte-order mark and gzip; it does not know what columns mean.
// Read next: apps/data/labels_csv.h.
#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

// A parsed table. All text lies in one buffer and a field costs 4 bytes beside it, so a table of 112,120 rows is small.
class CsvTable {
 public:
  // Parses `bytes`; `file` is only for messages. Throws FileError with file:line for an unclosed quote, text after
  // a closing quote, a row of another length than the header, a repeated column name, a NUL byte, or no header at all.
  // Rows without any character are skipped.
  CsvTable(std::string_view bytes, std::string file);

  const std::string& file() const { return file_; }
  const std::vector<std::string>& columns() const { return columns_; }
  int64_t rows() const { return int64_t(lines_.size()); }
  int64_t column(std::string_view name) const;                        // its number, or −1
  std::string_view at(int64_t row, int64_t column) const;             // row 0 follows the header; checked
  int64_t line(int64_t row) const { return lines_.at(size_t(row)); }  // where the row starts in the file; header = 1
  std::string where(int64_t row) const;                               // "labels.csv:17"

 private:
  std::string file_, text_;
  std::vector<std::string> columns_;
  std::vector<uint32_t> ends_;  // the end in text_ of each field, row by row
  std::vector<int64_t> lines_;
};

// Reads a .csv, or a .csv.gz through zlib. Throws FileError if it cannot be read, is torn, or unpacks to more than
// max(64 MiB, 100 × its size) or 2 GiB.
CsvTable read_csv(const std::filesystem::path& path);

// One line without its end: fields joined by commas, quoted where RFC 4180 asks for it.
std::string csv_line(const std::vector<std::string>& fields);

// Writes a table so that a crash leaves the old file or the whole new one: rows go to a temporary file in the same
// folder, finish() makes it durable and renames it. Without finish() nothing changes. Throws FileError, also on a full
// disk.
class CsvWriter {
 public:
  CsvWriter(std::filesystem::path path, const std::vector<std::string>& columns);
  ~CsvWriter();
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;
  void row(const std::vector<std::string>& fields);  // as many as columns, else ValueError
  void finish();

 private:
  void fail(const char* what) const;
  void discard();
  std::filesystem::path path_, temporary_;
  std::FILE* out_ = nullptr;
  size_t width_;
};

}  // namespace skew
