// Reading tables of separated text (RFC 4180 and what spreadsheets make of it), each field's line kept for messages.
// It knows quoting, embedded line breaks, CRLF, UTF-8, UTF-16 with a byte-order mark, Windows-1252, gzip; fields
// separated by commas, semicolons, tabs or |, by a line sep=; or by what the header holds most of. It does not know what columns
// mean. Read next: csv_text.h, the other way; apps/data/sources.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

std::string_view trimmed(std::string_view field);  // without blanks and tabs at both ends

// A parsed table. All text lies in one buffer and a field costs 4 bytes beside it, so a table of 112,120 rows is small.
class CsvTable {
 public:
  // Parses `bytes`; `file` is only for messages. Names of columns are trimmed. Rows whose fields are all blank are
  // skipped, and so are empty fields behind the last column; columns without a name may be left out at the end of a
  // row. Throws FileError with file:line for an unclosed quote, text after a closing quote, a row of another length
  // than the header, a repeated column name (blank ones may repeat), a NUL byte, or no header at all.
  CsvTable(std::string_view bytes, std::string file);

  const std::string& file() const { return file_; }
  char separator() const { return separator_; }  // ',', ';', '|' or a tab
  // UTF-8 and UTF-16 are sure, windows_1252 is a guess (western names as many spreadsheets save them), unknown is
  // neither: its text is as it was.
  enum class Encoding { utf8, utf16, windows_1252, unknown };
  Encoding encoding() const { return encoding_; }
  std::string encoding_note() const;  // what was guessed, for people; empty where the encoding is sure
  const std::vector<std::string>& columns() const { return columns_; }
  int64_t rows() const { return int64_t(lines_.size()); }
  int64_t column(std::string_view name) const;                        // its number, or −1
  std::string_view at(int64_t row, int64_t column) const;             // row 0 follows the header; checked
  int64_t line(int64_t row) const { return lines_.at(size_t(row)); }  // where the row starts in the file; header = 1
  std::string where(int64_t row) const;                               // "labels.csv:17"

 private:
  std::string file_, text_;
  char separator_ = ',';
  Encoding encoding_ = Encoding::utf8;
  std::vector<std::string> columns_;
  std::vector<uint32_t> ends_;  // the end in text_ of each field, row by row
  std::vector<int64_t> lines_;
};

// Reads a .csv, or a .csv.gz through zlib. Throws FileError if it cannot be read, is torn, or unpacks to more than
// max(64 MiB, 100 × its size) or 2 GiB.
CsvTable read_csv(const std::filesystem::path& path);

}  // namespace skew
